import { describe, expect, it } from 'vitest';
import {
  AMPLIFIER_NAMES,
  AmplifierLayoutError,
  amplifierAt,
  amplifiersOf,
  biasSection,
  dataSection,
  detectorSection,
  detectorSize,
  pixel0ToRaw,
  rawToPixel0,
  segmentLayout,
  segmentName,
} from './amplifiers.js';
import { DETECTORS, detectorByName, type Detector } from './detectors.js';
import { CROSSTALK, crosstalkMatrix, electronicsOf } from './electronics.js';

function detector(name: string): Detector {
  const found = detectorByName(name);
  if (!found) throw new Error(name);
  return found;
}

const E2V = detector('R22_S11');
const ITL = detector('R01_S00');
const GUIDER = detector('R00_SG0');

describe('amplifiers', () => {
  it('stand in HDU order and tile the CCD without gap or overlap', () => {
    expect(AMPLIFIER_NAMES.join(' ')).toBe('C10 C11 C12 C13 C14 C15 C16 C17 C07 C06 C05 C04 C03 C02 C01 C00');
    for (const ccd of [E2V, ITL, GUIDER]) {
      const amplifiers = amplifiersOf(ccd);
      expect(amplifiers.map(({ name }) => name)).toEqual(AMPLIFIER_NAMES);
      const owners = new Uint8Array(ccd.nx * ccd.ny);
      for (const { x0, y0, nx, ny } of amplifiers) {
        for (let y = y0; y < y0 + ny; y++)
          for (let x = x0; x < x0 + nx; x++) owners[y * ccd.nx + x] = (owners[y * ccd.nx + x] ?? 0) + 1;
      }
      expect(owners.every((owner) => owner === 1)).toBe(true);
    }
  });

  it('map raw pixels as the table of read directions says', () => {
    const amp = (ccd: Detector, name: string) => {
      const found = amplifiersOf(ccd).find((a) => a.name === name);
      if (!found) throw new Error(name);
      return found;
    };
    const first = (ccd: Detector, name: string) => {
      const { x, y } = rawToPixel0(ccd, amp(ccd, name), segmentLayout(ccd).prescanNx, 0);
      return [x, y];
    };
    expect(first(E2V, 'C10')).toEqual([511, 4003]);
    expect(first(E2V, 'C17')).toEqual([4095, 4003]);
    expect(first(E2V, 'C00')).toEqual([0, 0]);
    expect(first(E2V, 'C03')).toEqual([1536, 0]);
    expect(first(ITL, 'C10')).toEqual([508, 3999]);
    expect(first(ITL, 'C00')).toEqual([508, 0]);
    expect(first(GUIDER, 'C07')).toEqual([4071, 0]);
  });

  it('come back from CCD to raw', () => {
    for (const ccd of [E2V, ITL]) {
      for (const amplifier of amplifiersOf(ccd)) {
        const { x, y } = rawToPixel0(ccd, amplifier, 77.25, 1500);
        expect(pixel0ToRaw(ccd, amplifier, x, y)).toEqual({ rawX: 77.25, rawY: 1500 });
        expect(amplifierAt(ccd, x, y)).toBe(amplifier);
      }
      expect(amplifierAt(ccd, -1, 0)).toBeUndefined();
      expect(amplifierAt(ccd, 0, ccd.ny)).toBeUndefined();
    }
  });

  it('have the sections of a real LSSTCamSim raw', () => {
    expect(dataSection(E2V)).toBe('[11:522,1:2002]');
    expect(dataSection(ITL)).toBe('[4:512,1:2000]');
    expect(biasSection(E2V)).toBe('[523:576,1:2002]');
    expect(biasSection(ITL)).toBe('[513:576,1:2000]');
    expect(detectorSize(ITL)).toBe('[1:4072,1:4000]');
    const sections = amplifiersOf(E2V).map(
      (amplifier) => `${segmentName(amplifier)} ${detectorSection(amplifier)}`,
    );
    expect(sections[0]).toBe('Segment10 [512:1,4004:2003]');
    expect(sections[1]).toBe('Segment11 [1024:513,4004:2003]');
    expect(sections[15]).toBe('Segment00 [1:512,1:2002]');
    expect(amplifiersOf(ITL).map(detectorSection)[15]).toBe('[509:1,1:2000]');
  });

  it('fill segments of 576 x 2048', () => {
    for (const ccd of [E2V, ITL]) {
      const layout = segmentLayout(ccd);
      expect(layout.prescanNx + layout.dataNx + layout.serialOverscanNx).toBe(576);
      expect(layout.dataNy + layout.parallelOverscanNy).toBe(2048);
    }
    expect(segmentLayout(E2V)).toMatchObject({ prescanNx: 10, serialOverscanNx: 54, parallelOverscanNy: 46 });
    expect(segmentLayout(ITL)).toMatchObject({ prescanNx: 3, serialOverscanNx: 64, parallelOverscanNy: 48 });
  });

  it('are refused for wavefront halves', () => {
    expect(() => amplifiersOf(detector('R00_SW0'))).toThrow(AmplifierLayoutError);
    expect(() => segmentLayout(detector('R44_SW1'))).toThrow(/8 amplifiers/u);
  });
});

describe('electronics', () => {
  it('have the raft medians and a full well near 170,000 electrons', () => {
    expect(electronicsOf(E2V)).toMatchObject({
      gainElectronPerAdu: 1.469,
      readNoiseElectron: 5.41,
      biasAdu: 26_411,
    });
    expect(electronicsOf(GUIDER)).toMatchObject({ gainElectronPerAdu: 1.462, readNoiseElectron: 10.95 });
    for (const ccd of DETECTORS) {
      const { gainElectronPerAdu, readNoiseElectron, saturationAdu, fullWellElectron } = electronicsOf(ccd);
      expect(gainElectronPerAdu).toBeGreaterThan(1.2);
      expect(gainElectronPerAdu).toBeLessThan(1.8);
      expect(readNoiseElectron).toBeGreaterThan(5);
      expect(saturationAdu).toBeLessThan(262_143);
      // The spread of facts: 114,000 to 186,000.
      expect(fullWellElectron).toBeGreaterThan(150_000);
      expect(fullWellElectron).toBeLessThan(180_000);
    }
  });

  it('have a symmetric crosstalk matrix with zero diagonal and the neighbours along each half', () => {
    const matrix = crosstalkMatrix(E2V);
    const at = (victim: string, source: string): number =>
      matrix[16 * AMPLIFIER_NAMES.indexOf(victim) + AMPLIFIER_NAMES.indexOf(source)] ?? NaN;
    expect(at('C12', 'C13')).toBeCloseTo(CROSSTALK.nearest, 10);
    expect(at('C02', 'C01')).toBeCloseTo(CROSSTALK.nearest, 10);
    expect(at('C05', 'C07')).toBeCloseTo(CROSSTALK.second, 10);
    expect(at('C17', 'C07')).toBeCloseTo(CROSSTALK.other, 12);
    expect(at('C10', 'C13')).toBeCloseTo(CROSSTALK.other, 12);
    for (let i = 0; i < 16; i++) {
      expect(matrix[17 * i]).toBe(0);
      for (let j = 0; j < 16; j++) expect(matrix[16 * i + j]).toBe(matrix[16 * j + i]);
    }
  });
});
