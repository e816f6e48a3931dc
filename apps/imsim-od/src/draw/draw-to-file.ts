/** The `draw` command carried out: JSON and CSV in, one FITS image out, rows streamed to the disk. */
import { readFileSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { FitsFileWriter, HeaderBuilder } from '@imsim-od/fits';
import { createKernel } from '@imsim-od/kernel';
import { loadKernelAssets } from '@imsim-od/kernel/node';
import { type DrawSpec, drawScene, readDrawSpec } from '@imsim-od/simulator';
import { CliError, atPath } from '../errors.js';
import { onInterruption } from '../interruption.js';
import { openFileSink, partialPath } from '../simulate/file-sink.js';
import { printJson, printResult } from '../standard-streams.js';
import { countOf, formatBytes } from '../text/quantity-text.js';
import { type SourceCatalogOptions, parseSourceCatalog } from './source-catalog.js';

/** Options of `draw`. */
export interface DrawOptions extends SourceCatalogOptions {
  readonly out: string;
  readonly catalog?: string;
  readonly json?: boolean;
}

/** Draws a scene into a file that appears whole or not at all. */
export async function drawToFile(specPath: string, options: DrawOptions): Promise<void> {
  const spec = readSpec(specPath, options);
  const kernel = await createKernel(await loadKernelAssets());
  const scene = drawScene(spec, kernel);
  const folder = dirname(options.out);
  const partial = partialPath(folder, basename(options.out));
  const sink = openFileSink(folder, basename(options.out));
  const withdraw = onInterruption(() => rmSync(partial, { force: true }));
  try {
    const writer = new FitsFileWriter((chunk) => sink.write(chunk));
    let electrons = 0;
    let counted = -1;
    writer.writeImage(headerOf(spec), {
      pixelType: 'float32',
      nx: spec.nx,
      ny: spec.ny,
      rows(y) {
        const row = scene.row(y);
        if (y > counted) {
          counted = y;
          for (let x = 0; x < row.length; x++) electrons += row[x]!;
        }
        return row;
      },
    });
    const { bytes, sha256 } = await sink.close();
    atPath(options.out, () => renameSync(partial, options.out));
    const summary = { out: options.out, nx: spec.nx, ny: spec.ny, sources: spec.sources.length, electrons, bytes, sha256 };
    if (options.json) printJson(summary);
    else printResult(summaryText(summary));
  } catch (error) {
    await sink.discard().catch(() => rmSync(partial, { force: true }));
    throw error;
  } finally {
    withdraw();
  }
}

function readSpec(specPath: string, options: DrawOptions): DrawSpec {
  const document = parseJson(atPath(specPath, () => readFileSync(specPath, 'utf8')), specPath);
  if (options.catalog === undefined) return readDrawSpec(document, specPath);
  const text = atPath(options.catalog, () => readFileSync(options.catalog!, 'utf8'));
  const added = parseSourceCatalog(text, options.catalog, options);
  if (typeof document !== 'object' || document === null || Array.isArray(document)) return readDrawSpec(document, specPath);
  const given: unknown = 'sources' in document ? document.sources : [];
  const sources = Array.isArray(given) ? [...(given as unknown[]), ...added] : given;
  return readDrawSpec({ ...document, sources }, specPath);
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CliError(`${path}: not JSON (${(cause as Error).message})`, undefined, { cause });
  }
}

function headerOf(spec: DrawSpec): HeaderBuilder {
  const header = new HeaderBuilder();
  header.string('BUNIT', 'electron', 'unit of the pixels');
  header.string('CREATOR', 'imsim-od draw', 'program');
  header.float('PIXSCALE', spec.pixelScaleArcsec, 'pixel scale', 'arcsec/pixel');
  header.string('PSFKIND', spec.psf.kind, 'profile of the PSF');
  header.float('PSFFWHM', spec.psf.fwhmArcsec, 'FWHM of the PSF before pixels', 'arcsec');
  if (spec.psf.kind === 'moffat' && spec.psf.beta !== undefined) header.float('PSFBETA', spec.psf.beta, 'Moffat beta');
  header.integer('NSOURCES', spec.sources.length, 'sources drawn');
  header.float('SKYLEVEL', spec.skyElectrons, 'sky', 'electron/pixel');
  header.logical('PHOTONS', spec.photons, 'sources shot as photons');
  header.logical('NOISE', spec.noise, 'Poisson noise on everything');
  header.integer('SEED', spec.seed, 'seed of photons and noise');
  return header;
}

function summaryText(summary: { out: string; nx: number; ny: number; sources: number; electrons: number; bytes: number }): string {
  const { out, nx, ny, sources, electrons, bytes } = summary;
  return `${out}: ${nx} x ${ny} pixels, ${countOf(sources, 'source')}, ${electrons.toPrecision(7)} electrons, ${formatBytes(bytes)}\nLook at it: ds9 -zscale ${out}`;
}
