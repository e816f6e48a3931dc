/** What the portal says to a clone, against the service that carries it out: the requests must come out as the design has them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nameOfChange } from '../../apps/portal/src/design/changed-run/name-of-change.js';
import { changesBetween, cloneChanges } from '../../apps/portal/src/design/changed-run/request-changes.js';
import { changedRequests } from '../../apps/server/src/routes/request-changes.js';

type Request = Record<string, unknown>;

const text = fc.constantFrom('a', 'b', 'dataset:1', 'dataset:2');
const entry = fc.dictionary(
  fc.constantFrom('type', 'path', 'seed', 'lensing'),
  fc.oneof(text, fc.nat(3), fc.record({ shear: fc.record({ g1: fc.nat(2), g2: fc.nat(2) }) })),
  { minKeys: 1 },
);
/** Requests as the schema lets them be: values, lists of words, mappings, and the stack of the sky. */
const request: fc.Arbitrary<Request> = fc.record(
  {
    band: text,
    seeing: fc.nat(3),
    detectors: fc.oneof(text, fc.array(text, { maxLength: 3 })),
    effects: fc.dictionary(fc.constantFrom('bleed', 'noise', 'crosstalk'), fc.boolean()),
    pointing: fc.record({ raDeg: fc.nat(2), decDeg: fc.nat(2) }),
    sky: fc.array(entry, { maxLength: 4 }),
  },
  { requiredKeys: [] },
);

const BASE = {
  band: 'r',
  exposureS: 30,
  detectors: ['R22_S11'],
  effects: { bleed: true, noise: true },
  sky: [
    { type: 'instanceCatalog', path: 'dataset:1' },
    { type: 'synthetic', seed: 1, lensing: { shear: { g1: 0.1, g2: 0 } } },
    { type: 'synthetic', seed: 2 },
  ],
};

describe('the changes of a design', () => {
  it('make the run’s request the design’s', () => {
    fc.assert(
      fc.property(request, request, (before, after) => {
        const changes = cloneChanges([before], [after]);
        expect(changes).toBeDefined();
        expect(changedRequests([before], changes ?? {})).toEqual([after]);
      }),
      { numRuns: 2000, seed: 5 },
    );
  });

  it('make many requests the design’s, or are none', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(request, request), { minLength: 1, maxLength: 4 }),
        fc.option(request),
        (pairs, common) => {
          const before = pairs.map(([one]) => one);
          const after = pairs.map(([one, other]) => (common === null ? other : { ...one, ...common }));
          const changes = cloneChanges(before, after);
          if (changes !== undefined) expect(changedRequests(before, changes)).toEqual(after);
        },
      ),
      { numRuns: 2000, seed: 6 },
    );
  });

  it('name what differs and nothing else', () => {
    const changed = (after: object) =>
      changesBetween(BASE, { ...BASE, ...after }).map(({ path, after: value }) => [path, value]);
    const [catalog, lensed, plain] = BASE.sky;
    expect(changed({})).toEqual([]);
    expect(changed({ effects: { bleed: false, noise: true } })).toEqual([['effects.bleed', false]]);
    expect(changed({ exposureS: undefined })).toEqual([['exposureS', undefined]]);
    expect(changed({ sky: [catalog, plain] })).toEqual([['sky.1', undefined]]);
    expect(changed({ sky: [] })).toEqual([['sky', []]]);
    expect(changed({ sky: [plain] })).toEqual([
      ['sky.1', undefined],
      ['sky.0', undefined],
    ]);
    expect(changed({ sky: [catalog, lensed, plain, { type: 'synthetic' }] })).toEqual([
      ['sky.3', { type: 'synthetic' }],
    ]);
    expect(
      changed({ sky: [catalog, { ...lensed, lensing: { shear: { g1: 0.1, g2: 0.2 } } }, plain] }),
    ).toEqual([['sky.1.lensing.shear.g2', 0.2]]);
    expect(cloneChanges([BASE, BASE], [BASE])).toBeUndefined();
    expect(cloneChanges([BASE, BASE], [BASE, { ...BASE, band: 'i' }])).toBeUndefined();
    const others = { ...BASE, sky: [{ type: 'instanceCatalog', path: 'dataset:2' }, lensed, plain] };
    const fainter = (one: typeof BASE) => ({
      ...one,
      sky: one.sky.map((e, i) => (i === 2 ? { ...e, faintIMag: 22 } : e)),
    });
    expect(cloneChanges([BASE, others as typeof BASE], [BASE, others as typeof BASE].map(fainter))).toEqual({
      'sky.2.faintIMag': 22,
    });
  });

  it('have a name of their own', () => {
    expect(nameOfChange('M 31')).toBe('M 31 (changed)');
    expect(nameOfChange('M 31 (changed)')).toBe('M 31 (changed 2)');
    expect(nameOfChange('M 31 (changed 9)')).toBe('M 31 (changed 10)');
    expect(nameOfChange('x'.repeat(200))).toHaveLength(200);
  });
});
