import { moonAt, sunAt } from '@imsim-od/astro';
import { describe, expect, it } from 'vitest';
import { RequestError } from '../request/request-error.js';
import { readRequest } from '../request/read-request.js';
import { resolveVisit } from './resolve-visit.js';

const least = { pointing: { raDeg: 53, decDeg: -27.5 }, band: 'r' };

function resolve(document: Record<string, unknown>) {
  const { request } = readRequest([{ origin: 'test', document: { ...least, ...document } }]);
  return resolveVisit(request, 'test');
}

function fault(document: Record<string, unknown>): string {
  try {
    resolve(document);
  } catch (error) {
    if (error instanceof RequestError) return error.message;
    throw error;
  }
  return '';
}

describe('resolveVisit', () => {
  it('chooses a dark transit where no time is given: Sun below -18 deg, Moon down, field on the meridian', () => {
    const { visit, notes } = resolve({});
    const mjd = visit.obsMjdTai;
    expect(sunAt(mjd).altitudeDeg).toBeLessThan(-18);
    expect(moonAt(mjd).altitudeDeg).toBeLessThan(0);
    // at transit the zenith distance is the difference of latitude and declination; 0.2 deg covers precession since 2000
    expect(Math.abs(90 - visit.altitudeDeg - (30.2446 - 27.5))).toBeLessThan(0.2);
    expect(notes.join()).toContain('no time given');
  });

  it('finds the time at which the field has the airmass asked for', () => {
    const { visit } = resolve({ airmass: 1.5 });
    expect(visit.airmass).toBeCloseTo(1.5, 4);
    expect(visit.azimuthDeg).toBeGreaterThan(180); // sinking in the West
  });

  it('dark sky grows brighter with airmass, as X exp(-extinction) has it', () => {
    const zenith = resolve({}).visit.skyBrightnessMagPerArcsec2;
    const low = resolve({ airmass: 2 }).visit.skyBrightnessMagPerArcsec2;
    // B = X 10^(-0.4 k (X - 1)): at X = 2 and k = 0.126 that is 0.753 - 0.126 = 0.627 mag brighter than at X = 1
    expect(zenith - low).toBeCloseTo(0.627, 2);
  });

  it('the sky is computed with the Moon up, dark where that is asked for or the Moon is down, and given where given', () => {
    // 2026-01-29 04:30 UTC: the Moon, 84 % lit, 30 deg high; its phase was first quarter on the 26th, full on February 1st.
    const moonlit = resolve({ obsMjdTai: 61_069.1 });
    const dark = resolve({ obsMjdTai: 61_069.1, skyModel: 'dark' }).visit;
    expect(moonlit.visit.skyBrightnessFrom).toBe('airmass and Moon');
    expect(moonlit.visit.skyBrightnessMagPerArcsec2).toBeLessThan(dark.skyBrightnessMagPerArcsec2 - 0.2);
    expect(moonlit.notes.join()).toMatch(
      /sky brightness \d\d\.\d\d mag per arcsec\^2 in r, computed: dark sky .*Moon \d+ % lit/,
    );
    expect(dark.skyBrightnessFrom).toBe('dark sky at the airmass');
    expect(resolve({}).visit).toMatchObject({ skyBrightnessFrom: 'dark sky at the airmass' });
    const given = { obsMjdTai: 61_069.1, skyBrightnessMagPerArcsec2: 20 };
    expect(resolve(given).visit).toMatchObject({
      skyBrightnessMagPerArcsec2: 20,
      skyBrightnessFrom: 'request',
    });
    expect(resolve({ ...given, skyBrightnessFrom: 'scheduler' }).visit.skyBrightnessFrom).toBe('scheduler');
    expect(fault({ skyBrightnessFrom: 'scheduler' })).toContain('skyBrightnessMagPerArcsec2');
  });

  it('accepts both rotator angles when they agree, and refuses them when they do not', () => {
    const { visit } = resolve({ rotTelPosDeg: 25 });
    expect(resolve({ rotTelPosDeg: 25, rotSkyPosDeg: visit.rotSkyPosDeg }).visit.rotSkyPosDeg).toBeCloseTo(
      visit.rotSkyPosDeg,
      9,
    );
    expect(fault({ rotTelPosDeg: 25, rotSkyPosDeg: visit.rotSkyPosDeg + 1 })).toContain('disagree');
  });

  it('reads the DC2 rotation only behind its flag: 90 deg minus ROTANGLE', () => {
    const { visit } = resolve({ rotSkyPosDeg: 30, rotationConvention: 'dc2' });
    expect(visit.rotSkyPosDeg).toBeCloseTo(60, 9);
    expect(resolve({ rotSkyPosDeg: 30 }).visit.rotSkyPosDeg).toBeCloseTo(30, 9);
  });

  it('tells where the DC2 convention puts the rotator elsewhere than was said', () => {
    const { visit, notes } = resolve({ rotSkyPosDeg: 30, rotTelPosDeg: 100, rotationConvention: 'dc2' });
    expect(visit.rotTelPosDeg).not.toBeCloseTo(100, 1);
    expect(notes.join()).toContain('rotTelPosDeg 100 is not used');
  });

  it('uses altitude and azimuth beside a time as given, and tells where the field really stands', () => {
    const { visit } = resolve({});
    const { obsMjdTai, altitudeDeg, azimuthDeg } = visit;
    expect(resolve({ obsMjdTai, altitudeDeg, azimuthDeg }).notes).toEqual([]);
    const turned = resolve({ obsMjdTai, altitudeDeg: 60, azimuthDeg: 123 });
    expect(turned.visit).toMatchObject({ altitudeDeg: 60, azimuthDeg: 123 });
    expect(turned.notes.join()).toContain('are used as given');
    // Five degrees of azimuth at the altitude of the transit, 87 deg, are 0.24 deg on the sky: told, too.
    const near = resolve({ obsMjdTai, altitudeDeg, azimuthDeg: (azimuthDeg + 5) % 360 });
    expect(near.notes.join()).toContain('are used as given');
  });

  it.each([
    [{ pointing: { raDeg: 10, decDeg: 75 } }, 'never rises'],
    [{ airmass: 1.5, altitudeDeg: 80 }, 'give one of them'],
    [{ pointing: { raDeg: 10, decDeg: 30 }, airmass: 1.05 }, 'reaches altitude'],
    [{ pointing: { raDeg: 10, decDeg: -80 }, altitudeDeg: 15 }, 'never sinks below'],
    [{ obsMjdTai: 61041.5 }, 'altitude'],
    [{ azimuthDeg: 10 }, 'azimuthDeg needs'],
    [{ rotationConvention: 'dc2' }, 'rotSkyPosDeg'],
  ])('refuses %j', (document, message) => {
    expect(fault(document)).toContain(message);
  });
});
