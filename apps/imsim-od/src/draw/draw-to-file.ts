/** The `draw` command carried out: JSON and CSV in, one FITS image out, rows streamed to the disk. */
import { closeSync, openSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { FitsFileWriter, HeaderBuilder } from '@imsim-od/fits';
import { createKernel } from '@imsim-od/kernel';
import { loadKernelAssets } from '@imsim-od/kernel/node';
import {
  type DrawSpec,
  type SourceTable,
  drawScene,
  readDrawSpec,
  sceneFrame,
  toSourceTable,
} from '@imsim-od/simulator';
import { CliError, atPath } from '../errors.js';
import { onInterruption } from '../interruption.js';
import { partialPath, writeFully } from '../simulate/file-sink.js';
import { printJson, printResult } from '../standard-streams.js';
import { countOf, formatBytes } from '../text/quantity-text.js';
import { type SourceCatalogOptions, readSourceCatalog } from './source-catalog.js';

/** Options of `draw`. */
export interface DrawOptions extends SourceCatalogOptions {
  readonly out: string;
  readonly catalog?: string;
  readonly json?: boolean;
}

/** Draws a scene into a file that appears whole or not at all. */
export async function drawToFile(specPath: string, options: DrawOptions): Promise<void> {
  const text = atPath(specPath, () => readFileSync(specPath, 'utf8'));
  const spec = readDrawSpec(parseJson(text, specPath), specPath);
  const sources = readSources(spec, options);
  const kernel = await createKernel(await loadKernelAssets(), sceneFrame(spec));
  const scene = drawScene(spec, kernel, sources);
  const bytes = writeWhole(options.out, (sink) => {
    // No checksums: they would ask for every row twice, and drawing is quick enough for that to be felt.
    const writer = new FitsFileWriter(sink, { checksum: false, reuseChunks: true });
    writer.writeImage(headerOf(spec, sources.length), {
      pixelType: 'float32',
      nx: spec.nx,
      ny: spec.ny,
      rows: scene,
    });
  });
  const summary = { out: options.out, nx: spec.nx, ny: spec.ny, sources: sources.length, bytes };
  if (options.json) printJson(summary);
  else printResult(summaryText(summary));
}

/** Writes a file under a temporary name in its folder and gives it its own when it is whole; returns its size. */
function writeWhole(path: string, write: (sink: (chunk: Uint8Array) => void) => void): number {
  const partial = partialPath(dirname(path), basename(path));
  const file = atPath(path, () => openSync(partial, 'w'));
  const withdraw = onInterruption(() => rmSync(partial, { force: true }));
  let bytes = 0;
  try {
    try {
      write((chunk) => {
        atPath(path, () => writeFully(file, chunk));
        bytes += chunk.length;
      });
    } finally {
      closeSync(file);
    }
    atPath(path, () => renameSync(partial, path));
    return bytes;
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  } finally {
    withdraw();
  }
}

/** The scene's sources, and after them the catalog's, which are checked line by line as they are read. */
function readSources({ sources, photons }: DrawSpec, options: DrawOptions): SourceTable {
  const table = toSourceTable(sources);
  const { catalog } = options;
  if (catalog === undefined) return table;
  const bytes = atPath(catalog, () => readFileSync(catalog));
  readSourceCatalog(bytes, catalog, { ...options, photons }, table);
  return table;
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CliError(`${path}: not JSON (${(cause as Error).message})`, undefined, { cause });
  }
}

function headerOf(spec: DrawSpec, sources: number): HeaderBuilder {
  const header = new HeaderBuilder();
  header.string('BUNIT', 'electron', 'unit of the pixels');
  header.string('CREATOR', 'imsim-od draw', 'program');
  header.float('PIXSCALE', spec.pixelScaleArcsec, 'pixel scale', 'arcsec/pixel');
  header.string('PSFKIND', spec.psf.kind, 'profile of the PSF');
  header.float('PSFFWHM', spec.psf.fwhmArcsec, 'FWHM of the PSF before pixels', 'arcsec');
  if (spec.psf.kind === 'moffat' && spec.psf.beta !== undefined)
    header.float('PSFBETA', spec.psf.beta, 'Moffat beta');
  header.integer('NSOURCES', sources, 'sources drawn');
  header.float('SKYLEVEL', spec.skyElectrons, 'sky', 'electron/pixel');
  header.logical('PHOTONS', spec.photons, 'sources shot as photons');
  header.logical('NOISE', spec.noise, 'Poisson noise on everything');
  header.integer('SEED', spec.seed, 'seed of photons and noise');
  return header;
}

function summaryText(summary: {
  out: string;
  nx: number;
  ny: number;
  sources: number;
  bytes: number;
}): string {
  const { out, nx, ny, sources, bytes } = summary;
  return `${out}: ${nx} x ${ny} pixels, ${countOf(sources, 'source')}, ${formatBytes(bytes)}\nLook at it: ds9 -zscale ${out}`;
}
