/** Recipe files that are damaged in ways that JSON allows. */
import { describe, expect, it } from 'vitest';
import { parseRecipeDocument } from './recipe-document.js';

describe('a recipe file', () => {
  it('with a number beyond any double is refused by a coded error that says so', () => {
    const text = '{"recipe":{"schemaVersion":1,"seed":1e999},"recipeHash":"00","inputPaths":[],"outputs":[]}';
    expect(() => parseRecipeDocument(text, 'a.recipe.json')).toThrow(
      expect.objectContaining({
        code: 'RECIPE_INVALID',
        message: expect.stringMatching(/^a\.recipe\.json: .*every number must be finite/u) as string,
      }),
    );
  });
});
