/** The `inspect` command carried out: FITS by its first bytes, else a recipe. */
import { readFileSync } from 'node:fs';
import { openFits } from '@imsim-od/fits';
import { CliError, atPath } from '../errors.js';
import { printJson, printResult } from '../standard-streams.js';
import { formatBytes } from '../text/quantity-text.js';
import { type InspectedHdu, inspectHdu } from './inspect-hdu.js';
import { hduText } from './hdu-text.js';

/** Prints what a file holds. */
export async function inspectFile(path: string, json: boolean): Promise<void> {
  const bytes = atPath(path, () => readFileSync(path));
  if (startsWith(bytes, 'SIMPLE')) {
    const hdus = await inspectFits(bytes, path);
    if (json) printJson({ file: path, bytes: bytes.length, hdus });
    else
      printResult(
        [`${path}: FITS, ${formatBytes(bytes.length)}, ${hdus.length} HDUs`, ...hdus.map(hduText)].join(
          '\n\n',
        ),
      );
    return;
  }
  if (/^\s*\{/.test(bytes.subarray(0, 256).toString('latin1'))) {
    const { inspectRecipe } = await import('./inspect-recipe.js');
    await inspectRecipe(bytes.toString('utf8'), path, json);
    return;
  }
  throw new CliError(`${path}: is neither FITS (it does not begin with SIMPLE) nor a recipe (JSON)`);
}

async function inspectFits(bytes: Uint8Array, path: string): Promise<InspectedHdu[]> {
  try {
    const { hdus } = openFits(bytes);
    const inspected: InspectedHdu[] = [];
    for (const hdu of hdus) inspected.push(await inspectHdu(hdu));
    return inspected;
  } catch (error) {
    if (error instanceof Error && 'code' in error)
      throw new CliError(`${path}: ${error.message}`, undefined, { cause: error });
    throw error;
  }
}

function startsWith(bytes: Buffer, text: string): boolean {
  return bytes.subarray(0, text.length).toString('latin1') === text;
}
