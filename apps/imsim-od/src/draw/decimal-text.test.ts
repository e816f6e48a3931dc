import { describe, expect, it } from 'vitest';
import { readDecimal } from './decimal-text.js';

const read = (cell: string): number => readDecimal(`7,${cell},9`, 2, 2 + cell.length);

describe('readDecimal', () => {
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
