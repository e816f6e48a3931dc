/**
 * What an output folder already holds of a recipe. A detector counts as made only when its recipe file has the same
 * recipe hash, lists the products asked for, and every listed file has its recorded size and SHA-256.
 */
import { createHash } from 'node:crypto';
import { createReadStream, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type OutputFile,
  PRODUCTS,
  type Product,
  type Recipe,
  type RecipeDocument,
  fileNames,
  parseRecipeDocument,
  recipeHash,
} from '@imsim-od/simulator';

/** What was found, in the words of the run's report. */
export type DetectorState =
  | { readonly state: 'made'; readonly document: RecipeDocument }
  /** The same recipe made some of the products: what it made is made again together with what is asked. */
  | { readonly state: 'incomplete'; readonly document: RecipeDocument }
  | { readonly state: 'damaged'; readonly document: RecipeDocument; readonly fault: string }
  | { readonly state: 'other'; readonly document: RecipeDocument }
  | { readonly state: 'absent' };

/** Looks at what a folder holds of a recipe. */
export async function findDetector(
  folder: string,
  recipe: Recipe,
  products: readonly Product[],
): Promise<DetectorState> {
  const document = readRecipeFile(folder, recipe);
  if (!document) return { state: 'absent' };
  if (document.recipeHash !== recipeHash(recipe)) return { state: 'other', document };
  for (const output of document.outputs) {
    const fault = await findFault(folder, output);
    if (fault) return { state: 'damaged', document, fault };
  }
  const complete = products.every((product) => document.outputs.some((output) => output.product === product));
  return { state: complete ? 'made' : 'incomplete', document };
}

/** The products to make so that the folder holds those asked for and those the same recipe made before. */
export function productsToMake(found: DetectorState, products: readonly Product[]): Product[] {
  const kept = found.state === 'incomplete' || found.state === 'damaged' ? found.document.outputs : [];
  return PRODUCTS.filter(
    (product) => products.includes(product) || kept.some((output) => output.product === product),
  );
}

/** Removes the recipe file of a detector and those of its files that are not made anew; `replacing` are about to be renamed in. */
export function removeOutdated(folder: string, recipe: Recipe, replacing: readonly string[]): void {
  const document = readRecipeFile(folder, recipe);
  rmSync(join(folder, fileNames(recipe).recipe), { force: true });
  if (!document) return;
  const known = new Set<string>(Object.values(fileNames(recipe)));
  for (const { name } of document.outputs) {
    if (known.has(name) && !replacing.includes(name)) rmSync(join(folder, name), { force: true });
  }
}

/** SHA-256 of a file, read in pieces. */
export async function sha256OfFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 }))
    hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

function readRecipeFile(folder: string, recipe: Recipe): RecipeDocument | undefined {
  const path = join(folder, fileNames(recipe).recipe);
  try {
    return parseRecipeDocument(readFileSync(path, 'utf8'), path);
  } catch {
    return undefined; // absent or damaged: nothing in the folder can be trusted by it
  }
}

async function findFault(folder: string, { name, bytes, sha256 }: OutputFile): Promise<string | undefined> {
  const path = join(folder, name);
  try {
    const { size } = statSync(path);
    if (size !== bytes) return `${name} has ${size} bytes instead of ${bytes}`;
    return (await sha256OfFile(path)) === sha256 ? undefined : `${name} was changed (its SHA-256 is another)`;
  } catch {
    return `${name} is missing or cannot be read`;
  }
}
