/** Truth as a FITS file: a primary header without data and one binary table named TRUTH. Same rows, same bytes. */
import {
  type ByteSink,
  type CardSource,
  FitsFileWriter,
  HeaderBuilder,
  type TableColumn,
} from '@imsim-od/fits';
import { TRUTH_FILE_COLUMNS, type TruthFileColumn } from './truth-columns.js';
import { TRUTH_FLAG_TEXTS, type TruthTable } from './truth-table.js';

/**
 * Writes truth to a sink. @param primary cards of the primary header (visit, detector, what was applied)
 * @throws fits' `FitsError`, where the cards or a method's name cannot be in FITS
 */
export function writeTruthFits(sink: ByteSink, truth: TruthTable, primary: CardSource): void {
  const header = new HeaderBuilder().string('EXTNAME', 'TRUTH', 'what was drawn, one row per component');
  for (const [bit, name, meaning] of TRUTH_FLAG_TEXTS)
    header.comment(`flags bit ${bit}: ${name}, ${meaning}`);
  const file = new FitsFileWriter(sink);
  file.writePrimary(primary);
  file.writeTable(header, fitsColumns(truth));
}

function fitsColumns(truth: TruthTable): TableColumn[] {
  const c = TRUTH_FILE_COLUMNS;
  return [
    { ...facts(c.objectId), format: 'A', values: truth.objectId.map(toAscii) },
    { ...facts(c.catalog), format: 'J', values: truth.catalog },
    { ...facts(c.component), format: 'A', values: truth.component },
    { ...facts(c.raDeg), format: 'D', values: truth.raDeg },
    { ...facts(c.decDeg), format: 'D', values: truth.decDeg },
    { ...facts(c.xPixel0), format: 'D', values: truth.xPixel0 },
    { ...facts(c.yPixel0), format: 'D', values: truth.yPixel0 },
    { ...facts(c.xFits), format: 'D', values: truth.xFits },
    { ...facts(c.yFits), format: 'D', values: truth.yFits },
    { ...facts(c.hpx29), format: 'K', values: truth.hpx29 },
    { ...facts(c.magnitude), format: 'D', values: truth.magnitude },
    { ...facts(c.expectedElectrons), format: 'D', values: truth.expectedElectrons },
    { ...facts(c.realisedElectrons), format: 'D', values: truth.realisedElectrons },
    { ...facts(c.method), format: 'A', values: truth.method },
    { ...facts(c.flags), format: 'J', values: truth.flags },
  ];
}

function facts(column: TruthFileColumn): { name: string; comment: string; unit?: string } {
  const { name, unit, meaning } = column;
  return unit === undefined || unit === 'electron'
    ? { name, comment: meaning }
    : { name, comment: meaning, unit };
}

/** FITS tables take printable ASCII; other characters of an identifier become '?'. Parquet keeps them. */
function toAscii(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : text.replace(/[^\x20-\x7e]/g, '?');
}
