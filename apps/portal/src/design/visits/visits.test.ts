import { readRequest } from '@imsim-od/simulator';
import { describe, expect, it } from 'vitest';
import { designFromFragment, fragmentOfDesign } from '../design-link.js';
import {
  changedKeys,
  type ChosenVisits,
  requestOfVisit,
  requestsOf,
  settingsOf,
  withVisit,
} from './chosen-visits.js';
import { visitsOfDocuments } from './requests-of-file.js';
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

  it('of which each has its own sky keep it where another part of the sky is changed', () => {
    const [shared, more] = [
      { type: 'synthetic', seed: 1, faintIMag: 26 },
      { type: 'synthetic', seed: 9 },
    ];
    const catalog = (visit: number) => ({ type: 'instanceCatalog', path: `dataset:${visit}` });
    const chosen = {
      ...CHOSEN,
      parts: CHOSEN.parts.map((given, i) => ({ ...given, sky: [catalog(i), shared] })),
    };
    const start = withVisit(BEFORE, chosen.parts[0]!);
    const skies = (sky: unknown) => requestsOf({ ...start, sky }, chosen).map((request) => request['sky']);
    const each = (sky: (visit: number) => unknown) => [0, 1, 2].map(sky);
    const fainter = { ...shared, faintIMag: 22 };
    expect(skies([catalog(0), fainter])).toEqual(each((k) => [catalog(k), fainter]));
    expect(skies([catalog(0)])).toEqual(each((k) => [catalog(k)]));
    expect(skies([shared])).toEqual(each(() => [shared]));
    expect(skies([shared, catalog(0)])).toEqual(each((k) => [shared, catalog(k)]));
    expect(skies([catalog(0), shared, more])).toEqual(each((k) => [catalog(k), shared, more]));
    expect(skies([{ ...catalog(0), offset: { raArcsec: 1 } }, shared])).toEqual(
      each((k) => [{ ...catalog(k), offset: { raArcsec: 1 } }, shared]),
    );
    expect(skies([])).toEqual(each(() => []));
    // A place is one statement: of another right ascension alone nobody says whose declination it has.
    const moved = requestsOf({ ...start, pointing: { raDeg: 5, decDeg: -30 } }, chosen);
    expect(moved.map(({ pointing }) => pointing)).toEqual(each(() => ({ raDeg: 5, decDeg: -30 })));
  });

  it('travel in an address, the author’s changes with them, and each name of a key once', () => {
    const changed = { ...document, seeingFwhm500Arcsec: 0.5 };
    const visits = { ...CHOSEN, shown: 2, option: '--where "band = \'r\'"', notes: ['é'] };
    const off = [{ place: 1, entry: { type: 'synthetic', seed: 2 } }];
    const design = { document: requestOfVisit(changed, CHOSEN, 2), visits, off };
    const fragment = fragmentOfDesign(design);
    expect(fragment).toMatch(/^#design=[\w-]+$/);
    expect(designFromFragment(fragment)).toEqual(design);
    for (const one of [
      { document, visits: null, off: [] },
      { document, visits: null, off },
    ])
      expect(designFromFragment(fragmentOfDesign(one))).toEqual(one);
    const many = Array.from({ length: 100 }, (_, i) => part(i + 1, 'r'));
    const longer = fragmentOfDesign({ document, visits: { ...CHOSEN, parts: many }, off: [] });
    expect(longer.length).toBeLessThan((JSON.stringify(many).length * 4) / 3 / 1.5);
    const spoilt = (change: object): string =>
      `#design=${Buffer.from(JSON.stringify({ document, databaseName: 'x', option: null, notes: [], shown: 0, keys: [], rows: [[]], ...change })).toString('base64url')}`;
    expect(designFromFragment(spoilt({}))).toBeDefined();
    for (const bad of [
      { shown: 1 },
      { keys: [1] },
      { rows: 3 },
      { document: [] },
      { notes: 'x' },
      { option: 1 },
    ])
      expect(designFromFragment(spoilt(bad))).toBeUndefined();
  });

  it('come back from a file of several requests as they were, whatever differs', () => {
    const requests = [
      { ...part(1, 'r'), detectors: ['R22_S11'], sky: [] },
      { ...part(2, 'i', { snaps: 2 }), detectors: ['R22_S11'], products: ['raw'] },
      { ...part(3, 'z'), detectors: ['all'], sky: [{ type: 'synthetic' }] },
    ];
    const visits = visitsOfDocuments(requests, 'night.yaml');
    expect(requestsOf(requests[0]!, visits)).toEqual(requests);
    const third = requestOfVisit(requests[0]!, visits!, 2);
    expect(third).toEqual(requests[2]);
    expect(requestsOf(third, { ...visits!, shown: 2 })).toEqual(requests);
    expect(visitsOfDocuments(requests.slice(0, 1), 'one.yaml')).toBeNull();
  });

  it('say the author’s changes to the command line, which a visit would overrule in a file', () => {
    expect(settingsOf(document, CHOSEN)).toEqual([]);
    const changed = { ...document, seeingFwhm500Arcsec: 0.5, pointing: { raDeg: 1, decDeg: 2 } };
    expect(settingsOf(changed, CHOSEN)).toEqual([
      `--set 'pointing={"raDeg":1,"decDeg":2}'`,
      '--set seeingFwhm500Arcsec=0.5',
    ]);
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
