/** The recipe that is meant by a recipe file or by a folder of a run. */
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type RecipeDocument, parseRecipeDocument } from '@imsim-od/simulator';
import { CliError, atPath } from '../errors.js';
import { EXIT_CODE } from '../exit-code.js';

/** A recipe file read. */
export interface RecipeFile {
  readonly path: string;
  readonly document: RecipeDocument;
}

/** Recipe files of a folder that a message lists at most. */
const MOST_LISTED = 6;

/**
 * Reads a recipe file, or finds the one of a detector in a folder.
 * @throws CliError where there is none, where several fit, or where the file is of another detector
 */
export function findRecipe(path: string, detector: string | undefined): RecipeFile {
  if (!atPath(path, () => statSync(path)).isDirectory()) {
    const file = read(path);
    if (detector !== undefined && !isOf(file, detector))
      throw new CliError(
        `${path}: is the recipe of ${file.document.recipe.detector.name}, not of ${detector}; leave --detector out, or give the folder`,
        EXIT_CODE.usage,
      );
    return file;
  }
  const names = atPath(path, () => readdirSync(path))
    .filter((name) => /^recipe_.*\.json$/.test(name))
    .sort();
  if (names.length === 0)
    throw new CliError(`${path}: holds no recipe_*.json; give the folder that simulate or get wrote`);
  const candidates =
    detector === undefined || names.length === 1
      ? names
      : names.filter((name) => name.includes(`-${detector}-`) || name.includes(detSuffix(detector)));
  const [first, ...others] = candidates;
  if (first !== undefined && others.length === 0) {
    const file = read(join(path, first));
    if (detector === undefined || isOf(file, detector)) return file;
  }
  const listed = (candidates.length > 0 ? candidates : names).slice(0, MOST_LISTED).join(', ');
  throw new CliError(
    first === undefined || others.length === 0
      ? `${path}: holds no recipe of ${detector}; there are ${listed}`
      : `${path}: holds ${candidates.length} recipes${detector === undefined ? '' : ` of ${detector}`}; ` +
          `${detector === undefined ? 'say which with --detector, or give' : 'give'} one of ${listed}`,
    EXIT_CODE.usage,
  );
}

function read(path: string): RecipeFile {
  const text = atPath(path, () => readFileSync(path, 'utf8'));
  return { path, document: parseRecipeDocument(text, path) };
}

function isOf({ document }: RecipeFile, detector: string): boolean {
  const { id, name } = document.recipe.detector;
  return name === detector || String(id) === detector;
}

function detSuffix(detector: string): string {
  return `-det${detector.padStart(3, '0')}.`;
}
