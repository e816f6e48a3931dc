import { describe, expect, it } from 'vitest';
import { DETECTORS, SCIENCE_DETECTORS, detectorById, detectorByName } from './detectors.js';
import {
  EmptySelectionError,
  UnknownDetectorError,
  WavefrontDetectorError,
  selectDetectors,
} from './selection.js';

const names = (selection: Parameters<typeof selectDetectors>[0]): string[] =>
  selectDetectors(selection).map(({ name }) => name);

describe('the detectors', () => {
  it('are 189 science CCDs, 8 guiders and 8 wavefront halves, numbered as they stand', () => {
    expect(DETECTORS.length).toBe(205);
    expect(DETECTORS.map(({ id }) => id)).toEqual(DETECTORS.map((_, i) => i));
    expect(new Set(DETECTORS.map(({ name }) => name)).size).toBe(205);
    expect(SCIENCE_DETECTORS.length).toBe(189);
    expect(DETECTORS.filter(({ kind }) => kind === 'guider').length).toBe(8);
    expect(DETECTORS.filter(({ kind }) => kind === 'wavefront').length).toBe(8);
    expect(SCIENCE_DETECTORS.filter(({ vendor }) => vendor === 'e2v').length).toBe(117);
    expect(SCIENCE_DETECTORS.filter(({ vendor }) => vendor === 'ITL').length).toBe(72);
  });

  it('have obs_lsst numbers and places', () => {
    expect(detectorByName('R22_S11')).toMatchObject({
      id: 94,
      centreMm: { x: 0, y: 0 },
      serial: 'E2V-CCD250-382',
    });
    expect(detectorByName('R01_S00')).toMatchObject({
      id: 0,
      vendor: 'ITL',
      centreMm: { x: -169.25, y: -296.25 },
    });
    expect(detectorByName('R43_S22')).toMatchObject({
      id: 188,
      vendor: 'ITL',
      centreMm: { x: 169.25, y: 296.25 },
    });
    expect(detectorByName('R22_S12')?.centreMm).toEqual({ x: 42.25, y: 0 });
    expect(detectorByName('R44_SW1')).toMatchObject({ id: 204, kind: 'wavefront', zMm: 1.5, yawDeg: 180 });
    expect(detectorById(189)?.name).toBe('R00_SG0');
    expect(detectorById(205)).toBeUndefined();
  });

  it('do not overlap: centres are farther apart than the chips are wide', () => {
    for (const a of SCIENCE_DETECTORS) {
      for (const b of SCIENCE_DETECTORS) {
        if (a.id >= b.id) continue;
        const dx = Math.abs(a.centreMm.x - b.centreMm.x);
        const dy = Math.abs(a.centreMm.y - b.centreMm.y);
        expect(dx >= 0.01 * Math.max(a.nx, b.nx) || dy >= 0.01 * Math.max(a.ny, b.ny)).toBe(true);
      }
    }
  });

  it('are symmetric: turned by 180 deg, every science CCD lies on another', () => {
    const places = new Set(SCIENCE_DETECTORS.map(({ centreMm }) => `${centreMm.x + 0} ${centreMm.y + 0}`));
    for (const { centreMm } of SCIENCE_DETECTORS) {
      expect(places.has(`${0 - centreMm.x} ${0 - centreMm.y}`)).toBe(true);
    }
  });

  it('invent no serials: all but the known one say SIM', () => {
    for (const { name, serial } of DETECTORS) {
      if (name !== 'R22_S11') expect(serial).toMatch(/^(E2V-CCD250|ITL-3800C)-SIM\d{3}$/u);
    }
  });
});

describe('a selection', () => {
  it('takes names, rafts, wildcards, numbers, ranges and words, sorted and once each', () => {
    expect(names('R22_S11')).toEqual(['R22_S11']);
    expect(names(94)).toEqual(['R22_S11']);
    expect(names('R22').length).toBe(9);
    expect(names('R22_S*')).toEqual(names('90..98'));
    expect(names('R*_S11').length).toBe(21);
    expect(names('R22_S?1')).toEqual(['R22_S01', 'R22_S11', 'R22_S21']);
    expect(names('all').length).toBe(189);
    expect(names('guiders').length).toBe(8);
    expect(names(['R22_S22', 'R22_S00', '98', 90])).toEqual(['R22_S00', 'R22_S22']);
    expect(names('R22_S00, R22_S01 R22_S00')).toEqual(['R22_S00', 'R22_S01']);
    expect(names('R00')).toEqual(['R00_SG0', 'R00_SG1']);
  });

  it.each(['R00_SW0', '191', 191, '188..192', 'R*_SW1'])('refuses the wavefront sensors in %s', (word) => {
    expect(() => selectDetectors(word)).toThrow(WavefrontDetectorError);
    expect(() => selectDetectors(word)).toThrow(/out of focus/u);
  });

  it.each([
    ['R22_S1', 'R22_S10'],
    ['r22_s11', 'R22_S11'],
    ['R05', 'R0'],
    ['guider', 'guiders'],
    ['al', 'all'],
    ['205', '0..204'],
    ['98..90', '0..204'],
  ])('does not know %s and suggests %s', (word, suggestion) => {
    expect(() => selectDetectors(word)).toThrow(UnknownDetectorError);
    expect(() => selectDetectors(word)).toThrow(suggestion);
  });

  it.each(['R22_S11;', '(R22)', '.*', '-1', '1.5', 'NaN', 'everything'])('does not know %s', (word) => {
    expect(() => selectDetectors(word)).toThrow(UnknownDetectorError);
  });

  it('is not empty', () => {
    for (const nothing of ['', ' , ', []])
      expect(() => selectDetectors(nothing)).toThrow(EmptySelectionError);
  });
});
