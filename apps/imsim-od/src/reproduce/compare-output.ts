/**
 * One file of a recipe three ways: as recorded, as it lies beside the recipe, as it was made again.
 *
 * The promise of equal bytes is for FITS. PNG and Parquet are compressed by libraries whose output may change with their
 * version; a difference there is a remark, not a fault.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { OutputFile } from '@imsim-od/simulator';
import { sha256OfFile } from '../simulate/finished-detector.js';
import { firstDifference } from './first-difference.js';

/** What was found about one file. */
export interface FileComparison {
  readonly name: string;
  readonly product: string;
  readonly recordedSha256: string;
  /** Of the file made again; undefined where it was not made. */
  readonly madeSha256: string | undefined;
  /** Of the file beside the recipe; undefined where there is none any more. */
  readonly presentSha256: string | undefined;
  /** Sentences on what breaks the promise; empty where all is the same. */
  readonly faults: readonly string[];
  readonly remarks: readonly string[];
}

/** Compares one output; reads pixels only where checksums differ. */
export async function compareOutput(
  output: OutputFile,
  madeFolder: string,
  recipeFolder: string,
): Promise<FileComparison> {
  const { name, product, sha256: recordedSha256 } = output;
  const madePath = join(madeFolder, name);
  const presentPath = join(recipeFolder, name);
  const madeSha256 = existsSync(madePath) ? await sha256OfFile(madePath) : undefined;
  const presentSha256 = existsSync(presentPath) ? await sha256OfFile(presentPath) : undefined;
  const faults: string[] = [];
  const remarks: string[] = [];
  const isFits = /\.fits(\.fz)?$/.test(name);
  if (madeSha256 === undefined) {
    faults.push('was not made again under this name');
  } else if (madeSha256 !== recordedSha256) {
    if (isFits) faults.push(`made again with SHA-256 ${madeSha256}, recorded ${recordedSha256}`);
    else
      remarks.push(
        'compressed otherwise than before (SHA-256 differs; equal bytes are promised for FITS alone)',
      );
  }
  if (presentSha256 === undefined)
    remarks.push('no longer lies beside the recipe; compared by its recorded checksum');
  else if (presentSha256 !== recordedSha256)
    faults.push('the file beside the recipe was changed since it was made');
  if (isFits && madeSha256 !== undefined && presentSha256 !== undefined && madeSha256 !== presentSha256) {
    faults.push(await firstDifference(presentPath, madePath));
  }
  return { name, product, recordedSha256, madeSha256, presentSha256, faults, remarks };
}
