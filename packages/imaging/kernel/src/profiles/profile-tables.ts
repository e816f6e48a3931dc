/**
 * tables.bin: what is slow to make and always the same, in one file. Little-endian: 8 bytes magic `IODPRF02`, u32 number of Sersic
 * indices, u32 floats in a radius table, u32 floats in a transform table, u32 zero, 32 bytes SHA-256 of the body; body, float32: per index
 * the radius table, then all transform tables, then the radius table of a Kolmogorov PSF of FWHM 1 px.
 */
import { ProfileTablesError } from './profile-error.js';
import { makePsfRadiusTable } from './psf-tables.js';
import {
  makeSersicRadiusTable,
  makeSersicTransformTable,
  SERSIC_GRID_SIZE,
  sersicGridIndex,
} from './sersic-tables.js';
import { sha256, toHex } from './sha256.js';
import { RADIUS_TABLE_FLOATS, SERSIC_TRANSFORM_BINS } from './table-bins.js';

const MAGIC = 'IODPRF02';
const HEADER_BYTES = 56;
const TRANSFORM_FLOATS = 2 * SERSIC_TRANSFORM_BINS;
const SERSIC_FLOATS = SERSIC_GRID_SIZE * (RADIUS_TABLE_FLOATS + TRANSFORM_FLOATS);
const BODY_FLOATS = SERSIC_FLOATS + RADIUS_TABLE_FLOATS;

/** The Sersic tables, by grid index i = 0..118. */
export interface ProfileTables {
  /** Sersic indices of the grid, 0.30 to 6.20 in steps of 0.05. */
  readonly sersicIndex: readonly number[];
  /** Radius table of grid index i, a view of 4096 floats; radii in half-light radii. */
  radius(i: number): Float32Array;
  /** Transform table of grid index i, a view of 2 SERSIC_TRANSFORM_BINS floats, on k^2 [rad^2 per re^2]. */
  transform(i: number): Float32Array;
  /** Radius table of a Kolmogorov PSF of FWHM 1 px, 4096 floats. */
  readonly unitKolmogorovRadius: Float32Array;
}

/** Makes the bytes of tables.bin (a few seconds). */
export function generateProfileTables(): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES + 4 * BODY_FLOATS);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < MAGIC.length; i++) bytes[i] = MAGIC.charCodeAt(i);
  [SERSIC_GRID_SIZE, RADIUS_TABLE_FLOATS, TRANSFORM_FLOATS, 0].forEach((n, i) =>
    view.setUint32(8 + 4 * i, n, true),
  );
  let offset = HEADER_BYTES;
  const write = (table: Float32Array): void => {
    for (const value of table) {
      view.setFloat32(offset, value, true);
      offset += 4;
    }
  };
  for (let i = 0; i < SERSIC_GRID_SIZE; i++) write(makeSersicRadiusTable(sersicGridIndex(i)));
  for (let i = 0; i < SERSIC_GRID_SIZE; i++) write(makeSersicTransformTable(sersicGridIndex(i)));
  write(makePsfRadiusTable({ kind: 'kolmogorov', fwhmPx: 1 }));
  bytes.set(sha256(bytes.subarray(HEADER_BYTES)), 24);
  return bytes;
}

/**
 * Reads tables.bin. The tables are views of the bytes, which must stay as they are. Bytes whose hash the caller has checked against a
 * trusted one (`checked`) are not hashed again.
 * @throws ProfileTablesError when the magic, the length or the SHA-256 is not what it should be
 */
export function readProfileTables(bytes: Uint8Array, checked = false): ProfileTables {
  const magic = String.fromCharCode(...bytes.subarray(0, 8));
  if (magic !== MAGIC) throw new ProfileTablesError('magic', JSON.stringify(magic), JSON.stringify(MAGIC));
  const length = HEADER_BYTES + 4 * BODY_FLOATS;
  if (bytes.length !== length)
    throw new ProfileTablesError('length', `${bytes.length} bytes`, `${length} bytes`);
  if (!checked) {
    const stored = toHex(bytes.subarray(24, HEADER_BYTES));
    const found = toHex(sha256(bytes.subarray(HEADER_BYTES)));
    if (found !== stored) throw new ProfileTablesError('sha256', found, stored);
  }
  // the hosts of WebAssembly are little-endian, like the file; only bytes that lie askew have to be copied
  const aligned = bytes.byteOffset % 4 === 0 ? bytes : Uint8Array.from(bytes);
  const floats = new Float32Array(aligned.buffer, aligned.byteOffset + HEADER_BYTES, BODY_FLOATS);
  const transforms = SERSIC_GRID_SIZE * RADIUS_TABLE_FLOATS;
  return {
    sersicIndex: Array.from({ length: SERSIC_GRID_SIZE }, (_, i) => sersicGridIndex(i)),
    radius: (i) => floats.subarray(i * RADIUS_TABLE_FLOATS, (i + 1) * RADIUS_TABLE_FLOATS),
    transform: (i) =>
      floats.subarray(transforms + i * TRANSFORM_FLOATS, transforms + (i + 1) * TRANSFORM_FLOATS),
    unitKolmogorovRadius: floats.subarray(SERSIC_FLOATS),
  };
}
