/** An answer of SQL as texts: of a cell, and as CSV (RFC 4180). */
import type { QueryResult } from '@imsim-od/api';

/** A cell as it is shown. */
export function cellText(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number' && !Number.isInteger(value)) return String(Number(value.toPrecision(8)));
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

/** The answer as CSV with a line of names; an absent value is empty. */
export function csvOf({ columns, rows }: QueryResult): string {
  const cell = (value: unknown): string => {
    const text =
      value === null || value === undefined
        ? ''
        : typeof value === 'object'
          ? JSON.stringify(value)
          : String(value);
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [columns.map(({ name }) => name), ...rows].map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}
