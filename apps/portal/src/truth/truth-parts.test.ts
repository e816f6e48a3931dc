import { describe, expect, it } from 'vitest';
import { axisOf, isSkyMap } from './plot-scale.js';
import { cellText, csvOf } from './result-text.js';

describe('an axis', () => {
  it.each([
    [
      [0, 10],
      [0, 2, 4, 6, 8, 10],
    ],
    [
      [17.3, 25.9],
      [18, 20, 22, 24],
    ],
    [
      [-0.02, 0.031],
      [-0.02, -0.01, 0, 0.01, 0.02, 0.03],
    ],
  ] as const)('of %j has the round numbers %j', (values, ticks) => {
    const axis = axisOf(values);
    expect(axis.ticks).toEqual(ticks);
    expect(axis.low).toBeLessThan(values[0]);
    expect(axis.high).toBeGreaterThan(values[1]);
  });

  it('of one value, or of none, is a range all the same', () => {
    expect(axisOf([5]).high).toBeGreaterThan(axisOf([5]).low);
    expect(axisOf([Number.NaN]).high).toBeGreaterThan(axisOf([]).low);
  });
});

describe('a plot', () => {
  it.each([
    ['ra_deg', 'dec_deg', true],
    ['raDeg', 'decDeg', true],
    ['RA', 'Dec', true],
    ['dec_deg', 'ra_deg', false],
    ['ra_deg', 'mag_r', false],
    ['radius', 'decade', false],
  ])('of %s and %s has East to the left: %s', (x, y, isSky) => {
    expect(isSkyMap(x, y)).toBe(isSky);
  });
});

describe('an answer as text', () => {
  it('is CSV that keeps commas, quotes and lines together', () => {
    const result = {
      columns: [
        { name: 'a', type: 'VARCHAR' },
        { name: 'b,c', type: 'DOUBLE' },
      ],
      rows: [
        ['x "y"\nz', 1.5],
        [null, 2],
      ],
      truncated: false,
      datasets: 1,
    };
    expect(csvOf(result)).toBe('a,"b,c"\r\n"x ""y""\nz",1.5\r\n,2\r\n');
    expect(cellText(null)).toBe('–');
    expect(cellText(1 / 3)).toBe('0.33333333');
  });
});
