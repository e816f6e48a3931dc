import { describe, expect, it } from 'vitest';
import { HeaderReader, type InstanceCatalogHeader } from './header.js';
import { mergeHeaders } from './merge-headers.js';

function header(lines: readonly string[]): InstanceCatalogHeader {
  const reader = new HeaderReader('x', []);
  ['rightascension 10', 'declination 5', 'filter 2', ...lines].forEach((line, i) =>
    reader.take(line.split(' '), i, false),
  );
  return reader.finish();
}

describe('headers of several catalogs', () => {
  it('are the first one, and say where the others differ', () => {
    const a = header(['seed 5', 'mjd 60000']);
    const b = header(['seed 6', 'mjd 60000', 'seeing 0.8']);
    const merged = mergeHeaders([
      { name: 'a.txt', header: a },
      { name: 'b.txt', header: b },
      { name: 'c.txt', header: header(['seed 5']) },
    ]);
    expect(merged?.header).toBe(a);
    expect(merged?.notes).toEqual([
      'b.txt has seed 6, but a.txt says 5 and wins.',
      'b.txt has seeing 0.8, but a.txt does not give it and the request decides.',
    ]);
  });

  it('are none for no catalog', () => {
    expect(mergeHeaders([])).toBeUndefined();
  });
});
