import { MODEL, SourceTableBuilder } from '@imsim-od/sky';
import { describe, expect, it } from 'vitest';
import { StreamWords } from './located-sources.js';
import { objectWords, RepeatCounter } from './stream-keys.js';

describe('StreamWords', () => {
  it('tells rows apart as counting their repetitions does, whichever rows were asked for before', () => {
    const builder = new SourceTableBuilder();
    const ids = ['a', 'b', 'a', 'c', 'd', 'a', 'c'];
    for (const objectId of ids)
      builder.add({ objectId, raDeg: 53, decDeg: -27, magnitude: 20, model: MODEL.point });
    const words = new StreamWords(builder.build());
    for (const rows of [
      [0, 1, 3],
      [5, 1, 2],
      [0, 1, 3],
      [6, 5, 4, 3, 2, 1, 0],
      [4, 2],
    ]) {
      const repeats = new RepeatCounter();
      const expected = rows.flatMap((row) => {
        const identity = { catalog: 0, objectId: ids[row]!, component: 0, raDeg: 53, decDeg: -27 };
        return repeats.apart(objectWords(identity));
      });
      expect([...words.of(Int32Array.from(rows))]).toEqual(expected);
    }
  });
});
