/**
 * Galaxies of cosmoDC2's kind: bulge, disk and knots with spectra of their own.
 *
 * - Lensing is not in sizes and shapes: radii grow by sqrt(mu) and reduced shear is composed with the shape; shear_1 and shear_2 have
 *   GalSim's sign. Fluxes of the flux file hold the magnification already (they are made of the lensed spectrum); magnorm does not.
 * - Shapes: position_angle_unlensed runs from North through East. ellipticity_1 and _2 of these catalogs are those of the angle turned
 *   by 90 degrees, so they enter with the opposite sign.
 * - The flux of the file is that of the whole galaxy; each component has the share of its spectrum in the band.
 */
import { log10, pow } from '@imsim-od/portable-math';
import { composeShear, type Lensing, lensingFrom, type Shear, shearOfEllipse } from '../lensing.js';
import { galacticExtinctionMag, RV_RANGE } from '../sed/dust.js';
import { COMPONENT, MODEL, type SourceRow } from '../source-table.js';
import type { RowSkipReason } from '../tables/skipped-rows.js';
import { SkyCatalogError } from './errors.js';
import type { CellJob } from './cell-job.js';
import { FluxFile } from './flux-file.js';
import { CatalogParquet, type CatalogRow } from './parquet-rows.js';
import { COSMODC2_EDGES_ANGSTROM, TophatLight } from './tophat-light.js';

const COMPONENTS = ['bulge', 'disk', 'knots'] as const;
type ComponentName = (typeof COMPONENTS)[number];
const RAD_PER_DEG = Math.PI / 180;

/** Reads the galaxies of a cell. */
export async function readGalaxies(job: CellJob): Promise<void> {
  const { folder, layout, cell, band, collector, region } = job;
  const source = await folder.open(cell.main);
  const fluxPath = job.fluxes === 'files' ? cell.flux : undefined;
  const fluxSource = fluxPath === undefined ? undefined : await folder.open(fluxPath);
  try {
    const objects = await CatalogParquet.open(source, {
      needed: {
        id: ['galaxy_id'],
        redshift: ['redshift'],
        gamma1: ['shear_1'],
        gamma2: ['shear_2'],
        kappa: ['convergence'],
        size_bulge: ['size_bulge_true'],
        size_disk: ['size_disk_true'],
        minor_bulge: ['size_minor_bulge_true'],
        minor_disk: ['size_minor_disk_true'],
        sersic_bulge: ['sersic_bulge'],
        sersic_disk: ['sersic_disk'],
      },
      optional: {
        positionAngle: ['position_angle_unlensed'],
        ellipticity_1_bulge: ['ellipticity_1_bulge_true'],
        ellipticity_2_bulge: ['ellipticity_2_bulge_true'],
        ellipticity_1_disk: ['ellipticity_1_disk_true'],
        ellipticity_2_disk: ['ellipticity_2_disk_true'],
        magnorm_bulge: ['bulge_magnorm'],
        magnorm_disk: ['disk_magnorm'],
        magnorm_knots: ['knots_magnorm'],
        n_knots: ['n_knots'],
        av: ['MW_av'],
        rv: ['MW_rv'],
      },
      lists: COMPONENTS.map((name) => `sed_val_${name}`),
    });
    refuseUnknownLight(objects, fluxSource !== undefined, cell.main);
    const flux = fluxSource && (await FluxFile.open(fluxSource, band));
    if (flux === undefined) noteNoFluxes(job);
    else if (job.throughputs === undefined && flux.statedThroughputs === undefined) noteUnknownCurves(job);
    let unmeasured = 0;
    const light = new TophatLight(band, layout.tophatEdgesAngstrom ?? COSMODC2_EDGES_ANGSTROM);
    for await (const block of objects.blocks(region, { partition: layout.partition, cell: cell.cell })) {
      collector.seen(block.rows);
      for (const { index, reason } of block.faulty) collector.skip(reason, objects.name, index + 1);
      const keys = block.wanted.map((row) => ({ index: row.index, id: row.text('id') }));
      const fluxes = await flux?.fluxes(block, keys);
      block.wanted.forEach((row, place) => {
        const value = fluxes?.[place];
        // Some catalogs hold 0 where the flux was not worked out; the spectrum tells whether there is light.
        const total = flux && value !== 0 ? { file: flux, value: value ?? NaN } : undefined;
        if (value === 0 && objects.has('magnorm_disk')) unmeasured++;
        const made = galaxyRows(job, row, light, total);
        if (typeof made === 'string') collector.skip(made, objects.name, row.index + 1);
        else collector.addObject(made, objects.name, row.index + 1);
      });
    }
    if (unmeasured > 0)
      collector.note(
        `${layout.type}: ${unmeasured} galaxies of cell ${cell.cell} have a flux of 0 in ${fluxPath ?? ''}; their light comes from magnorm and spectra.`,
      );
  } finally {
    await source.close();
    await fluxSource?.close();
  }
}

/** What decides the brightness of a galaxy as a whole. */
interface TotalFlux {
  readonly file: FluxFile;
  readonly value: number;
}

function galaxyRows(
  { band, throughputs, layout }: CellJob,
  row: CatalogRow,
  light: TophatLight,
  flux: TotalFlux | undefined,
): SourceRow[] | RowSkipReason {
  const redshift = row.number('redshift');
  if (!(redshift >= 0 && redshift <= 20)) return Number.isNaN(redshift) ? 'number' : 'redshift';
  const lens = lensingFrom(row.number('gamma1'), row.number('gamma2'), row.number('kappa'));
  if (lens === undefined) return 'lens';
  light.setRedshift(redshift);
  const magnitudes =
    flux === undefined ? magnitudesOfSpectra(row, light, redshift) : sharesOf(row, light, redshift);
  if (magnitudes === undefined) return 'number';
  let offset = 0;
  if (flux !== undefined) {
    if (Number.isNaN(flux.value)) return 'number';
    if (!(flux.value > 0)) return 'faint';
    offset = flux.file.magnitude(flux.value, band, throughputs);
  } else {
    const av = zeroOr(row.number('av'));
    const rv = row.number('rv');
    if (av !== 0 && !(rv >= RV_RANGE.min && rv <= RV_RANGE.max)) return 'dust';
    offset = (av === 0 ? 0 : galacticExtinctionMag(band, av, rv)) - 2.5 * log10(lens.magnification);
  }
  const rows: SourceRow[] = [];
  for (const component of COMPONENTS) {
    const magnitude = magnitudes[component] + offset;
    if (!(magnitude < 50)) continue; // No light, or none of that component.
    const made = componentRow(row, component, lens, magnitude, redshift, layout.idPrefix);
    if (typeof made === 'string') return made;
    rows.push(made);
  }
  return rows.length > 0 ? rows : 'faint';
}

function componentRow(
  row: CatalogRow,
  component: ComponentName,
  lens: Lensing,
  magnitude: number,
  redshift: number,
  idPrefix: string,
): SourceRow | RowSkipReason {
  // Knots are spread as the disk is.
  const profile = component === 'bulge' ? 'bulge' : 'disk';
  const a = row.number(`size_${profile}`);
  const b = row.number(`minor_${profile}`);
  if (!(a > 0 && b > 0 && a < Infinity)) return 'size';
  if (b > a) return 'axes';
  const shape = shapeOf(row, profile, b / a);
  if (shape === undefined) return 'shape';
  const { g1, g2 } = composeShear(lens, shape);
  const objectId = idPrefix + row.text('id');
  if (objectId.length > 64) return 'identifier';
  const source: SourceRow = {
    objectId,
    component: COMPONENT[component],
    model: component === 'knots' ? MODEL.knots : MODEL.sersic,
    raDeg: row.raDeg,
    decDeg: row.decDeg,
    magnitude,
    halfLightRadiusArcsec: Math.sqrt(a * b * lens.magnification),
    g1,
    g2,
    redshift,
  };
  if (component === 'knots') {
    const knots = Math.round(row.number('n_knots'));
    return knots > 0 && knots <= 100_000 ? { ...source, knotCount: knots } : 'number';
  }
  const sersicIndex = Math.round(row.number(`sersic_${profile}`) * 20) / 20;
  return sersicIndex >= 0.3 && sersicIndex <= 6.2 ? { ...source, sersicIndex } : 'index';
}

function shapeOf(row: CatalogRow, profile: 'bulge' | 'disk', axisRatio: number): Shear | undefined {
  const e1 = row.number(`ellipticity_1_${profile}`);
  const e2 = row.number(`ellipticity_2_${profile}`);
  if (!Number.isNaN(e1) && !Number.isNaN(e2)) return e1 * e1 + e2 * e2 < 1 ? { g1: -e1, g2: -e2 } : undefined;
  const angleDeg = row.number('positionAngle');
  return Number.isFinite(angleDeg) ? shearOfEllipse(axisRatio, (90 + angleDeg) * RAD_PER_DEG) : undefined;
}

type ComponentMagnitudes = Record<ComponentName, number>;

/** Magnitudes of the components in the band before dust and lensing, from magnorm and the shape of each spectrum. */
function magnitudesOfSpectra(
  row: CatalogRow,
  light: TophatLight,
  redshift: number,
): ComponentMagnitudes | undefined {
  const magnitudes: ComponentMagnitudes = { bulge: Infinity, disk: Infinity, knots: Infinity };
  for (const component of COMPONENTS) {
    const magnorm = row.number(`magnorm_${component}`);
    const spectrum = row.list(`sed_val_${component}`);
    if (!Number.isFinite(magnorm) || spectrum === undefined) continue;
    if (spectrum.length !== light.bins) return undefined;
    // At fixed magnorm the count of photons grows with (1 + z).
    const photons = (light.photons(spectrum) * (1 + redshift)) / light.atReference(spectrum);
    if (photons > 0 && photons < Infinity) magnitudes[component] = magnorm - 2.5 * log10(photons);
  }
  return magnitudes;
}

/** By how many magnitudes each component is fainter than the whole. */
function sharesOf(row: CatalogRow, light: TophatLight, redshift: number): ComponentMagnitudes | undefined {
  const photons = { bulge: 0, disk: 0, knots: 0 };
  let sum = 0;
  for (const component of COMPONENTS) {
    const spectrum = row.list(`sed_val_${component}`);
    if (spectrum === undefined) continue;
    if (spectrum.length !== light.bins) return undefined;
    const value = light.photons(spectrum);
    if (!(value >= 0 && value < Infinity)) return undefined;
    photons[component] = value;
    sum += value;
  }
  if (sum === 0) {
    // Redshifted out of the spectra, or a catalog without them: what 500 nm at rest says.
    const norm = magnitudesAtRest(row);
    return norm ?? (redshift >= 0 ? { bulge: Infinity, disk: 0, knots: Infinity } : undefined);
  }
  return {
    bulge: -2.5 * log10(photons.bulge / sum),
    disk: -2.5 * log10(photons.disk / sum),
    knots: -2.5 * log10(photons.knots / sum),
  };
}

function magnitudesAtRest(row: CatalogRow): ComponentMagnitudes | undefined {
  const norms = COMPONENTS.map((component) => row.number(`magnorm_${component}`));
  const finite = norms.filter((norm) => Number.isFinite(norm));
  if (finite.length === 0) return undefined;
  const brightest = Math.min(...finite);
  let sum = 0;
  for (const norm of finite) sum += pow(10, -0.4 * (norm - brightest));
  const total = brightest - 2.5 * log10(sum);
  const [bulge, disk, knots] = norms.map((norm) => (Number.isFinite(norm) ? norm - total : Infinity));
  return { bulge: bulge!, disk: disk!, knots: knots! };
}

function zeroOr(value: number): number {
  return Number.isNaN(value) ? 0 : value;
}

function refuseUnknownLight(objects: CatalogParquet, hasFluxes: boolean, file: string): void {
  const hasShape = objects.has('positionAngle') || objects.has('ellipticity_1_disk');
  if (!hasShape)
    throw new SkyCatalogError(
      objects.name,
      'neither position_angle_unlensed nor ellipticity_1_disk_true … is among its columns, so shapes have no direction',
    );
  if (hasFluxes || (objects.has('sed_val_disk') && objects.has('magnorm_disk'))) return;
  throw new SkyCatalogError(
    objects.name,
    `there is no file of fluxes for ${file}, and sed_val_… with …_magnorm are not among its columns either; put the file of fluxes beside it`,
  );
}

function noteNoFluxes({ collector, cell, layout, fluxes }: CellJob): void {
  if (fluxes === 'spectra') return;
  collector.note(
    `${layout.type}: no file of fluxes for cell ${cell.cell}; magnitudes come from magnorm and spectra, with lensing and Galactic dust.`,
  );
}

/** Says that a file of fluxes does not tell its curves. */
export function noteUnknownCurves({ collector, layout }: CellJob): void {
  collector.note(
    `${layout.type}: the files of fluxes do not say through which throughputs they were made; the baseline v1.9 is taken ` +
      '(older catalogs differ by up to 0.35 mag: fluxes: spectra does without the files).',
  );
}
