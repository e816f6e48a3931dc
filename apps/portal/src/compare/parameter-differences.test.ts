import { describe, expect, it } from 'vitest';
import { parameterDifferences } from './parameter-differences.js';

describe('parameters side by side', () => {
  it('are those that differ, by their paths', () => {
    const a = { visit: { id: 7, band: 'r' }, effects: { bleed: true }, sky: [{ seed: 1 }] };
    const b = { visit: { id: 7, band: 'i' }, effects: { bleed: true }, sky: [{ seed: 1 }, { seed: 2 }] };
    expect(parameterDifferences(a, b)).toEqual([
      { path: 'visit.band', a: 'r', b: 'i' },
      { path: 'sky.1.seed', a: undefined, b: '2' },
    ]);
    expect(parameterDifferences(a, structuredClone(a))).toEqual([]);
  });
});
