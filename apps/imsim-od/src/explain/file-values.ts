/** What the files beside a recipe hold in a pixel. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type FitsHdu, openFits, readPixels } from '@imsim-od/fits';
import type { PixelExplanation } from '@imsim-od/simulator';
import { atPath } from '../errors.js';
import type { RecipeFile } from './recipe-file.js';

/** A value as a file has it. */
export interface FileValue {
  readonly file: string;
  readonly value: number;
}

/** Values of the files that are there. */
export interface FileValues {
  /** Electrons of the e-image. */
  readonly eimage?: FileValue;
  /** ADU of the raw file, and (value - expected) / sigma. */
  readonly raw?: FileValue & { readonly deviationSigma: number };
}

/** Reads the pixel from the e-image and from the raw file beside the recipe, where they are. */
export async function readFileValues(
  { path, document }: RecipeFile,
  { xPixel0, yPixel0, raw }: PixelExplanation,
): Promise<FileValues> {
  const fileOf = (product: string): string | undefined => {
    const output = document.outputs.find((candidate) => candidate.product === product);
    const file = output && join(dirname(path), output.name);
    return file !== undefined && existsSync(file) ? file : undefined;
  };
  const eimage = fileOf('eimage');
  const rawFile = raw && fileOf('raw');
  const rawValue =
    rawFile && (await valueIn(rawFile, ({ name }) => name === raw.segment, raw.rawX, raw.rawY));
  const electrons = eimage && (await valueIn(eimage, ({ index }) => index === 0, xPixel0, yPixel0));
  return {
    ...(eimage && electrons !== undefined ? { eimage: { file: eimage, value: Number(electrons) } } : {}),
    ...(raw && rawFile && rawValue !== undefined
      ? {
          raw: {
            file: rawFile,
            value: Number(rawValue),
            deviationSigma: (Number(rawValue) - raw.expectedAdu) / raw.sigmaAdu,
          },
        }
      : {}),
  };
}

async function valueIn(
  path: string,
  isWanted: (hdu: FitsHdu) => boolean,
  x: number,
  y: number,
): Promise<number | undefined> {
  const hdu = openFits(atPath(path, () => readFileSync(path))).hdus.find(isWanted);
  if (!hdu || (hdu.kind !== 'image' && hdu.kind !== 'compressed-image')) return undefined;
  const value = (await readPixels(hdu)).values[y * hdu.shape[0]! + x];
  return value === undefined ? undefined : Number(value);
}
