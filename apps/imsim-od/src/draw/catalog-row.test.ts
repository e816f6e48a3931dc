import { describe, expect, it } from 'vitest';
import { CatalogRow } from './catalog-row.js';

/** The row's cells, of which the first three are kept. */
function open(text: string): { row: CatalogRow; cells: number } {
  const bytes = new TextEncoder().encode(`,${text}\n`);
  const row = new CatalogRow(bytes, 3);
  return { row, cells: row.open(1, bytes.length - 1) };
}

const read = (cell: string): number => open(`7,${cell},9`).row.number(1);

describe('a row of a catalog', () => {
  it.each([
    ['', 1],
    ['1', 1],
    ['1,2,3', 3],
    ['a,,', 3],
    [',,,,', 5],
  ])('of %j has %d cells', (text, cells) => expect(open(text).cells).toBe(cells));

  it('gives its cells as text, and compares their bytes', () => {
    const { row } = open('gal,é ,-1.5');
    expect([row.text(0), row.text(1), row.text(2), row.number(2)]).toEqual(['gal', 'é ', '-1.5', -1.5]);
    const word = (text: string) => new TextEncoder().encode(text);
    expect([row.has(0, word('gal')), row.has(0, word('ga')), row.has(0, word('star'))]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

describe('the number of a cell', () => {
  it.each([
    '0',
    '-0',
    '12',
    '-3.25',
    '.5',
    '5.',
    '0.1',
    '123456789.012345',
    '99999.9999999999',
    '1e3',
    ' 4 ',
    '+2',
  ])('reads %j as the engine does', (cell) => expect(Object.is(read(cell), Number(cell))).toBe(true));

  it('rounds correctly: every one of 20,000 decimals is the float64 next to it', () => {
    for (let i = 0; i < 20_000; i++) {
      const cell = `${(i * 7919) % 4099}.${String((i * 104_729) % 10_000_000).padStart(1 + (i % 10), '0')}`;
      expect(read(cell), cell).toBe(Number(cell));
    }
  });

  it('reads more digits than float64 holds as the engine does', () => {
    for (const cell of ['3.14159265358979323846', '0.30000000000000004440', '9007199254740993'])
      expect(read(cell)).toBe(Number(cell));
  });

  it.each(['', '  ', '-', '.', '1.2.3', '1-2', 'nan', '--1'])('gives NaN for %j', (cell) =>
    expect(read(cell)).toBeNaN(),
  );
});
