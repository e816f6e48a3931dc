/**
 * Galaxies of diffsky (`diffsky_galaxy`; OpenUniverse 2024): exponential disk, de Vaucouleurs bulge, and knots, whose spectra lie in an
 * HDF5 file: /meta/wave_list in angstrom, and /galaxy/<id div 100000>/<id> with f_nu of bulge, disk and knots at rest, in that order
 * (the order of the library that writes and reads them; its table of columns names disk first). The flux of the file is that of the whole
 * galaxy, lensed; shapes and sizes are not. Ellipticities are reduced shears as they are.
 */
import { log10, RandomStream } from '@imsim-od/portable-math';
import { Hdf5File } from '../hdf5/hdf5-file.js';
import { composeShear, lensingFrom } from '../lensing.js';
import { COMPONENT, MODEL, type SourceRow } from '../source-table.js';
import { TableFormatError } from '../tables/errors.js';
import type { RowSkipReason } from '../tables/skipped-rows.js';
import type { CellJob } from './cell-job.js';
import { SkyCatalogError } from './errors.js';
import { FluxFile } from './flux-file.js';
import { noteUnknownCurves } from './galaxies.js';
import { nameOfCell } from './name-template.js';
import { CatalogParquet, type CatalogRow } from './parquet-rows.js';
import { TophatLight } from './tophat-light.js';

const PARTS = ['bulge', 'disk', 'knots'] as const;
const SERSIC_INDEX = { bulge: 4, disk: 1 } as const;
/** Knots lie within half the disk's radius. */
const KNOT_RADIUS = 0.5;

/** Reads the galaxies of a cell. */
export async function readDiffsky(job: CellJob): Promise<void> {
  const { folder, layout, cell, band, collector, region } = job;
  for (const [path, files] of [
    [cell.flux, layout.fluxFiles],
    [cell.spectra, layout.spectrumFiles],
  ] as const) {
    if (path === undefined)
      throw new SkyCatalogError(
        `${folder.name}/${cell.main}`,
        `${files ? nameOfCell(files, cell.cell) : 'a file'} is missing, without which the light of ${layout.type} is not known; put it beside it`,
      );
  }
  const sources = [
    await folder.open(cell.main),
    await folder.open(cell.flux!),
    await folder.open(cell.spectra!),
  ] as const;
  let spectra: Hdf5File | undefined;
  try {
    const objects = await CatalogParquet.open(sources[0], {
      needed: {
        id: ['galaxy_id'],
        redshift: ['redshift'],
        gamma1: ['shear1'],
        gamma2: ['shear2'],
        kappa: ['convergence'],
        size_bulge: ['spheroidHalfLightRadiusArcsec'],
        size_disk: ['diskHalfLightRadiusArcsec'],
        e1_bulge: ['spheroidEllipticity1'],
        e2_bulge: ['spheroidEllipticity2'],
        e1_disk: ['diskEllipticity1'],
        e2_disk: ['diskEllipticity2'],
      },
      optional: { stellarMass: ['um_source_galaxy_obs_sm'] },
    });
    const flux = await FluxFile.open(sources[1], band);
    if (job.throughputs === undefined && flux.statedThroughputs === undefined) noteUnknownCurves(job);
    spectra = await Hdf5File.open(sources[2]);
    const waves = (await spectra.array('meta/wave_list'))?.values;
    if (waves === undefined || waves.length < 2)
      throw new TableFormatError(spectra.name, 'meta/wave_list, the wavelengths of the spectra, is missing');
    const light = new TophatLight(band, binEdges(spectra.name, waves));
    for await (const block of objects.blocks(region, { partition: layout.partition, cell: cell.cell })) {
      collector.seen(block.rows);
      for (const { index, reason } of block.faulty) collector.skip(reason, objects.name, index + 1);
      const keys = block.wanted.map((row) => ({ index: row.index, id: row.text('id') }));
      const fluxes = await flux.fluxes(block, keys);
      for (const [place, row] of block.wanted.entries()) {
        const value = fluxes[place]!;
        const total =
          value > 0 ? flux.magnitude(value, band, job.throughputs) : value === 0 ? 'faint' : 'number';
        const made =
          typeof total === 'string' ? total : await partsOf(row, total, light, spectra, layout.idPrefix);
        if (typeof made === 'string') collector.skip(made, objects.name, row.index + 1);
        else collector.addObject(made, objects.name, row.index + 1);
      }
    }
  } finally {
    spectra?.close();
    for (const source of sources) await source.close();
  }
}

async function partsOf(
  row: CatalogRow,
  magnitude: number,
  light: TophatLight,
  spectra: Hdf5File,
  idPrefix: string,
): Promise<SourceRow[] | RowSkipReason> {
  const id = row.text('id');
  const redshift = row.number('redshift');
  if (!(redshift >= 0 && redshift <= 20)) return Number.isNaN(redshift) ? 'number' : 'redshift';
  const lens = lensingFrom(row.number('gamma1'), row.number('gamma2'), row.number('kappa'));
  if (lens === undefined) return 'lens';
  const array = await spectra.array(`galaxy/${Math.floor(Number(id) / 100_000)}/${id}`);
  if (array === undefined || array.shape[0] !== PARTS.length || array.shape[1] !== light.bins) return 'curve';
  light.setRedshift(redshift);
  const photons = PARTS.map((_, part) =>
    light.photons(Array.from({ length: light.bins }, (__, k) => array.values[part * light.bins + k]!)),
  );
  const sum = photons.reduce((total, value) => total + value, 0);
  if (!(sum > 0 && sum < Infinity) || photons.some((value) => !(value >= 0))) return 'curve';
  const rows: SourceRow[] = [];
  for (const [part, component] of PARTS.entries()) {
    if (photons[part] === 0) continue;
    const profile = component === 'bulge' ? 'bulge' : 'disk';
    const radius = row.number(`size_${profile}`);
    const [e1, e2] = [row.number(`e1_${profile}`), row.number(`e2_${profile}`)];
    if (!(radius > 0 && radius < Infinity)) return 'size';
    if (!(e1 * e1 + e2 * e2 < 1)) return 'shape';
    const { g1, g2 } = composeShear(lens, { g1: e1, g2: e2 });
    const common = {
      objectId: idPrefix + id,
      component: COMPONENT[component],
      raDeg: row.raDeg,
      decDeg: row.decDeg,
      magnitude: magnitude - 2.5 * log10(photons[part]! / sum),
      g1,
      g2,
      redshift,
    };
    const halfLightRadiusArcsec = radius * Math.sqrt(lens.magnification);
    if (component === 'knots') {
      const knotCount = knotsOf(id, row.number('stellarMass'));
      rows.push({
        ...common,
        model: MODEL.knots,
        knotCount,
        halfLightRadiusArcsec: KNOT_RADIUS * halfLightRadiusArcsec,
      });
    } else
      rows.push({
        ...common,
        model: MODEL.sersic,
        sersicIndex: SERSIC_INDEX[component],
        halfLightRadiusArcsec,
      });
  }
  return rows;
}

/** Sets the streams of knot numbers apart from all others. */
const KNOT_STREAM = 0x6b6e6f74;

/** A number of knots that the identifier decides: evenly up to 3 at 1e6 solar masses and 50 at 1e12, one at least. */
function knotsOf(id: string, stellarMass: number): number {
  const mass = stellarMass > 1 ? log10(stellarMass) : 6;
  const most = Math.min(1000, Math.max(1, ((50 - 3) / (12 - 6)) * (mass - 6) + 3));
  const number = Number(id);
  const stream = new RandomStream(number >>> 0, Math.floor(number / 4_294_967_296) >>> 0, KNOT_STREAM, 0);
  return Math.max(1, Math.floor(stream.uniform() * most));
}

/** Bins around the wavelengths of spectra, half way between neighbours. */
function binEdges(file: string, waves: ArrayLike<number>): number[] {
  const edges = [Math.max(1, waves[0]! - (waves[1]! - waves[0]!) / 2)];
  for (let k = 1; k < waves.length; k++) edges.push((waves[k - 1]! + waves[k]!) / 2);
  edges.push(waves[waves.length - 1]! + (waves[waves.length - 1]! - waves[waves.length - 2]!) / 2);
  if (edges.some((edge, k) => !(edge > 0) || (k > 0 && edge <= edges[k - 1]!)))
    throw new TableFormatError(file, 'meta/wave_list, the wavelengths of the spectra, does not ascend');
  return edges;
}
