import { describe, expect, it } from 'vitest';
import { MemoryByteSource } from '../byte-source.js';
import { type InstanceCatalogOptions, readInstanceCatalog } from './instance-catalog.js';

/** A catalog around RA 53, Dec -27.5 whose objects begin at line 4. */
function read(objects: readonly string[], options?: InstanceCatalogOptions) {
  const text = ['rightascension 53.01', 'declination -27.44', 'filter 2', ...objects, ''].join('\n');
  const source = new MemoryByteSource(new Map([['cat.txt', new TextEncoder().encode(text)]]), 'cat.txt');
  return readInstanceCatalog(source, options);
}

function object({ ra = '53', dec = '-27', mag = '20', rest = 'point none none' }): string {
  return `object 1 ${ra} ${dec} ${mag} flatSED/sed_flat.txt.gz 0 0 0 0 0 0 ${rest}`;
}

describe('the limits of an object', () => {
  it('draws what is large and bright within reason', async () => {
    const { sources, skipped } = await read([
      object({ mag: '-4.9' }),
      object({ rest: 'sersic2d 3599 3599 0 1 none none' }),
      object({ rest: 'knots 1 1 0 100000 none none' }),
      object({ rest: 'streak 12600 1.5 45 none none' }),
      object({ ra: '-307' }),
    ]);
    expect(skipped).toEqual({});
    expect(sources.length).toBe(5);
    expect(sources.raDeg[4]).toBe(53);
  });

  it('counts as behind what is 90 deg or more from the boresight, the request taking the place of the header', async () => {
    // Due South over the pole, 89.9 and 90.1 deg from (53.01, -27.44): declinations -62.66 and -62.46 on the far side.
    const text = [object({ ra: '233.01', dec: '-62.66' }), object({ ra: '233.01', dec: '-62.46' })];
    const fromHeader = await read(text);
    expect(fromHeader.sources.length).toBe(1);
    expect(fromHeader.skipped.behind).toMatchObject({ fault: true, count: 1, firstLines: [{ line: 5 }] });
    const fromRequest = await read(text, { boresight: { raDeg: 233, decDeg: -60 } });
    expect(fromRequest.sources.length).toBe(2);
    await expect(read(text, { strict: true })).rejects.toMatchObject({
      code: 'SKY_CATALOG_OBJECT',
      line: 5,
    });
  });

  it('takes words after the dust blocks for what imSim takes them for, and says so', async () => {
    const { sources, notes } = await read([
      object({ rest: 'point none none 1 2' }),
      object({ rest: 'point none none # said' }),
    ]);
    expect(sources.length).toBe(2);
    expect(notes.join()).toContain('1 object(s) have words after their dust blocks');
  });
});
