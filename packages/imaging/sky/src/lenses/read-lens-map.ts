/**
 * Reading maps of convergence and shear: FITS images KAPPA, GAMMA1 and GAMMA2 with a TAN WCS, or a table of HEALPix cells in
 * any format of tables.
 */
import { nestOfRing } from '@imsim-od/astro';
import { type FitsHdu, type FitsHeader, openFits, readPixels } from '@imsim-od/fits';
import { readUnpacked } from '../gzip-stream.js';
import { asByteSource, type RangeSource } from '../range-source.js';
import { openTable } from '../tables/open-table.js';
import { plainName } from '../tables/quantities.js';
import type { CellColumn, TableReader } from '../tables/table-reader.js';
import type { HealpixLensMap, LensMap, TanLensMap } from './lens-map.js';

/** A file that is no map of lensing, or one that cannot be used. */
export class LensMapError extends Error {
  readonly code = 'SKY_LENS_MAP';
  readonly file: string;
  constructor(file: string, problem: string) {
    super(`${file}: ${problem}.`);
    this.name = 'LensMapError';
    this.file = file;
  }
}

/** How to read a map: HEALPix cells need `nside` (a power of two to 2^24) and `ordering`, images neither. */
export interface LensMapOptions {
  readonly nside?: number | undefined;
  readonly ordering?: 'nested' | 'ring' | undefined;
  /** Keeps only the HEALPix cells that pass; default all. @param cell nested id */
  readonly keepCell?: (cell: number, order: number) => boolean;
}

type Plane = 'kappa' | 'gamma1' | 'gamma2';
const PLANES: readonly Plane[] = ['kappa', 'gamma1', 'gamma2'];
/** Names of columns and images, plain, that are recognised. */
const NAMES: Readonly<Record<Plane | 'cell', readonly string[]>> = {
  cell: ['cell', 'pixel', 'pix', 'ipix', 'hpix', 'hpx', 'healpix', 'healpixid', 'pixelid'],
  kappa: ['kappa', 'convergence'],
  gamma1: ['gamma1', 'shear1'],
  gamma2: ['gamma2', 'shear2'],
};
/** Most bytes of a file of images, unpacked: three planes of 8192 x 8192 doubles. */
const MAX_IMAGE_BYTES = 1_700_000_000;
/** Most HEALPix cells that are kept: a gigabyte. */
const MAX_CELLS = 50_000_000;

/**
 * Reads a map. Throws {@link LensMapError}, the FITS package's `FitsError`, `TableFormatError`, and what the source throws.
 */
export async function readLensMap(source: RangeSource, options: LensMapOptions = {}): Promise<LensMap> {
  const head = await source.read(0, Math.min(source.bytes, 2880));
  const isFits = String.fromCharCode(...head.subarray(0, 9)) === 'SIMPLE  =';
  const isPacked = head[0] === 0x1f && head[1] === 0x8b;
  return options.ordering === undefined && (isFits || isPacked)
    ? readTanMap(source)
    : readHealpixMap(source, options);
}

async function readTanMap(source: RangeSource): Promise<TanLensMap> {
  const { hdus } = openFits(await readUnpacked(asByteSource(source), { bytes: 0 }, MAX_IMAGE_BYTES));
  const found = PLANES.map((plane) => {
    const hdu = hdus.find(({ name }) => NAMES[plane].includes(plainName(name)));
    if (hdu === undefined) {
      const names = hdus.map(({ name, index }) => (name === '' ? `HDU ${index} without a name` : name));
      throw new LensMapError(
        source.name,
        `no image is named ${plane.toUpperCase()} (EXTNAME); it holds ${names.join(', ')}. Three images KAPPA, GAMMA1 and ` +
          'GAMMA2 are expected; for a table of HEALPix cells say ordering: nested or ring',
      );
    }
    return hdu;
  });
  const first = found[0]!;
  const wcs = tanOf(first, source.name);
  const planes: Float32Array[] = [];
  for (const hdu of found) {
    const same = tanOf(hdu, source.name);
    if (JSON.stringify(same) !== JSON.stringify(wcs))
      throw new LensMapError(source.name, `the images ${first.name} and ${hdu.name} differ in size or WCS`);
    if (hdu.kind !== 'image' && hdu.kind !== 'compressed-image')
      throw new LensMapError(source.name, `${hdu.name} is no image`);
    const pixels = await readPixels(hdu);
    const { blank } = pixels;
    const values: ArrayLike<number | bigint> = pixels.values;
    planes.push(Float32Array.from(values, (value) => (value === blank ? NaN : Number(value))));
  }
  return { kind: 'tan', ...wcs, kappa: planes[0]!, gamma1: planes[1]!, gamma2: planes[2]! };
}

type TanFacts = Omit<TanLensMap, 'kind' | Plane>;

function tanOf(hdu: FitsHdu, file: string): TanFacts {
  if (hdu.kind !== 'image' && hdu.kind !== 'compressed-image')
    throw new LensMapError(file, `${hdu.name} is no image`);
  const { header, name } = hdu;
  const [width = 0, height = 0, ...more] = hdu.shape;
  if (width < 2 || height < 2 || more.some((length) => length !== 1))
    throw new LensMapError(
      file,
      `${name} has the shape ${hdu.shape.join(' x ')}; two axes of 2 pixels or more are needed`,
    );
  const [one, two] = [header.string('CTYPE1', ''), header.string('CTYPE2', '')];
  if (one.trim() !== 'RA---TAN' || two.trim() !== 'DEC--TAN') {
    throw new LensMapError(
      file,
      `${name} has CTYPE1 '${one}', CTYPE2 '${two}'; RA---TAN and DEC--TAN are read`,
    );
  }
  for (const axis of [1, 2]) {
    const unit = header.string(`CUNIT${axis}`, 'deg').trim();
    if (unit !== 'deg' && unit !== '')
      throw new LensMapError(file, `${name} has CUNIT${axis} '${unit}'; deg is read`);
  }
  const system = header.string('RADESYS', 'ICRS').trim();
  if (system !== 'ICRS' && system !== 'FK5')
    throw new LensMapError(file, `${name} has RADESYS '${system}'; ICRS is read (and FK5, taken as ICRS)`);
  const cd = cdOf(header);
  if (!(Math.abs(cd[0] * cd[3] - cd[1] * cd[2]) > 0))
    throw new LensMapError(file, `${name} has no scale: CDi_j, or CDELT1 and CDELT2, are missing or 0`);
  return {
    width,
    height,
    tangentPoint: { raDeg: header.float('CRVAL1'), decDeg: header.float('CRVAL2') },
    referencePixel: [header.float('CRPIX1', 0), header.float('CRPIX2', 0)],
    cd,
  };
}

function cdOf(header: FitsHeader): TanLensMap['cd'] {
  const hasCd = ['CD1_1', 'CD1_2', 'CD2_1', 'CD2_2'].some((keyword) => header.has(keyword));
  if (hasCd)
    return [
      header.float('CD1_1', 0),
      header.float('CD1_2', 0),
      header.float('CD2_1', 0),
      header.float('CD2_2', 0),
    ];
  const [x, y] = [header.float('CDELT1', 0), header.float('CDELT2', 0)];
  return [
    x * header.float('PC1_1', 1),
    x * header.float('PC1_2', 0),
    y * header.float('PC2_1', 0),
    y * header.float('PC2_2', 1),
  ];
}

async function readHealpixMap(source: RangeSource, options: LensMapOptions): Promise<HealpixLensMap> {
  const { ordering, nside, keepCell } = options;
  if (ordering === undefined || nside === undefined) {
    throw new LensMapError(
      source.name,
      'it is no FITS file of images; of a table of HEALPix cells the request must say nside and ordering (nested or ring)',
    );
  }
  const order = 31 - Math.clz32(nside);
  const all = 12 * nside * nside;
  const { reader } = await openTable(source, undefined, undefined);
  const columns = columnsOf(reader, source.name);
  const collected = new CellCollector();
  let rows = 0;
  for await (const block of reader.blocks({ columns: columns.indices })) {
    const [kappa, gamma1, gamma2, ids] = block.columns;
    for (let row = 0; row < block.rows; row++) {
      const id = columns.hasCells ? numberOf(ids, row) : rows + row;
      if (!(Number.isInteger(id) && id >= 0 && id < all)) {
        const where = columns.hasCells ? `has cell ${String(ids?.[row])}` : 'is one too many';
        throw new LensMapError(
          source.name,
          `row ${rows + row + 1} ${where}; nside ${nside} has the cells 0 to ${all - 1}`,
        );
      }
      const cell = ordering === 'ring' ? nestOfRing(id, order) : id;
      if (keepCell !== undefined && !keepCell(cell, order)) continue;
      if (collected.length === MAX_CELLS)
        throw new LensMapError(source.name, `more than ${MAX_CELLS} of its cells lie in the field`);
      collected.add(cell, numberOf(kappa, row), numberOf(gamma1, row), numberOf(gamma2, row));
    }
    rows += block.rows;
  }
  if (!columns.hasCells && rows !== all) {
    throw new LensMapError(
      source.name,
      `it has ${rows} rows and no column of cells (${NAMES.cell.slice(0, 4).join(', ')} ...); all ${all} cells of nside ${nside} are needed then`,
    );
  }
  return collected.sorted(order, source.name);
}

interface MapColumns {
  /** Convergence, shears and, where there is one, the cell. */
  readonly indices: readonly number[];
  readonly hasCells: boolean;
}

function columnsOf({ columns }: TableReader, file: string): MapColumns {
  const plain = columns.map(({ name }) => plainName(name));
  const indexOf = (what: Plane | 'cell'): number => plain.findIndex((name) => NAMES[what].includes(name));
  const indices = PLANES.map((plane) => {
    const index = indexOf(plane);
    if (index < 0) {
      throw new LensMapError(
        file,
        `no column is named ${NAMES[plane].join(' or ')}; it has ${columns.map(({ name }) => name).join(', ')}`,
      );
    }
    return index;
  });
  const cell = indexOf('cell');
  return cell < 0 ? { indices, hasCells: false } : { indices: [...indices, cell], hasCells: true };
}

function numberOf(column: CellColumn | undefined, row: number): number {
  const value = column?.[row];
  return value === null || value === undefined || value === '' ? NaN : Number(value);
}

/** Cells and their values, in arrays that grow. */
class CellCollector {
  length = 0;
  private cells = new Float64Array(4096);
  private values = new Float32Array(3 * 4096);

  add(cell: number, kappa: number, gamma1: number, gamma2: number): void {
    if (this.length === this.cells.length) {
      const cells = new Float64Array(2 * this.length);
      const values = new Float32Array(6 * this.length);
      cells.set(this.cells);
      values.set(this.values);
      this.cells = cells;
      this.values = values;
    }
    this.cells[this.length] = cell;
    this.values.set([kappa, gamma1, gamma2], 3 * this.length);
    this.length++;
  }

  /** The map; cells ascend. Throws {@link LensMapError} for a cell that stands twice. */
  sorted(order: number, file: string): HealpixLensMap {
    const rows = Uint32Array.from({ length: this.length }, (_, row) => row).sort(
      (a, b) => this.cells[a]! - this.cells[b]!,
    );
    const cells = Float64Array.from(rows, (row) => this.cells[row]!);
    for (let i = 1; i < cells.length; i++)
      if (cells[i] === cells[i - 1]) throw new LensMapError(file, `cell ${cells[i]} (nested) stands twice`);
    const plane = (which: number): Float32Array =>
      Float32Array.from(rows, (row) => this.values[3 * row + which]!);
    return { kind: 'healpix', order, cells, kappa: plane(0), gamma1: plane(1), gamma2: plane(2) };
  }
}
