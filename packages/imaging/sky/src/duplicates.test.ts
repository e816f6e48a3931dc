import { expect, it } from 'vitest';
import { findDuplicates } from './duplicates.js';
import { MODEL, SourceTableBuilder } from './source-table.js';

it('takes any number of rows for one object, as a table of one identifier has them', () => {
  const builder = new SourceTableBuilder();
  const rows = 200_000;
  for (const catalog of [0, 1])
    for (let row = 0; row < rows; row++)
      builder.add({ objectId: 'star', catalog, model: MODEL.point, raDeg: 53, decDeg: -28, magnitude: 20 });
  const found = findDuplicates(builder.build(), { withinArcsec: 0.5, withinMag: 0.5 }, new Set());
  expect(found.betweenEntries).toEqual([{ later: 1, earlier: 0, objects: 1 }]);
  expect(found.rows).toHaveLength(rows);
  expect(found.rows[0]).toBe(rows);
  expect(found.repeatedIds.map(({ rows: repeated }) => repeated)).toEqual([rows - 1, rows - 1]);
});
