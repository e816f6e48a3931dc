/**
 * The recipe file that lies beside the products: the recipe, its hash, where the inputs were, and the checksums of what it made.
 */
import { type Recipe, recipeHash } from './recipe.js';

/** A finished file and its checksums. */
export interface OutputFile {
  readonly name: string;
  readonly product: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Adler-32 of the file, eight hexadecimal digits, as xrootd states it. */
  readonly adler32: string;
}

/** What a recipe file holds. */
export interface RecipeDocument {
  readonly recipe: Recipe;
  readonly recipeHash: string;
  /** Where the input files were found; a hint, not part of the hash. */
  readonly inputPaths: readonly string[];
  /** Where the SED files were found; a hint, too. */
  readonly sedDir?: string;
  /** Of each input the folder of its stamps, null where they lie beside it; absent where all do. A hint, too. */
  readonly stampFolders?: readonly (string | null)[];
  readonly outputs: readonly OutputFile[];
}

/** Thrown when a recipe file is not one, or does not match its own hash or this program. */
export class RecipeError extends Error {
  readonly code = 'RECIPE_INVALID';
  readonly origin: string;

  constructor(message: string, origin: string) {
    super(`${origin}: ${message}`);
    this.name = 'RecipeError';
    this.origin = origin;
  }
}

/** Reads a recipe file's text; throws {@link RecipeError} when it is damaged. */
export function parseRecipeDocument(text: string, origin: string): RecipeDocument {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new RecipeError(
      `not JSON (${(cause as Error).message}); give a *.recipe.json written by simulate`,
      origin,
    );
  }
  if (!isRecipeDocument(document)) {
    throw new RecipeError(
      'not a recipe file: recipe, recipeHash, inputPaths and outputs are expected',
      origin,
    );
  }
  if (document.recipe.schemaVersion !== 1) {
    throw new RecipeError(
      `recipe schemaVersion is ${String(document.recipe.schemaVersion)}; this program reads 1`,
      origin,
    );
  }
  const hash = hashOf(document.recipe, origin);
  if (hash !== document.recipeHash) {
    throw new RecipeError(
      `the recipe was changed: its hash is ${hash}, the file says ${document.recipeHash}; use the original file`,
      origin,
    );
  }
  return document;
}

/** JSON can hold 1e999, which no double and so no canonical JSON can (RFC 8785, section 3.2.2.3). */
function hashOf(recipe: Recipe, origin: string): string {
  try {
    return recipeHash(recipe);
  } catch (cause) {
    throw new RecipeError(
      `the recipe has no hash (${(cause as Error).message}): every number must be finite; use the original file`,
      origin,
    );
  }
}

/** The text of a recipe file. */
export function formatRecipeDocument(document: RecipeDocument): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}

function isRecipeDocument(value: unknown): value is RecipeDocument {
  if (typeof value !== 'object' || value === null) return false;
  const { recipe, recipeHash: hash, inputPaths, outputs } = value as Record<string, unknown>;
  return (
    typeof recipe === 'object' &&
    recipe !== null &&
    typeof hash === 'string' &&
    Array.isArray(inputPaths) &&
    Array.isArray(outputs)
  );
}
