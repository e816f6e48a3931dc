import { describe, expect, it } from 'vitest';
import { hammer, HALF_WIDTH } from './hammer.js';
import { idsExpression, queryString, readDataSearch, toApiSearch } from './data-search.js';

describe('a search of the archive', () => {
  it('takes from an address what makes sense', () => {
    expect(
      readDataSearch({ expression: 'visit = 7', type: ['raw', 3], band: 'r', view: 'nonsense', runId: 'x' }),
    ).toEqual({
      expression: 'visit = 7',
      type: ['raw'],
      band: ['r'],
    });
  });

  it('goes to the API with parts that keep together', () => {
    expect(toApiSearch({ expression: 'visit = 7 or visit = 8', state: ["o'odd", 'dropped'] })).toEqual({
      expression: "(visit = 7 or visit = 8) and state in ('o''odd', 'dropped')",
    });
    expect(toApiSearch({ state: ['dropped'], type: ['raw'] })).toEqual({
      expression: "state = 'dropped'",
      type: ['raw'],
    });
    expect(idsExpression(['a', 'b'])).toBe("id in ('a', 'b')");
    expect(queryString({ type: ['raw', 'truth'], expression: 'a & b' })).toBe(
      'type=raw&type=truth&expression=a+%26+b',
    );
  });
});

describe('the map of the sky', () => {
  it('has the poles above and below, and right ascension growing to the left', () => {
    expect(hammer(0, 90).y).toBeCloseTo(-HALF_WIDTH / 2, 12);
    expect(hammer(90, -90).y).toBeCloseTo(HALF_WIDTH / 2, 12);
    expect(hammer(10, 0).x).toBeLessThan(0);
    expect(hammer(179.999999, 0).x).toBeCloseTo(-HALF_WIDTH, 5);
  });

  it('is equal in area: small squares of the sky have areas as the cosine of their declination', () => {
    const area = (ra: number, dec: number): number => {
      const d = 1e-3;
      const [o, a, b] = [hammer(ra, dec), hammer(ra + d, dec), hammer(ra, dec + d)];
      return Math.abs((a.x - o.x) * (b.y - o.y) - (a.y - o.y) * (b.x - o.x));
    };
    for (const [ra, dec] of [
      [0, 0],
      [100, 0],
      [-60, 60],
      [150, -40],
    ] as const)
      expect(area(ra, dec) / area(0, 0) / Math.cos((dec * Math.PI) / 180)).toBeCloseTo(1, 3);
  });
});
