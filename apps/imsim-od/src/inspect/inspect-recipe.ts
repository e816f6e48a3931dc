/** A recipe file as `inspect` tells it. */
import { type CatalogFile, type Recipe, parseRecipeDocument, simulationVersion } from '@imsim-od/simulator';
import { visitLine } from '../simulate/run-report.js';
import { printJson, printResult } from '../standard-streams.js';
import { formatBytes } from '../text/quantity-text.js';
import { formatTable } from '../text/text-table.js';

/** Prints a recipe; throws {@link RecipeError} where the file is none, or was changed. */
export async function inspectRecipe(text: string, path: string, json: boolean): Promise<void> {
  const document = parseRecipeDocument(text, path);
  const { recipe, recipeHash, inputPaths, outputs } = document;
  const sameSimulation = recipe.simulationVersion === simulationVersion;
  if (json) {
    printJson({ file: path, ...document, simulationVersion, sameSimulation });
    return;
  }
  const off = Object.entries(recipe.effects).flatMap(([effect, on]) => (on ? [] : [effect]));
  printResult(
    [
      `${path}: recipe ${recipeHash}`,
      `  ${recipe.detector.name} (${recipe.detector.id}), snap ${recipe.visit.snap} of ${visitLine(recipe.visit)}, seed ${recipe.seed}`,
      `  made by simulation ${recipe.simulationVersion}${sameSimulation ? ', as this program is' : `; this program is ${simulationVersion}`}`,
      `  effects off: ${off.length === 0 ? 'none' : off.join(', ')}`,
      ...skyLines(recipe),
      ...inputPaths.map((input) => `  read from ${input}`),
      '',
      formatTable(
        [
          { head: 'product' },
          { head: 'file' },
          { head: 'bytes', align: 'right' },
          { head: 'adler32' },
          { head: 'sha256' },
        ],
        outputs.map(({ product, name, bytes, adler32, sha256 }) => [
          product,
          name,
          formatBytes(bytes),
          adler32,
          sha256,
        ]),
      ),
    ].join('\n'),
  );
}

function skyLines({ sky }: Recipe): string[] {
  const fileLine = (what: string, { name, bytes, sha256 }: CatalogFile): string =>
    `  ${what}: ${name}, ${formatBytes(bytes)}, SHA-256 ${sha256}`;
  return sky.flatMap((entry) => [
    ...(entry.type === 'synthetic'
      ? [`  sky: synthetic, seed ${entry.seed}, to i = ${entry.faintIMag}`]
      : entry.files.map((file) => fileLine('sky', file))),
    ...(entry.lensing?.map?.files ?? []).map((file) => fileLine('lensing map', file)),
  ]);
}
