/** Requests, settings and drawing specifications against damaged and invented ones: a result or a coded error, nothing else. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import {
  expandRequest,
  formatRecipeDocument,
  parseRecipeDocument,
  readDrawSpec,
  readRequest,
  recipeHash,
  RequestSchema,
} from '@imsim-od/simulator';
import { repositoryRoot } from '@imsim-od/testing';
import { damaged, fuzz, soupOf } from '@imsim-od/testing/fuzz';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { parseRequestDocument } from './request-document.js';
import { applySetting, parseSettingOption } from './setting.js';

const folder = join(repositoryRoot, 'examples');
const examples = readdirSync(folder)
  .filter((name) => name.endsWith('.yaml'))
  .map((name) => new Uint8Array(readFileSync(join(folder, name))));
const drawSpec = new Uint8Array(readFileSync(join(folder, 'draw-spec.json')));

const recipe = new TextEncoder().encode(recipeText());

/** A recipe file as `simulate` leaves it. */
function recipeText(): string {
  const document = { pointing: { raDeg: 53, decDeg: -27 }, band: 'r', sky: [], detectors: ['R22_S11'] };
  const [first] = expandRequest(readRequest([{ origin: 'test', document }]).request, []).recipes;
  return formatRecipeDocument({
    recipe: first!,
    recipeHash: recipeHash(first!),
    inputPaths: [],
    outputs: [],
  });
}

const KEYS = Object.keys(RequestSchema.properties);
const WORDS = [
  ...KEYS,
  'raDeg',
  'path',
  'type',
  'synthetic',
  'table',
  '&a',
  '*a',
  '<<',
  '!!map',
  '!!binary',
  '|',
  '>',
  '?',
  '-',
  '{',
  '}',
  '[',
  ']',
  ':',
  '__proto__',
  'constructor',
  '1e999',
  '.inf',
  '.nan',
  '~',
  'true',
  "'",
  '"',
];

const text = (input: Uint8Array | string): string =>
  typeof input === 'string' ? input : new TextDecoder().decode(input);
const asRequest = (document: unknown) => readRequest([{ origin: 'fuzz', document }]);

describe('what users write, under fuzz', () => {
  it('requests in YAML', () =>
    fuzz({
      what: 'requests in YAML',
      inputs: fc.oneof(
        damaged(examples, WORDS),
        soupOf(WORDS, [': ', '\n', '\n  ', ' ', ', ', '']),
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc
          .tuple(fc.constantFrom('[', '{a: ', '- ', '? '), fc.nat(2000))
          .map(([part, times]) => part.repeat(times)),
      ),
      parse: (input) => {
        const { document, lineOf } = parseRequestDocument(text(input), 'fuzz.yaml');
        lineOf('sky.0.path');
        return asRequest(document);
      },
    }));

  it('requests of any JSON', () =>
    fuzz({
      what: 'requests of any JSON',
      inputs: fc
        .tuple(fc.constantFrom(...KEYS), fc.jsonValue({ maxDepth: 4 }))
        .map(([key, value]) =>
          JSON.stringify({ pointing: { raDeg: 53, decDeg: -27 }, band: 'r', [key]: value }),
        ),
      parse: (input) => asRequest(JSON.parse(input as string)),
    }));

  it('settings', () =>
    fuzz({
      what: 'settings',
      inputs: fc.oneof(
        fc
          .tuple(
            fc.array(fc.constantFrom(...KEYS, '0', '99', 'raDeg', 'type', '__proto__'), {
              minLength: 1,
              maxLength: 3,
            }),
            fc.oneof(
              fc.constantFrom(...WORDS),
              fc.json({ maxDepth: 2 }),
              soupOf(WORDS, [' ', '', ': ', '\n']),
            ),
          )
          .map(([path, value]) => `${path.join('.')}=${value}`),
        fc.string({ unit: 'binary', maxLength: 60 }),
      ),
      parse: (input) =>
        asRequest(
          applySetting(
            { pointing: { raDeg: 53, decDeg: -27 }, band: 'r', sky: [] },
            parseSettingOption(input as string),
          ),
        ),
    }));

  it('drawing specifications', () =>
    fuzz({
      what: 'drawing specifications',
      inputs: fc.oneof(
        damaged([drawSpec], ['sources', 'psf', '1e999', '-1', 'null']),
        fc.json({ maxDepth: 4 }),
      ),
      parse: (input) => readDrawSpec(parseRequestDocument(text(input), 'fuzz.json').document, 'fuzz.json'),
    }));

  it('recipes', () =>
    fuzz({
      what: 'recipes',
      inputs: fc.oneof(
        damaged([recipe], ['recipe', 'recipeHash', 'schemaVersion', 'null', '1e999', '[', '{']).map(text),
        fc.json({ maxDepth: 4 }),
      ),
      parse: (input) => parseRecipeDocument(input as string, 'fuzz.json'),
    }));
});
