import { DETECTORS, focalPlaneToPixel0, pixel0ToFocalPlane } from '@imsim-od/camera';
import { describe, expect, it } from 'vitest';
import { detectorUnder, HALF_MM, placeOf } from './plane-geometry.js';

describe('the mosaic', () => {
  it('has every corner of every detector where the camera has it', () => {
    for (const detector of DETECTORS) {
      const { x, y, width, height, turnDeg } = placeOf(detector);
      const turn = (turnDeg * Math.PI) / 180;
      for (const [across, up] of [
        [0, 0],
        [1, 0],
        [1, 1],
        [0, 1],
      ] as const) {
        const { xMm, yMm } = pixel0ToFocalPlane(detector, across * detector.nx - 0.5, up * detector.ny - 0.5);
        // The picture's corner, turned clockwise about its middle.
        const [dx, dy] = [(across - 0.5) * width, (0.5 - up) * height];
        const cornerX = x + width / 2 + dx * Math.cos(turn) - dy * Math.sin(turn);
        const cornerY = y + height / 2 + dx * Math.sin(turn) + dy * Math.cos(turn);
        expect(cornerX - HALF_MM).toBeCloseTo(xMm, 9);
        expect(HALF_MM - cornerY).toBeCloseTo(yMm, 9);
      }
    }
  });

  it('finds the detector under a place as the camera does', () => {
    for (const detector of DETECTORS) {
      const { xMm, yMm } = pixel0ToFocalPlane(detector, 100, 200);
      expect(detectorUnder(HALF_MM + xMm, HALF_MM - yMm)?.name).toBe(detector.name);
      expect(focalPlaneToPixel0(detector, { xMm, yMm }).x).toBeCloseTo(100, 6);
    }
    expect(detectorUnder(1, 1)).toBeUndefined();
  });
});
