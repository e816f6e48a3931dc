/** Units as astropy writes them for CSV and Parquet: `- {name: ra, unit: deg, datatype: float64}`, a line for each column. */

const COLUMN =
  /^\s*#?\s*-\s*\{\s*name:\s*(?:'([^']*)'|"([^"]*)"|([^,}]+)).*?\bunit:\s*(?:'([^']*)'|"([^"]*)"|([^,}]+))/;

/** Adds what a line says of a column; a line that says nothing of a unit is passed over. */
export function addUnitOfLine(line: string, units: Map<string, string>): void {
  if (line.length > 10_000) return;
  const match = COLUMN.exec(line);
  if (match === null) return;
  const name = match[1] ?? match[2] ?? match[3] ?? '';
  units.set(name.trim(), (match[4] ?? match[5] ?? match[6] ?? '').trim());
}
