import { separationDeg } from '@imsim-od/astro';
import { detectorByName, fieldRadiusMm, vignetting } from '@imsim-od/camera';
import { createKernel } from '@imsim-od/kernel';
import { loadKernelAssets } from '@imsim-od/kernel/node';
import { MODEL, type SourceTable, SourceTableBuilder } from '@imsim-od/sky';
import { beforeAll, describe, expect, it } from 'vitest';
import { expandRequest } from '../recipe/expand-request.js';
import { readRequest } from '../request/read-request.js';
import { gatherSources } from '../sky-input/gather-sources.js';
import type { LoadedCatalog } from '../sky-input/load-catalogs.js';
import { type DetectorSetting, settleDetector } from './detector-setting.js';
import { drawSources } from './draw-sources.js';
import { placeSources } from './place-sources.js';
import { streamPrefix } from './stream-keys.js';

// A satellite's trail: 3.5 deg through the boresight, West to East there, 4.5e8 electrons in all without vignetting.
const BORESIGHT = { raDeg: 53, decDeg: -30 };
const LENGTH_ARCSEC = 12_600;
const ELECTRONS = 4.5e8;
const WINDOW_PX = 800;

const kernel = await createKernel(await loadKernelAssets());

function catalogOf(table: SourceTable): LoadedCatalog {
  return { path: 'trail.txt', files: [], sources: table } as unknown as LoadedCatalog;
}

function settingOf(name: string, table: SourceTable): DetectorSetting {
  const { request } = readRequest([
    {
      origin: 'test',
      document: {
        pointing: BORESIGHT,
        band: 'r',
        detectors: name,
        rotSkyPosDeg: 0,
        sky: [{ type: 'instanceCatalog', path: 'trail.txt' }],
      },
    },
  ]);
  return settleDetector(expandRequest(request, [catalogOf(table)]).recipes[0]!);
}

/** What a CCD gets of a source: all its light's centroid, and the electrons of a window across the middle with theirs in y. */
function draw(name: string, table: SourceTable) {
  const setting = settingOf(name, table);
  const { detector, projection, photometry } = setting;
  const centre = projection.pixelToSky((detector.nx - 1) / 2, (detector.ny - 1) / 2);
  const circle = { centre, radiusDeg: 0.16 };
  const { table: sources } = gatherSources(
    setting.recipe,
    [catalogOf(table)],
    circle,
    photometry,
    () => true,
  );
  const placed = placeSources(sources, projection, photometry, setting.pixelScaleArcsec);
  const frame = kernel.openFrame(detector.nx, detector.ny, { counts: true });
  const drawn = drawSources(sources, placed, {
    kernel,
    frame,
    psf: kernel.preparePsf(setting.psf.model),
    prefix: streamPrefix(setting.recipe, 'objects'),
    size: detector,
    projection,
    photometry,
  });
  const x0 = Math.floor((detector.nx - WINDOW_PX) / 2);
  let electrons = 0;
  let moment = 0;
  const sums = { all: 0, x: 0, y: 0 };
  for (let y = 0; y < detector.ny; y++) {
    frame.countsRow(y).forEach((count, x) => {
      sums.all += count;
      sums.x += count * x;
      sums.y += count * y;
      if (x < x0 || x >= x0 + WINDOW_PX) return;
      electrons += count;
      moment += count * y;
    });
  }
  const light = { x: sums.x / sums.all, y: sums.y / sums.all };
  return { setting, placed, drawn, light, electrons, x: x0 + (WINDOW_PX - 1) / 2, y: moment / electrons };
}

function trail(): SourceTable {
  const builder = new SourceTableBuilder();
  builder.add({
    objectId: 'trail',
    model: MODEL.streak,
    ...BORESIGHT,
    magnitude: trailMagnitude,
    lengthArcsec: LENGTH_ARCSEC,
    widthArcsec: 1.5,
    orientationRad: 0,
  });
  return builder.build();
}

let trailMagnitude = 0;
beforeAll(() => {
  const probe = new SourceTableBuilder().build();
  const setting = settingOf('R22_S11', probe);
  trailMagnitude = 2.5 * Math.log10(setting.photometry.electronsAtMagnitudeZero / ELECTRONS);
});

describe('a trail of 3.5 deg across the field', () => {
  // CCDs of the middle row of rafts, 0.1, 0.7 and 1.6 deg from the middle of the trail on either side.
  it.each(['R22_S11', 'R21_S10', 'R23_S11', 'R20_S10', 'R24_S12'])(
    'lies on %s with the light of its stretch of sky, on its great circle',
    (name) => {
      const { setting, drawn, electrons, x, y } = draw(name, trail());
      const { projection, detector } = setting;
      const from = projection.pixelToSky(x - WINDOW_PX / 2, y);
      const to = projection.pixelToSky(x + WINDOW_PX / 2, y);
      const v = vignetting(fieldRadiusMm(detectorByName(name)!, x, y));
      const expected = (ELECTRONS * v * separationDeg(from, to) * 3600) / LENGTH_ARCSEC;
      // Poisson, four errors, and 1e-3: V is a curve within the window, the trail 0.03 deg from the rows at most.
      expect(Math.abs(electrons - expected)).toBeLessThan(4 * Math.sqrt(expected) + 1e-3 * expected);
      // The trail starts due West: at any place it is 90 deg from the pole of its great circle.
      const pole = { raDeg: BORESIGHT.raDeg, decDeg: BORESIGHT.decDeg + 90 };
      const offArcsec = (separationDeg(pole, projection.pixelToSky(x, y)) - 90) * 3600;
      // The centroid of 5e6 electrons spread by 0.5 arcsec is good to 2e-4 arcsec; its bend within the window is 1e-3.
      expect(Math.abs(offArcsec)).toBeLessThan(0.004);
      expect(detector.nx).toBeGreaterThan(WINDOW_PX);
      // The truth expects all of the trail: the mean of V over it, by a sum along the great circle.
      const mean = meanVignettingOfTrail(setting);
      expect(drawn.expectedElectrons[0]! / (ELECTRONS * mean)).toBeCloseTo(1, 3);
    },
  );

  it('is not on a CCD that it does not cross', () => {
    expect(draw('R12_S11', trail()).placed.length).toBe(0);
  });
});

describe('a FITS stamp of 2000 arcsec whose light is at its end', () => {
  it('is on the CCD under its end, though its middle lies beyond the next', () => {
    const { projection, detector } = settingOf('R22_S11', new SourceTableBuilder().build());
    const end = projection.pixelToSky(2000, 2000);
    // The middle lies 1000 arcsec West of the light, along the great circle that runs due East at the middle.
    const middle = {
      raDeg: end.raDeg - 1000 / 3600 / Math.cos((end.decDeg * Math.PI) / 180),
      decDeg: end.decDeg,
    };
    const values = new Float32Array(401);
    values[0] = 1;
    const builder = new SourceTableBuilder();
    builder.add({
      objectId: 'stamp',
      model: MODEL.stamp,
      ...middle,
      magnitude: trailMagnitude + 5,
      stamp: builder.addStamp({ name: 's.fits', width: 401, height: 1, values }),
      stampPixelArcsec: 5,
    });
    const { drawn, light } = draw('R22_S11', builder.build());
    const { raDeg, decDeg } = dueEast(middle, 1000);
    const expected = projection.skyToPixel(raDeg, decDeg);
    expect(expected.x).toBeGreaterThan(1900);
    expect(expected.x).toBeLessThan(detector.nx);
    // 4.5e6 electrons spread over a square of 5 arcsec, 7.2 px rms: their centroid is good to 0.004 px; four of these.
    expect(Math.abs(light.x - expected.x)).toBeLessThan(0.016);
    expect(Math.abs(light.y - expected.y)).toBeLessThan(0.016);
    expect(Math.abs(drawn.realisedElectrons[0]! / (ELECTRONS / 100) - 1)).toBeLessThan(0.003);
  });
});

/** The point at an angle due East of a direction, by spherical trigonometry. */
function dueEast(from: { readonly raDeg: number; readonly decDeg: number }, arcsec: number) {
  const angle = (arcsec / 3600) * (Math.PI / 180);
  const dec = (from.decDeg * Math.PI) / 180;
  return {
    raDeg: from.raDeg + (Math.atan2(Math.sin(angle), Math.cos(angle) * Math.cos(dec)) * 180) / Math.PI,
    decDeg: (Math.asin(Math.cos(angle) * Math.sin(dec)) * 180) / Math.PI,
  };
}

/** V along the trail from the angle to the boresight: the radius in mm follows from the projection of the CCD alone. */
function meanVignettingOfTrail({ projection, detector }: DetectorSetting): number {
  const steps = 2000;
  let sum = 0;
  for (let i = 0; i < steps; i++) {
    const { raDeg, decDeg } = dueEast(BORESIGHT, ((i + 0.5) / steps - 0.5) * LENGTH_ARCSEC);
    const { x, y } = projection.skyToPixel(raDeg, decDeg);
    sum += vignetting(fieldRadiusMm(detector, x, y)) / steps;
  }
  return sum;
}
