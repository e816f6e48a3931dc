import { describe, expect, it } from 'vitest';
import { type BleedGeometry, bleed } from './bleed.js';

const WELL = 100;

function geometry(ny: number, stopRow?: number): BleedGeometry {
  return {
    nx: 1,
    ny,
    stride: 1,
    halfRow: Math.floor(ny / 2),
    fullWell: () => WELL,
    ...(stopRow === undefined ? {} : { stopRow }),
  };
}

function total(charge: Int32Array): number {
  return charge.reduce((sum, value) => sum + value, 0);
}

describe('bleed', () => {
  it('leaves charge at or under full well alone', () => {
    const charge = Int32Array.of(0, 50, 100, 99, 3);
    expect(bleed(charge, geometry(5))).toEqual({ saturatedPixels: 0, lostElectrons: 0 });
    expect([...charge]).toEqual([0, 50, 100, 99, 3]);
  });

  it('sends half the excess each way into the first pixels with room, keeping every electron', () => {
    const charge = Int32Array.of(10, 10, 10, 400, 10, 10, 10);
    const before = total(charge);
    const { saturatedPixels, lostElectrons } = bleed(charge, geometry(7));
    expect(saturatedPixels).toBe(1);
    expect(lostElectrons).toBe(0);
    expect([...charge]).toEqual([10, 70, 100, 100, 100, 70, 10]);
    expect(total(charge)).toBe(before);
  });

  it('lets charge leave at both ends of a column without a stop, and counts it', () => {
    const charge = Int32Array.of(90, 1000, 90);
    expect(bleed(charge, geometry(3)).lostElectrons).toBe(1180 - 300);
    expect([...charge]).toEqual([100, 100, 100]);
  });

  it('turns charge back at the stop: the lower half of an e2v column never gives to the upper', () => {
    const charge = Int32Array.of(0, 0, 0, 500, 7, 7, 7, 7);
    const { lostElectrons } = bleed(charge, geometry(8, 4));
    expect([...charge]).toEqual([100, 100, 100, 100, 7, 7, 7, 7]);
    expect(lostElectrons).toBe(100);
  });

  it('turns charge back for the upper half as the mirror image of the lower', () => {
    const lower = Int32Array.of(1, 2, 3, 330, 9, 9, 9, 9);
    const upper = Int32Array.from(lower).reverse();
    bleed(lower, geometry(8, 4));
    bleed(upper, geometry(8, 4));
    expect([...upper].reverse()).toEqual([...lower]);
  });

  it('keeps the charge of random columns: what is lost plus what stays is what was there', () => {
    let state = 1;
    const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
    for (let trial = 0; trial < 200; trial++) {
      const ny = 4 + Math.floor(random() * 60);
      const charge = Int32Array.from({ length: ny }, () =>
        random() < 0.1 ? Math.floor(random() * 1e6) : Math.floor(random() * 120),
      );
      const before = total(charge);
      const { lostElectrons } = bleed(charge, geometry(ny, trial % 2 ? Math.floor(ny / 2) : undefined));
      expect(total(charge) + lostElectrons).toBe(before);
      expect(Math.max(...charge)).toBeLessThanOrEqual(WELL);
    }
  });

  it('holds a pixel at the largest count there is', () => {
    const charge = new Int32Array(4000);
    charge[2000] = 2 ** 31 - 1;
    const { lostElectrons } = bleed(charge, geometry(4000));
    expect(lostElectrons).toBe(2 ** 31 - 1 - 4000 * WELL);
  });
});
