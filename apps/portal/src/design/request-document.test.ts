import { SCIENCE_DETECTORS, selectDetectors } from '@imsim-od/camera';
import { describe, expect, it } from 'vitest';
import { faultOfLink } from './design-link.js';
import {
  checkDocument,
  chosenDetectors,
  detectorWords,
  documentFromFragment,
  documentsFromText,
  documentsText,
  FIRST_DOCUMENT,
  fragmentOf,
  withValue,
} from './request-document.js';

describe('the document of a design', () => {
  it('begins as a request that can be observed', () => {
    const { request, visit, faults } = checkDocument(FIRST_DOCUMENT);
    expect(faults).toEqual([]);
    expect(request?.seeingFwhm500Arcsec).toBe(0.65);
    expect(visit?.airmass).toBeGreaterThan(1);
  });

  it('says at which key a fault lies', () => {
    const bad = withValue(withValue(FIRST_DOCUMENT, 'exposureS', -1), 'sky.0.faintIMag', 99);
    expect(
      checkDocument(bad)
        .faults.map(({ path }) => path)
        .sort(),
    ).toEqual(['exposureS', 'sky.0.faintIMag']);
    const below = withValue(FIRST_DOCUMENT, 'pointing.decDeg', 89);
    expect(checkDocument(below).faults.length).toBeGreaterThan(0);
  });

  it('changes at a path and leaves no empty mapping behind', () => {
    const one = withValue(FIRST_DOCUMENT, 'effects.bleed', false);
    expect(one['effects']).toEqual({ bleed: false });
    expect(withValue(one, 'effects.bleed', undefined)).toEqual(FIRST_DOCUMENT);
  });

  it('puts a mapping where another form stands, and takes an item out of a list', () => {
    for (const pointing of [5, 'COSMOS', null, [1, 2]])
      expect(withValue({ pointing }, 'pointing.raDeg', 53)).toEqual({ pointing: { raDeg: 53 } });
    expect(withValue({ products: ['eimage', 7, 'raw'] }, 'products.1', undefined)).toEqual({
      products: ['eimage', 'raw'],
    });
    expect(withValue({ 'a.b': 1, band: 'r' }, 'a.b', undefined)).toEqual({ band: 'r' });
    expect(withValue({ sky: [{ seed: 1 }, null] }, 'sky.1.seed', 2)).toEqual({
      sky: [{ seed: 1 }, { seed: 2 }],
    });
  });

  it('comes back from YAML and from an address as it was', async () => {
    const document = { ...FIRST_DOCUMENT, note: 'é ± 天' };
    expect(await documentsFromText(await documentsText([document]))).toEqual([document]);
    expect(await documentsFromText(await documentsText([document, FIRST_DOCUMENT]))).toEqual([
      document,
      FIRST_DOCUMENT,
    ]);
    await expect(documentsFromText('- 1')).rejects.toThrow(/mapping/);
    await expect(documentsFromText('')).rejects.toThrow(/empty/);
    await expect(documentsFromText('a: [')).rejects.toThrow();
    expect(documentFromFragment(fragmentOf(document))).toEqual(document);
    for (const fragment of ['', '#', '#request=', '#request=!!', fragmentOf([] as never)])
      expect(documentFromFragment(fragment)).toBeUndefined();
  });
});

describe('a link that cannot be read', () => {
  it('is said to be none, with the reason', () => {
    for (const fragment of ['', '#', '#elsewhere', fragmentOf(FIRST_DOCUMENT)])
      expect(faultOfLink(fragment)).toBeUndefined();
    expect(faultOfLink('#request=%%')).toMatch(/^After “#request=” the link has 2 characters that .*letters/);
    expect(faultOfLink(fragmentOf(FIRST_DOCUMENT).slice(0, -20))).toMatch(/JSON.*\.$/);
    expect(faultOfLink(fragmentOf([1] as never))).toMatch(/A request is a mapping/);
    expect(faultOfLink(`#design=${fragmentOf({ document: 5 }).slice(9)}`)).toMatch(/table of its visits/);
  });
});

describe('words for detectors', () => {
  it('name what was chosen and nothing else, in few words', () => {
    const raft = SCIENCE_DETECTORS.filter(({ raft: name }) => name === 'R12').map(({ id }) => id);
    for (const [ids, words] of [
      [[94], ['R22_S11']],
      [raft, ['R12_S*']],
      [
        [...raft, 94],
        ['R12_S*', 'R22_S11'],
      ],
      [SCIENCE_DETECTORS.map(({ id }) => id), ['all']],
    ] as const) {
      expect(detectorWords(new Set(ids))).toEqual(words);
      expect(new Set(selectDetectors([...words]).map(({ id }) => id))).toEqual(new Set(ids));
      expect(chosenDetectors(words)).toEqual(new Set(ids));
    }
  });
});
