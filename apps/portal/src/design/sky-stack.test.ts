import { describe, expect, it } from 'vitest';
import { designFromFragment } from './design-link.js';
import { fromStack, readSwitchedOff, stackOf, withoutSkyEntry } from './sky-stack.js';

const entry = (seed: number) => ({ type: 'synthetic', seed });

describe('the stack of a sky', () => {
  it('is the request’s sky and what is switched off, each at its place', () => {
    const stack = [1, 2, 3, 4, 5].map((seed) => ({ entry: entry(seed), isOn: seed % 2 === 0 }));
    const { sky, off } = fromStack(stack);
    expect(sky).toEqual([entry(2), entry(4)]);
    expect(off.map(({ place }) => place)).toEqual([0, 2, 4]);
    expect(stackOf(sky, off)).toEqual(stack);
    expect(stackOf(undefined, off).map(({ isOn }) => isOn)).toEqual([false, false, false]);
    expect(stackOf([entry(7)], [{ place: 63, entry: entry(1) }]).map(({ isOn }) => isOn)).toEqual([
      true,
      false,
    ]);
  });

  it('has a place for what is no mapping', () => {
    const sky = [null, entry(2), 5];
    const off = [{ place: 1, entry: entry(1) }];
    const stack = stackOf(sky, off);
    expect(stack.map((one) => one.entry)).toEqual([null, entry(1), entry(2), 5]);
    expect(fromStack(stack)).toEqual({ sky, off });
  });

  it('moves what is switched off when an entry of the request goes', () => {
    const off = [1, 3].map((place) => ({ place, entry: entry(place) }));
    const stack = stackOf([entry(10), entry(12), entry(14)], off);
    expect(fromStack(withoutSkyEntry(stack, 0))).toEqual({
      sky: [entry(12), entry(14)],
      off: [
        { place: 0, entry: entry(1) },
        { place: 2, entry: entry(3) },
      ],
    });
    expect(fromStack(withoutSkyEntry(stack, 2))).toEqual({ sky: [entry(10), entry(12)], off });
    expect(withoutSkyEntry(stack, 3)).toEqual(stack);
  });

  it('is read from a link whole or not at all', () => {
    const good = [{ place: 0, entry: entry(1) }];
    expect(readSwitchedOff(good)).toEqual(good);
    const bad = [
      1,
      {},
      [1],
      [{ place: -1, entry: {} }],
      [{ place: 0.5, entry: {} }],
      [{ place: 0, entry: [] }],
      [null],
    ];
    for (const said of bad) {
      expect(readSwitchedOff(said)).toBeUndefined();
      const text = Buffer.from(JSON.stringify({ document: {}, off: said })).toString('base64url');
      expect(designFromFragment(`#design=${text}`)).toBeUndefined();
    }
  });
});
