/** Rows that no telescope could draw, and tables that hold nothing for the detectors. */
import { describe, expect, it } from 'vitest';
import { MemoryRangeSource, readSkyTable, SkyRegion, type SkyTableOptions } from '../index.js';

const read = (text: string, options: Partial<SkyTableOptions> = {}) =>
  readSkyTable(new MemoryRangeSource('t.csv', new TextEncoder().encode(text)), { band: 'r', ...options });
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => '',
    (error: Error) => error.message,
  );

describe('the limits of a row', () => {
  it('are those of an object of an instance catalog', async () => {
    const { sources, skipped } = await read(`id,ra,dec,mag,a,b,kappa
bright enough,1,2,-4.9,,,
too bright,1,2,-5.1,,,
large enough,1,2,20,3599,3599,
too large,1,2,20,3601,3601,
too long,1,2,20,3601,1,
too large by its lens,1,2,20,400,400,0.9
`);
    expect(sources.objectId).toEqual(['bright enough', 'large enough']);
    expect(skipped).toMatchObject({
      bright: { count: 1, firstLines: [{ line: 3 }] },
      large: { count: 3, firstLines: [{ line: 5 }, { line: 6 }, { line: 7 }] },
    });
  });

  it('hold for the spectrum and the light curve too', async () => {
    const { skipped } = await read('ra,dec,sed,magnorm\n1,2,flatSED/sed_flat.txt,-1e300\n');
    expect(skipped).toMatchObject({ bright: { count: 1 } });
  });

  it('hold for the way of what moves, at the rate of a row and between two', async () => {
    const time = { midMjdTai: 61000, exposureS: 30 };
    const text = `id,ra,dec,mag,epoch,rateRa,rateDec
slow,10,0,20,61000,100,0
fast,10,0,20,61000,1e6,0
leaps,10,0,20,60999.9999999,,
leaps,60,0,20,61000.0000001,,
`;
    const { sources, skipped } = await read(text, { time });
    expect(sources.objectId).toEqual(['slow']);
    expect(sources.lengthArcsec[0]).toBeCloseTo((100 * 3600 * 30) / 86_400, 9);
    // A track is named by its first row.
    expect(skipped).toMatchObject({ large: { count: 2, firstLines: [{ row: 2 }, { row: 3 }] } });
    expect(await failure(read(text, { time, strict: true }))).toContain('t.csv, row 2: larger than can be');
  });
});

describe('a table without a row to draw', () => {
  const region = new SkyRegion([{ centre: { raDeg: 53, decDeg: -28 }, radiusDeg: 1 }]);

  it('says where its rows lie, and that radians may be meant', async () => {
    const { notes } = await read('ra,dec,mag\n0.9250,-0.4887,20\n', { region });
    expect(notes.at(-1)).toBe(
      't.csv: no row of the table is to be drawn: the first outside the detectors lies at RA 0.9250, Dec -0.4887 deg, ' +
        'a detector at RA 53.0000, Dec -28.0000 deg (positions in another unit: columns: { ra: { unit: rad }, dec: { unit: rad } }).',
    );
    const radians = { ra: { unit: 'rad' }, dec: { unit: 'rad' } };
    const { sources } = await read('ra,dec,mag\n0.9250,-0.4887,20\n', { region, columns: radians });
    expect(sources.length).toBe(1);
  });

  it('says no such thing where nothing lies outside', async () => {
    const { notes } = await read('ra,dec,mag\n53,-28,99\n', { region });
    expect(notes.at(-1)).toBe('t.csv: no row of the table is to be drawn.');
  });
});

describe('a table without the magnitude', () => {
  it('is not told to take that of another band', async () => {
    const message = await failure(read('ra,dec,mag_g,i_ab\n1,2,20,21\n'));
    expect(message).toContain('the visit is in r, and the table has magnitudes in g, i.');
    expect(message).not.toContain('is it');
  });

  it('is not told to take what is something else, nor a name that is like any', async () => {
    expect(await failure(read('x,ra,dec\n1,2,3\n'))).not.toContain('is it');
    expect(await failure(read('rmagn,ra,dec\n1,2,3\n'))).toContain("is it 'rmagn'? The table has");
    expect(await failure(read('x,y,mag\n1,2,3\n'))).not.toContain('is it');
  });
});

it('a column of row numbers is no Sersic index', async () => {
  const { columns } = await read('index,ra,dec,mag,a,b\n0,1,2,20,1,1\n');
  expect(columns.map(({ quantity }) => quantity)).not.toContain('sersicIndex');
});
