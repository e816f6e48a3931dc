/** Truth of one detector as the page shows it: from its Parquet or FITS file, columns side by side. */
import { findHdu, openFits, readTable } from '@imsim-od/fits';
import { parquetReadObjects } from 'hyparquet';

/** One source. */
export interface TruthRow {
  readonly objectId: string;
  readonly component: string;
  readonly raDeg: number;
  readonly decDeg: number;
  /** Centre, pixel0. */
  readonly x: number;
  readonly y: number;
  readonly magnitude: number;
  readonly expectedElectrons: number;
  /** -1: not counted source by source. */
  readonly realisedElectrons: number;
  readonly method: string;
  readonly flags: number;
}

/** What each bit of `flags` means, as the truth files state it. */
export const FLAG_WORDS: readonly (readonly [number, string])[] = [
  [1, 'saturated'],
  [2, 'centre off the chip'],
  [4, 'clipped'],
  [8, 'spectrum approximated'],
  [16, 'lensing limited'],
];

/** Reads a truth file. */
export async function readTruthRows(bytes: ArrayBuffer, format: string): Promise<readonly TruthRow[]> {
  const rows = format === 'parquet' ? await parquetReadObjects({ file: bytes }) : fitsRows(bytes);
  return rows.map(toRow).sort((a, b) => a.magnitude - b.magnitude);
}

function fitsRows(bytes: ArrayBuffer): Record<string, unknown>[] {
  const hdu = findHdu(openFits(new Uint8Array(bytes)), 'TRUTH');
  if (hdu?.kind !== 'table') throw new Error('The truth file holds no table named TRUTH.');
  const columns = readTable(hdu);
  return Array.from({ length: hdu.rows }, (_row, i) =>
    Object.fromEntries(columns.map(({ info, data }) => [info.name, data.values[i]])),
  );
}

function toRow(row: Record<string, unknown>): TruthRow {
  const text = (name: string): string => String(row[name]).trim();
  const number = (name: string): number => Number(row[name]);
  return {
    objectId: text('object_id'),
    component: text('component'),
    raDeg: number('ra'),
    decDeg: number('dec'),
    x: number('x'),
    y: number('y'),
    magnitude: number('magnitude'),
    expectedElectrons: number('expected_electrons'),
    realisedElectrons: number('realised_electrons'),
    method: text('method'),
    flags: number('flags'),
  };
}
