import { describe, expect, it } from 'vitest';
import { differenceFrom, type SedFileMark, sketchOf } from './sed-sketch.js';

/** Files whose content is told by a letter. */
const file = (path: string, content = 'a'): SedFileMark => ({ path, sha256: content.repeat(64) });
const library = (count: number): SedFileMark[] =>
  Array.from({ length: count }, (_, i) => file(`galaxySED/${i}.spec.gz`));

describe('the sketch of a library', () => {
  it('is small, however many files there are', () => {
    for (const count of [1, 100, 7000]) expect(sketchOf(library(count)).length).toBe(288);
  });

  it('tells no difference of the same files in another order', () => {
    const files = library(7000);
    expect(differenceFrom(sketchOf(files), [...files].reverse(), [])).toEqual({
      changed: [],
      missing: [],
      added: [],
      isComplete: true,
    });
  });

  it('names a file that changed, each in turn of a hundred, and three of seven thousand', () => {
    const some = library(100);
    for (const [i, { path }] of some.entries()) {
      const now = some.with(i, file(path, 'b'));
      expect(differenceFrom(sketchOf(some), now, [])).toMatchObject({ changed: [path], isComplete: true });
    }
    const many = library(7000);
    const now = many.map((one, i) => (i % 2500 === 7 ? file(one.path, 'b') : one));
    expect(differenceFrom(sketchOf(many), now, []).changed).toEqual(
      [2507, 5007, 7].map((i) => `galaxySED/${i}.spec.gz`),
    );
  });

  it('names a file that is missing among the places where it may have been, and one that came', () => {
    const files = library(20);
    const now = [...files.slice(1), file('mine/new.spec')];
    const paths = files.map(({ path }) => path);
    expect(differenceFrom(sketchOf(files), now, paths)).toEqual({
      changed: [],
      missing: ['galaxySED/0.spec.gz'],
      added: ['mine/new.spec'],
      isComplete: true,
    });
    expect(differenceFrom(sketchOf(files), now, []).isComplete).toBe(false);
  });

  it('says that it cannot tell where all differ, and never names a file that is the same', () => {
    const files = library(200);
    const others = files.map(({ path }, i) => file(path, i < 100 ? 'b' : 'a'));
    const { changed, missing, added, isComplete } = differenceFrom(sketchOf(files), others, []);
    expect(isComplete).toBe(false);
    for (const path of [...changed, ...missing, ...added])
      expect(others.slice(0, 100).some((one) => one.path === path)).toBe(true);
  });

  it('bears a damaged sketch', () => {
    for (const text of ['', 'AAAA', '!', 'A'.repeat(287) + '!'])
      expect(differenceFrom(text, library(3), [])).toMatchObject({ changed: [], isComplete: false });
    expect(differenceFrom('/'.repeat(288), library(3), []).isComplete).toBe(false);
  });
});
