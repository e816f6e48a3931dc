import { DETECTORS, detectorByName } from '@imsim-od/camera';
import { describe, expect, it } from 'vitest';
import { ARROWS, HALF_SIDE_MM, neighbour, SHAPES } from './detector-shape.js';

const id = (name: string): number => detectorByName(name)?.id ?? -1;
const name = (detector: number): string => DETECTORS[detector]?.name ?? '';

describe('the drawing of the focal plane', () => {
  it('holds all 205 detectors, none over another', () => {
    expect(SHAPES).toHaveLength(205);
    for (const { x, y, width, height } of SHAPES) {
      expect(Math.abs(x) + width / 2).toBeLessThan(HALF_SIDE_MM);
      expect(Math.abs(y) + height / 2).toBeLessThan(HALF_SIDE_MM);
    }
    for (const a of SHAPES)
      for (const b of SHAPES)
        if (a.detector.id < b.detector.id)
          expect(
            Math.abs(a.x - b.x) >= (a.width + b.width) / 2 ||
              Math.abs(a.y - b.y) >= (a.height + b.height) / 2,
          ).toBe(true);
  });

  it('has y up: the higher raft row is higher in the drawing', () => {
    const y = (of: string): number => SHAPES[id(of)]?.y ?? 0;
    expect(y('R43_S11')).toBeLessThan(y('R03_S11'));
  });

  it.each([
    ['R22_S11', 'ArrowRight', 'R22_S12'],
    ['R22_S12', 'ArrowRight', 'R23_S10'],
    ['R22_S11', 'ArrowUp', 'R22_S21'],
    ['R22_S01', 'ArrowDown', 'R12_S21'],
    ['R20_S10', 'ArrowLeft', 'R20_S10'],
  ])('from %s the key %s leads to %s', (from, key, to) => {
    expect(name(neighbour(id(from), ARROWS[key] ?? [0, 0]))).toBe(to);
  });

  it('leads past what cannot be used, and reaches everything', () => {
    expect(name(neighbour(id('R22_S11'), [1, 0], (other) => name(other) !== 'R22_S12'))).not.toBe('R22_S12');
    const seen = new Set([id('R22_S11')]);
    for (let front = [...seen]; front.length > 0;) {
      front = front
        .flatMap((from) => Object.values(ARROWS).map((direction) => neighbour(from, direction)))
        .filter((next) => !seen.has(next) && seen.add(next));
    }
    expect(seen.size).toBe(205);
  });
});
