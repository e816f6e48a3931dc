import { expect, it } from 'vitest';
import { keptAfter } from './kept-files.js';

const file = (name: string, rows: number) => ({ name, rows });
const after = (used: ReturnType<typeof file>[], before: ReturnType<typeof file>[]) =>
  keptAfter(used, before, ({ rows }) => rows).map(({ name }) => name);

it('keeps all that a request uses, however large', () => {
  const [a, b] = [file('a', 800_000), file('b', 800_000)];
  expect(after([a, b], [a])).toEqual(['a', 'b']);
  expect(after([file('huge', 2_000_000)], [])).toEqual(['huge']);
  const many = Array.from({ length: 12 }, (_, k) => file(`${k}`, 10));
  expect(after(many, [])).toHaveLength(12);
});

it('keeps of the others, the latest first, what fits in beside it', () => {
  const [small, large, old] = [file('small', 100), file('large', 1_400_000), file('old', 200)];
  // What does not fit in takes no room from those after it.
  expect(after([file('used', 200_000)], [small, large, old])).toEqual(['used', 'small', 'old']);
  const before = Array.from({ length: 12 }, (_, k) => file(`${k}`, 10));
  expect(after([before[3]!, before[3]!], before)).toEqual(['3', '0', '1', '2', '4', '5', '6', '7']);
});
