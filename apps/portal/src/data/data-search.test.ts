import { describe, expect, it } from 'vitest';
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
