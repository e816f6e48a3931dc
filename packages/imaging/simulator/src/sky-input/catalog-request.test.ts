import { MemoryByteSource } from '@imsim-od/sky';
import { describe, expect, it } from 'vitest';
import { expandRequest } from '../recipe/expand-request.js';
import { readRequest } from '../request/read-request.js';
import { headerDifferences, requestFromCatalogs } from './catalog-request.js';
import { loadCatalog } from './load-catalogs.js';

const FIRST = [
  'rightascension 53',
  'declination -27.5',
  'filter 2',
  'mjd 61041.1',
  'obshistid 700',
  'seeing 0.7',
];

function load(path: string, header: readonly string[]) {
  const bytes = new TextEncoder().encode(`${header.join('\n')}\n`);
  return loadCatalog(path, {
    open: () => Promise.resolve(new MemoryByteSource(new Map([[path, bytes]]), path)),
  });
}

function requestOf(document: unknown) {
  return readRequest([{ origin: 'test', document }]).request;
}

async function sequenceNumbersOf(header: readonly string[], more: object = {}): Promise<number[]> {
  const { document } = requestFromCatalogs([await load('a.txt', header)]);
  const request = requestOf({ ...document, sky: [], ...more });
  return expandRequest(request, []).recipes.map(({ visit }) => visit.sequenceNumber);
}

describe('the sequence number', () => {
  it('is the header’s where it gives one, and never the 0 of those that do not', async () => {
    expect(await sequenceNumbersOf([...FIRST, 'seqnum 412'])).toEqual([412]);
    expect(await sequenceNumbersOf([...FIRST, 'seqnum 0'])).toEqual([700]);
    expect(await sequenceNumbersOf(FIRST)).toEqual([700]);
    const { notes } = requestFromCatalogs([await load('a.txt', [...FIRST, 'seqnum 0'])]);
    expect(notes.join()).toContain('seqnum is 0');
  });

  it.each([1, 2, 3])('differs for all %d snaps of all visits of a night, within five digits', (snaps) => {
    const seen = new Set<number>();
    const visits = [0, 1, 2, 3, 4, 33_331, 33_332, 33_333].filter((visit) => (visit + 1) * snaps <= 100_000);
    for (const visitId of visits) {
      const document = { pointing: { raDeg: 53, decDeg: -27.5 }, band: 'r', obsMjdTai: 61_041.1, sky: [] };
      const request = requestOf({ ...document, visitId, snaps });
      for (const { visit } of expandRequest(request, []).recipes) {
        expect(visit.sequenceNumber).toBeLessThan(100_000);
        seen.add(visit.sequenceNumber);
      }
    }
    expect(seen.size).toBe(visits.length * snaps);
  });

  it('is that of a number that holds it, as Rubin’s exposures have', () => {
    // MJD 61041.1 TAI is 2026-01-01 02:24, of the day of observation 2025-12-31
    const of = (visitId: number) => expandRequest(requestOf({ ...least(), visitId, snaps: 2 }), []);
    const { recipes, notes, visit } = of(2025123100123);
    expect(recipes.map(({ visit: { sequenceNumber } }) => sequenceNumber)).toEqual([123, 124]);
    expect(visit.visitId).toBe(2025123100123);
    expect(notes.join()).not.toContain('sequence number');
    expect(of(2025042500123).notes.join()).toContain(
      'visit 2025042500123 is by its number of the night 20250425, but its time lies in 20251231',
    );
    expect(() => requestOf({ ...least(), visitId: 2 ** 53 })).toThrow(/visitId is 9007199254740992/);
  });

  it('is told where it had to be cut to five digits, and refused where the snaps pass them', async () => {
    const request = requestOf({ ...least(), visitId: 398_414 });
    const { notes, visit } = expandRequest(request, []);
    expect(visit.sequenceNumber).toBe(98_414);
    expect(notes.join()).toContain('sequence number 98414');
    await expect(sequenceNumbersOf([...FIRST, 'seqnum 99999'], { snaps: 2 })).rejects.toThrow(
      /sequenceNumber 99999 and 2 snaps end at 100000/,
    );
  });
});

function least() {
  return { pointing: { raDeg: 53, decDeg: -27.5 }, band: 'r', obsMjdTai: 61_041.1, sky: [] };
}

describe('where headers and request disagree', () => {
  it('tells both, and who wins', async () => {
    const first = await load('a.txt', FIRST);
    const second = await load('b.txt', ['rightascension 60', 'declination -27.5', 'filter 4', 'mjd 61041.1']);
    const request = requestOf({ ...least(), visitId: 700, pointing: { raDeg: 54, decDeg: -27.5 } });
    const notes = headerDifferences(request, [first, second], true);
    expect(notes).toContain('a.txt has rightascension 53, but the request says 54 and wins.');
    expect(notes).toContain('a.txt has seeing 0.7, but the request says 0.65 and wins.');
    expect(notes).toContain('b.txt has rightascension 60, but a.txt says 53 and wins.');
    expect(notes).toContain('b.txt has filter 4, but a.txt says 2 and wins.');
    expect(notes).toHaveLength(4);
  });

  it('says nothing of a request made from them', async () => {
    const first = await load('a.txt', [...FIRST, 'rottelpos -500', 'azimuth -10', 'altitude 60']);
    const { document } = requestFromCatalogs([first]);
    const request = requestOf({ ...document, sky: [] });
    expect(request.rotTelPosDeg).toBe(-140);
    expect(request.azimuthDeg).toBe(350);
    expect(headerDifferences(request, [first], true)).toEqual([]);
  });
});
