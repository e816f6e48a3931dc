import { J2000_MJD_TAI, separationDeg } from '@imsim-od/astro';
import { describe, expect, it } from 'vitest';
import {
  MemoryRangeSource,
  MODEL,
  readLightCurves,
  readSkyTable,
  SkyRegion,
  type SkyTableOptions,
} from '../index.js';

const source = (text: string) => new MemoryRangeSource('t.csv', new TextEncoder().encode(text));
const time = { midMjdTai: J2000_MJD_TAI + 20 * 365.25, exposureS: 30 };
const read = (text: string, options: Partial<SkyTableOptions> = {}) =>
  readSkyTable(source(text), { band: 'r', time, ...options });

describe('stars of a table with proper motion', () => {
  it.each([
    ['pmra,pmdec', '1000,-500'],
    ['pmra [mas yr-1],pmdec [arcsec/yr]', '1000,-0.5'],
    ['PM_RA [deg/yr],PM_DEC [mas.yr**-1]', `${1000 / 3.6e6},-500`],
  ])('go their way from J2000 (%s)', async (head, values) => {
    const { sources } = await read(`ra,dec,mag,${head}\n10,60,18,${values}\n`);
    // 20 years of 1 arcsec East (as an arc, so 2 in RA at 60 deg) and half an arcsec South; the curvature is 0.2 mas.
    expect((sources.raDeg[0]! - 10) * 3600 * Math.cos(Math.PI / 3)).toBeCloseTo(20, 2);
    expect((sources.decDeg[0]! - 60) * 3600).toBeCloseTo(-10, 2);
  });

  it('start from the epoch of their row, a Julian year or an MJD', async () => {
    const { sources } = await read(
      `id,ra,dec,mag,pmdec,epoch\na,10,0,18,1000,2016.0\nb,10,0,18,1000,${J2000_MJD_TAI + 16 * 365.25}\n`,
    );
    expect(sources.decDeg[0]! * 3600).toBeCloseTo(4, 6);
    expect(sources.decDeg[1]! * 3600).toBeCloseTo(4, 6);
  });

  it('start from the epoch of the table where their row gives none', async () => {
    const { sources } = await read('id,ra,dec,mag,pmdec,epoch\na,10,0,18,1000,\nb,10,0,18,1000,2010\n', {
      epoch: 2016,
    });
    expect(sources.decDeg[0]! * 3600).toBeCloseTo(4, 6);
    expect(sources.decDeg[1]! * 3600).toBeCloseTo(10, 6);
  });

  it('stand where the file has them without a time, and are refused a unit of another kind', async () => {
    expect((await read('ra,dec,mag,pmra\n10,0,18,1000\n', { time: undefined })).sources.raDeg[0]).toBe(10);
    await expect(read('ra,dec,mag,pmra [mag]\n10,0,18,1\n')).rejects.toMatchObject({
      code: 'SKY_TABLE_UNIT',
    });
  });
});

describe('moving objects of a table', () => {
  it('are streaks of their rate, centred where they are in the middle of the exposure', async () => {
    const early = time.midMjdTai - 0.25;
    const { sources } = await read(
      `id,ra,dec,mag,rateRa [arcsec/h],rateDec [arcsec/h],epoch\nrock,10,0,20,30,40,${early}\n`,
    );
    expect(sources.model[0]).toBe(MODEL.streak);
    expect((sources.raDeg[0]! - 10) * 3600).toBeCloseTo(180, 3); // a great circle leaves the parallel by 8e-5 arcsec
    expect(sources.decDeg[0]! * 3600).toBeCloseTo(240, 3);
    expect(sources.lengthArcsec[0]).toBeCloseTo((50 * 30) / 3600, 9);
    // East is -u, North is +v.
    expect(sources.orientationRad[0]).toBeCloseTo(Math.atan2(40, -30), 9);
  });

  it('are kept where the end of a long streak, not its middle, is near', async () => {
    // 8 deg North in 30 s, its middle at declination 3; `short` has its middle there, too, and goes half a degree.
    const region = new SkyRegion([{ centre: { raDeg: 10, decDeg: 0 }, radiusDeg: 0.7 }]);
    const perHour = 3600 / 30;
    const rows = [
      `long,10,3,12,0,${8 * perHour}`,
      `short,10,3,12,0,${0.5 * perHour}`,
      `aside,12,6,12,0,${8 * perHour}`,
    ];
    const { sources, outside } = await read(
      `id,ra,dec,mag,rateRa [deg/h],rateDec [deg/h]\n${rows.join('\n')}\n`,
      { region },
    );
    expect([[...sources.objectId], outside]).toEqual([['long'], 2]);
    expect(sources.lengthArcsec[0]).toBeCloseTo(8 * 3600, 6);
  });

  it('follow a circle through the rows of several epochs to a tenth of an arcsecond', async () => {
    // A body that goes round at 10 deg a day on a circle of radius 1 deg about (50, 20): rows every 0.4 days.
    const radius = 1;
    const at = (mjd: number) => {
      const phase = ((mjd - time.midMjdTai) * 10 * Math.PI) / 180;
      const [x, y] = [radius * Math.cos(phase), radius * Math.sin(phase)];
      const cosDec = Math.cos((20 * Math.PI) / 180);
      const decDeg = 20 + y;
      const raDeg = 50 + x / cosDec;
      const speed = (10 * Math.PI) / 180;
      const rateRa = (-y * speed * Math.cos((decDeg * Math.PI) / 180)) / cosDec;
      return { raDeg, decDeg, rateRa, rateDec: x * speed };
    };
    const rows = [-0.6, -0.2, 0.2, 0.6].map((offset) => {
      const mjd = time.midMjdTai + offset;
      const { raDeg, decDeg, rateRa, rateDec } = at(mjd);
      return `body,${raDeg},${decDeg},19,${mjd},${rateRa},${rateDec}`;
    });
    const { sources } = await read(`id,ra,dec,mag,epoch,rateRa,rateDec\n${rows.join('\n')}\n`);
    expect(sources.length).toBe(1);
    const truth = at(time.midMjdTai);
    const place = { raDeg: sources.raDeg[0]!, decDeg: sources.decDeg[0]! };
    expect(separationDeg(place, truth) * 3600).toBeLessThan(0.1);
    expect(sources.lengthArcsec[0]).toBeCloseTo(
      (Math.hypot(truth.rateRa, truth.rateDec) * 3600 * 30) / 86_400,
      1,
    );
  });

  it('are not there half a day beyond their last row', async () => {
    const row = `rock,10,0,20,1,1,${time.midMjdTai - 0.51}`;
    expect((await read(`id,ra,dec,mag,rateRa,rateDec,epoch\n${row}\n`)).sources.length).toBe(0);
  });
});

describe('light curves of a table', () => {
  const CURVES = `id,mjd,band,mag\nsn,${time.midMjdTai + 1},r,19\nsn,${time.midMjdTai - 1},r,18\nsn,${time.midMjdTai},g,10\nlate,${time.midMjdTai + 1},r,18\n`;

  it('give the magnitudes of their sources, straight in flux between points, and none outside', async () => {
    const lightCurves = await readLightCurves(source(CURVES), 'r');
    const { sources, skipped } = await read(
      'id,ra,dec,mag\nsn,10,0,25\nlate,10,0.01,25\nconstant,10,0.02,22\n',
      {
        lightCurves,
      },
    );
    expect(sources.objectId).toEqual(['sn', 'constant']);
    const flux = (10 ** (-0.4 * 18) + 10 ** (-0.4 * 19)) / 2;
    expect(sources.magnitude[0]).toBeCloseTo(-2.5 * Math.log10(flux), 9);
    expect(sources.magnitude[1]).toBe(22);
    expect(skipped.faint?.count).toBe(1);
  });

  it('are refused without their columns, and for a time that is none', async () => {
    await expect(readLightCurves(source('id,mjd\na,60000\n'), 'r')).rejects.toMatchObject({
      code: 'SKY_TABLE_COLUMN',
    });
    await expect(readLightCurves(source('id,mjd,mag\na,2026-01-01,3\n'), 'r')).rejects.toThrow(
      /line 2: mjd is/,
    );
  });
});
