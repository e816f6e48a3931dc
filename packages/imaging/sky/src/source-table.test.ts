import { describe, expect, it } from 'vitest';
import { concatenate, emptySourceTable, MODEL, selectRows, SourceTableBuilder } from './source-table.js';

function table(ids: readonly string[], stamps = 0) {
  const builder = new SourceTableBuilder(1);
  const stamp =
    stamps > 0
      ? builder.addStamp({ name: ids[0] ?? '', width: 1, height: 1, values: Float32Array.of(1) })
      : -1;
  ids.forEach((objectId, i) => {
    builder.add({
      objectId,
      model: stamp < 0 ? MODEL.point : MODEL.stamp,
      raDeg: i,
      decDeg: -i,
      magnitude: 20 + i,
      stamp,
    });
  });
  return builder.build();
}

describe('the source table', () => {
  it('grows and keeps every row', () => {
    const ids = Array.from({ length: 1000 }, (_, i) => `o${i}`);
    const made = table(ids);
    expect(made.length).toBe(1000);
    expect(made.objectId).toEqual(ids);
    expect([made.raDeg.length, made.raDeg[999], made.magnitude[999], made.stamp[0]]).toEqual([
      1000, 999, 1019, -1,
    ]);
  });

  it('keeps every value of many rows, to the bit', () => {
    // Several blocks: one without a stamp or a rotation, then some with, then one without again.
    const rows = 250_000;
    const builder = new SourceTableBuilder();
    const rotation = (i: number): number => (i > 100_000 && i < 140_000 ? (i % 3 === 0 ? -0 : i) : 0);
    for (let i = 0; i < rows; i++)
      builder.add({
        objectId: `${i}`,
        model: MODEL.stamp,
        raDeg: i / 1000,
        decDeg: -i,
        magnitude: i === 70_000 ? NaN : 20,
        stamp: i === 66_000 ? 7 : -1,
        ...(i % 2 === 0 ? { stampRotationDeg: rotation(i) } : {}),
        knotCount: i < 10 ? i : 0,
      });
    expect(builder.length).toBe(rows);
    const made = builder.build();
    expect([made.length, made.objectId.length, made.raDeg.length, made.g1.length]).toEqual(
      Array(4).fill(rows),
    );
    for (let i = 0; i < rows; i++) {
      const isSame =
        made.objectId[i] === `${i}` &&
        made.raDeg[i] === i / 1000 &&
        Object.is(made.magnitude[i], i === 70_000 ? NaN : 20) &&
        made.stamp[i] === (i === 66_000 ? 7 : -1) &&
        Object.is(made.stampRotationDeg[i], i % 2 === 0 ? rotation(i) : 0) &&
        made.knotCount[i] === (i < 10 ? i : 0) &&
        made.g1[i] === 0;
      if (!isSame) expect.fail(`row ${i} differs`);
    }
    expect(builder.build().length).toBe(0);
  });

  it('leaves the builder empty after build', () => {
    const builder = new SourceTableBuilder();
    builder.add({ objectId: 'a', model: 0, raDeg: 1, decDeg: 2, magnitude: 3 });
    const first = builder.build();
    expect([builder.length, builder.build().length, first.objectId]).toEqual([0, 0, ['a']]);
  });

  it('selects rows in the order given', () => {
    const picked = selectRows(table(['a', 'b', 'c', 'd']), [3, 1]);
    expect(picked.objectId).toEqual(['d', 'b']);
    expect([...picked.raDeg]).toEqual([3, 1]);
    expect(picked.length).toBe(2);
  });

  it('concatenates and shifts stamp indices', () => {
    const joined = concatenate([table(['a', 'b'], 1), emptySourceTable(), table(['c']), table(['d'], 1)]);
    expect(joined.objectId).toEqual(['a', 'b', 'c', 'd']);
    expect([...joined.stamp]).toEqual([0, 0, -1, 1]);
    expect(joined.stamps.map((s) => s.name)).toEqual(['a', 'd']);
  });
});
