import { readRequest } from '@imsim-od/simulator';
import { describe, expect, it } from 'vitest';
import { changedKeys, type ChosenVisits, requestOfVisit, requestsOf, withVisit } from './chosen-visits.js';
import { boxAround, conditionText, EVERYTHING } from './visit-condition.js';

const part = (visitId: number, band: string, more: object = {}) => ({
  pointing: { raDeg: 50 + visitId, decDeg: -30 },
  band,
  visitId,
  sequenceNumber: visitId,
  obsMjdTai: 61060.1 + visitId / 1000,
  exposureS: 30,
  rotTelPosDeg: 10 * visitId,
  seeingFwhm500Arcsec: 0.6 + visitId / 10,
  ...more,
});
const CHOSEN: ChosenVisits = {
  databaseId: 'x',
  databaseName: 'x.db',
  option: '',
  parts: [part(1, 'r'), part(2, 'i', { snaps: 2 }), part(3, 'z')],
  shown: 0,
  notes: [],
};
const BEFORE = {
  pointing: { raDeg: 1, decDeg: 1 },
  band: 'u',
  airmass: 1.5,
  rotSkyPosDeg: 3,
  detectors: ['R22_S11'],
  sky: [],
};

describe('chosen visits', () => {
  const document = withVisit(BEFORE, CHOSEN.parts[0]!);

  it('decide their keys and leave the rest to the author', () => {
    expect(document).toEqual({ ...CHOSEN.parts[0], detectors: ['R22_S11'], sky: [] });
    expect(changedKeys(document, CHOSEN)).toEqual([]);
    expect(requestsOf(document, CHOSEN)).toEqual(
      CHOSEN.parts.map((given) => ({ ...given, detectors: ['R22_S11'], sky: [] })),
    );
    for (const request of requestsOf(document, CHOSEN))
      expect(() => readRequest([{ origin: 'test', document: request }])).not.toThrow();
  });

  it('take what the author changes afterwards, all of them', () => {
    const changed = { ...document, seeingFwhm500Arcsec: 0.5, rotSkyPosDeg: 90, rotTelPosDeg: undefined };
    const { rotTelPosDeg: _, ...said } = changed;
    expect(changedKeys(said, CHOSEN)).toEqual(['rotSkyPosDeg', 'rotTelPosDeg', 'seeingFwhm500Arcsec']);
    const { rotTelPosDeg: _given, ...rest } = CHOSEN.parts[1]!;
    expect(requestOfVisit(said, CHOSEN, 1)).toEqual({
      ...rest,
      seeingFwhm500Arcsec: 0.5,
      rotSkyPosDeg: 90,
      detectors: ['R22_S11'],
      sky: [],
    });
  });

  it('can be shown one after the other, and nothing is left behind', () => {
    const second = requestOfVisit(document, CHOSEN, 1);
    expect(second).toHaveProperty('snaps', 2);
    expect(requestOfVisit(second, { ...CHOSEN, shown: 1 }, 0)).toEqual(document);
  });
});

describe('the condition', () => {
  it('is what was pressed and dragged, in the words of the command line', () => {
    expect(conditionText(EVERYTHING)).toBe('');
    expect(
      conditionText({
        bands: ['r', 'i'],
        ranges: { airmass: [1, 1.2], night: [5, 9] },
        box: { west: 350, east: 10, south: -30, north: -20 },
        expression: "note like '%twilight%' or night = 3",
      }),
    ).toBe(
      "band in ('r', 'i') and airmass between 1 and 1.2 and night between 5 and 9 and (raDeg >= 350 or raDeg <= 10) and decDeg between -30 and -20 and (note like '%twilight%' or night = 3)",
    );
    expect(conditionText({ ...EVERYTHING, expression: ' airmass < 1.2 ' })).toBe('airmass < 1.2');
  });

  it('holds a box over right ascension 0, outwards to a tenth', () => {
    expect(
      boxAround([
        { raDeg: 355.04, decDeg: -20.01 },
        { raDeg: 4.96, decDeg: -10.05 },
      ]),
    ).toEqual({ west: 355, east: 5, south: -20.1, north: -10 });
    expect(boxAround([])).toBeNull();
  });
});
