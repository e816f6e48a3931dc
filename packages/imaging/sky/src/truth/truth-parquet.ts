/**
 * Truth as Parquet, sorted by `hpx29`, in row groups of 20,000 so that a query on the sky reads little. Same rows, same
 * bytes. The file's key-value metadata hold `columns` (unit and meaning of each, JSON), `flags` (the bits, JSON), `sorted_by`,
 * and what the caller adds.
 */
import { parquetWriteBuffer } from 'hyparquet-writer';
import { TRUTH_FILE_COLUMNS } from './truth-columns.js';
import { TRUTH_FLAG_TEXTS, type TruthTable } from './truth-table.js';

const ROWS_PER_GROUP = 20_000;

/** Truth as the bytes of a Parquet file; `metadata` is added to the file's key-value metadata, in its order. */
export function truthParquetBytes(
  truth: TruthTable,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const c = TRUTH_FILE_COLUMNS;
  const columns = Object.fromEntries(
    Object.values(c).map(({ name, unit, meaning }) => [
      name,
      unit === undefined ? { meaning } : { unit, meaning },
    ]),
  );
  const flags = Object.fromEntries(TRUTH_FLAG_TEXTS.map(([bit, name, meaning]) => [name, { bit, meaning }]));
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: c.objectId.name, data: [...truth.objectId], type: 'STRING', nullable: false },
      { name: c.catalog.name, data: truth.catalog, type: 'INT32', nullable: false },
      { name: c.component.name, data: [...truth.component], type: 'STRING', nullable: false },
      { name: c.raDeg.name, data: truth.raDeg, type: 'DOUBLE', nullable: false },
      { name: c.decDeg.name, data: truth.decDeg, type: 'DOUBLE', nullable: false },
      { name: c.xPixel0.name, data: truth.xPixel0, type: 'DOUBLE', nullable: false },
      { name: c.yPixel0.name, data: truth.yPixel0, type: 'DOUBLE', nullable: false },
      { name: c.xFits.name, data: truth.xFits, type: 'DOUBLE', nullable: false },
      { name: c.yFits.name, data: truth.yFits, type: 'DOUBLE', nullable: false },
      { name: c.hpx29.name, data: truth.hpx29, type: 'INT64', nullable: false },
      { name: c.magnitude.name, data: truth.magnitude, type: 'DOUBLE', nullable: false },
      { name: c.expectedElectrons.name, data: truth.expectedElectrons, type: 'DOUBLE', nullable: false },
      { name: c.realisedElectrons.name, data: truth.realisedElectrons, type: 'DOUBLE', nullable: false },
      { name: c.method.name, data: [...truth.method], type: 'STRING', nullable: false },
      { name: c.flags.name, data: truth.flags, type: 'INT32', nullable: false },
    ],
    rowGroupSize: ROWS_PER_GROUP,
    createdBy: 'ImSim On Demand',
    kvMetadata: [
      { key: 'columns', value: JSON.stringify(columns) },
      { key: 'flags', value: JSON.stringify(flags) },
      { key: 'sorted_by', value: c.hpx29.name },
      ...Object.entries(metadata).map(([key, value]) => ({ key, value })),
    ],
  });
  return new Uint8Array(buffer);
}
