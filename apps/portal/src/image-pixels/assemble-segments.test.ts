import {
  amplifiersOf,
  dataSection,
  detectorByName,
  detectorSection,
  pixel0ToRaw,
  rawToPixel0,
  segmentLayout,
} from '@imsim-od/camera';
import { describe, expect, it } from 'vitest';
import { assembleSegments, overscanLevel, placeOfSegment, type Segment } from './assemble-segments.js';

describe('the amplifiers of a raw file', () => {
  it.each(['R22_S11', 'R01_S00'])('come together as the camera reads them out: %s', (name) => {
    const detector = detectorByName(name)!;
    const { prescanNx, dataNx, dataNy, serialOverscanNx, parallelOverscanNy } = segmentLayout(detector);
    const nx = prescanNx + dataNx + serialOverscanNx;
    const ny = dataNy + parallelOverscanNy;
    // Each pixel's value is its own place on the detector by the camera's arithmetic; -1 in the overscans.
    const segments = amplifiersOf(detector).map((amplifier): Segment => {
      const values = new Int32Array(nx * ny).fill(-1);
      for (let y = 0; y < dataNy; y++)
        for (let x = prescanNx; x < prescanNx + dataNx; x++) {
          const at = rawToPixel0(detector, amplifier, x, y);
          values[y * nx + x] = at.y * detector.nx + at.x;
        }
      return {
        pixels: { nx, ny, values },
        dataSection: dataSection(detector),
        detectorSection: detectorSection(amplifier),
      };
    });
    const { nx: across, ny: up, values } = assembleSegments(segments);
    expect([across, up]).toEqual([detector.nx, detector.ny]);
    expect(values.every((value, i) => value === i)).toBe(true);
  });

  it('have their places: the camera says which pixel of theirs a pixel of the detector is', () => {
    const detector = detectorByName('R22_S11')!;
    for (const amplifier of amplifiersOf(detector)) {
      const place = placeOfSegment({
        dataSection: dataSection(detector),
        detectorSection: detectorSection(amplifier),
      });
      for (const [x, y] of [
        [place.x0, place.y0],
        [place.x0 + place.nx - 1, place.y0 + place.ny - 1],
      ] as const) {
        const raw = pixel0ToRaw(detector, amplifier, x, y);
        expect([place.startX + (place.flipX ? -x : x), place.startY + (place.flipY ? -y : y)]).toEqual([
          raw.rawX,
          raw.rawY,
        ]);
      }
    }
  });

  it('show their bias in the overscan, whatever a few pixels of it hold', () => {
    // Three columns of light and two of overscan, of which one pixel is hit by something.
    const values = Int32Array.of(900, 901, 902, 100, 102, 900, 901, 902, 101, 9000, 900, 901, 902, 101, 100);
    expect(overscanLevel({ nx: 5, ny: 3, values }, '[4:5,1:3]')).toBe(101);
    const segment = {
      pixels: { nx: 5, ny: 3, values },
      dataSection: '[1:3,1:3]',
      detectorSection: '[3:1,1:3]',
    };
    expect([...assembleSegments([{ ...segment, bias: 101 }]).values].slice(0, 3)).toEqual([801, 800, 799]);
  });

  it('are refused where their sections make no sense', () => {
    const pixels = { nx: 2, ny: 1, values: Int32Array.of(1, 2) };
    const segment = (dataSection: string, detectorSection: string): Segment => ({
      pixels,
      dataSection,
      detectorSection,
    });
    expect(() => assembleSegments([segment('[1:2]', '[1:2,1:1]')])).toThrow(/must be as \[1:512/);
    expect(() => assembleSegments([segment('[1:2,1:1]', '[1:3,1:1]')])).toThrow(/differ in size/);
  });
});
