import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { caseCount } from '@imsim-od/testing';
import { RandomStream } from '@imsim-od/portable-math';
import {
  MemoryByteSource,
  MemoryRangeSource,
  MODEL,
  QUANTITY_NAMES,
  readInstanceCatalog,
  readSkyTable,
  SkyRegion,
  type SkyTableOptions,
} from '../index.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string | Uint8Array, options: Partial<SkyTableOptions> = {}) =>
  readSkyTable(new MemoryRangeSource('t.csv', typeof text === 'string' ? bytesOf(text) : text), {
    band: 'r',
    ...options,
  });
const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => ({ code: 'none', message: '' }),
    (error: { code: string; message: string }) => ({ code: error.code, message: error.message }),
  );

describe('a CSV table', () => {
  it('gives the sources that the same objects of an instance catalog give', async () => {
    // An instance catalog's position angle and gamma2 have the opposite sign: see object-line.ts.
    const catalog = `rightascension 10\ndeclination 5\nfilter 2
object s1 10.25 5.5 20.125 flatSED/sed_flat.txt 0 0 0 0 0 0 point none none
object g1 10.5 5.25 21.5 flatSED/sed_flat.txt 0 0.02 -0.03 0.05 0 0 sersic2d 1.5 0.7 35 2.5 none CCM 0.3 3.1
`;
    const files = new Map([['c.txt', bytesOf(catalog)]]);
    const wanted = (await readInstanceCatalog(new MemoryByteSource(files, 'c.txt'))).sources;
    const { sources } = await read(
      `id,kind,ra,dec,mag_r,a,b,pa,n,gamma1,gamma2,kappa,Av,Rv
s1,point,10.25,5.5,20.125,,,,,,,,,
g1,sersic,10.5,5.25,21.5,1.5,0.7,-35,2.5,0.02,0.03,0.05,0.3,3.1
`,
    );
    // A table's dust is that of the effective wavelength, a catalog's that of the whole band: 0.001 mag here.
    sources.magnitude.forEach((mag, i) => expect(Math.abs(mag - wanted.magnitude[i]!)).toBeLessThan(0.002));
    expect({ ...sources, magnitude: undefined }).toEqual({ ...wanted, magnitude: undefined });
  });

  it('takes units from names, from an ECSV head and from the request, which wins', async () => {
    // 53 deg, -27 deg in each unit; 1e-6 Jy is AB 23.9 (Oke & Gunn 1983: 3631 Jy is 0).
    const rad = Math.PI / 180;
    const tables: [string, Partial<SkyTableOptions>][] = [
      ['ra [deg],dec [deg],mag_r [mag]\n53,-27,23.9\n', {}],
      [`ra [rad],dec [rad],mag_r [uJy]\n${53 * rad},${-27 * rad},1\n`, {}],
      [
        `ra [hourangle],dec [arcmin],flux\n${53 / 15},-1620,1000\n`,
        { columns: { mag: { column: 'flux', unit: 'nJy' } } },
      ],
      ['ra,dec,mag\n03:32:00,-27:00:00.0,23.9\n', {}],
      ['"ra [""h:m:s""]";dec;mag\n03 32 00;-27 00 00;23.9\n', {}],
      [
        `# %ECSV 1.0\n# ---\n# datatype:\n# - {name: ra, unit: rad, datatype: float64}\n# - {name: dec, unit: rad, datatype: float64}\n# - {name: mag, datatype: float64}\n# schema: astropy-2.0\nra dec mag\n${53 * rad} ${-27 * rad} 23.9\n`,
        {},
      ],
    ];
    for (const [text, options] of tables) {
      const { sources, skipped } = await read(text, options);
      expect([text, skipped]).toEqual([text, {}]);
      // 1e-12 deg: rounding of one multiplication.
      expect(sources.raDeg[0]).toBeCloseTo(53, 12);
      expect(sources.decDeg[0]).toBeCloseTo(-27, 12);
      // 1e-4 mag: the AB zero point is 3631 Jy to four digits.
      expect(Math.abs((sources.magnitude[0] ?? 0) - 23.9)).toBeLessThan(2e-4);
    }
  });

  it('reads quotes, line ends inside them, blanks, a byte-order mark and gzip', async () => {
    const text =
      '\uFEFFid, ra ,dec,mag,remark\r\n"a ""b"", c",1,2,20,"two\r\nlines, one row"\r\nd,3,4,21,\r\n\r\n';
    for (const bytes of [bytesOf(text), new Uint8Array(gzipSync(text))]) {
      const { sources } = await read(bytes);
      expect(sources.objectId).toEqual(['a "b", c', 'd']);
      expect([...sources.raDeg]).toEqual([1, 3]);
    }
  });

  it('takes each way to state a shape to the same ellipse', async () => {
    // q = 0.5, PA 30 deg East of North, a = 1: g = 1/3 at 2 (90 + 30) = 240 deg, r = sqrt(a b).
    const g = 1 / 3;
    const [g1, g2] = [g * Math.cos((240 / 180) * Math.PI), g * Math.sin((240 / 180) * Math.PI)];
    const r = Math.sqrt(0.5);
    for (const [names, values] of [
      ['a,b,pa', '1,0.5,30'],
      ['a,q,pa', '1,0.5,30'],
      ['hlr,ellipticity,pa', `${r},0.5,30`],
      ['hlr [arcmin],axis_ratio,pa [rad]', `${r / 60},0.5,${Math.PI / 6}`],
      ['hlr,g1,g2', `${r},${g1},${g2}`],
    ]) {
      const { sources } = await read(`ra,dec,mag,${names}\n1,2,20,${values}\n`);
      expect(sources.model[0]).toBe(MODEL.sersic);
      expect(sources.sersicIndex[0]).toBe(1);
      expect(sources.g1[0]).toBeCloseTo(g1, 12);
      expect(sources.g2[0]).toBeCloseTo(g2, 12);
      expect(sources.halfLightRadiusArcsec[0]).toBeCloseTo(r, 12);
    }
  });

  it('lenses alike by kappa and by mu, and brightens magnitudes that are not lensed', async () => {
    const [gamma, kappa] = [0.05, 0.1];
    const mu = 1 / ((1 - kappa) ** 2 - gamma ** 2);
    const head = 'ra,dec,mag,hlr,gamma1';
    const byKappa = (await read(`${head},kappa\n1,2,20,1,${gamma},${kappa}\n`)).sources;
    const byMu = (await read(`${head},mu\n1,2,20,1,${gamma},${mu}\n`)).sources;
    expect(byMu.g1[0]).toBeCloseTo(gamma / (1 - kappa), 12);
    expect(byMu.g1[0]).toBeCloseTo(byKappa.g1[0] ?? 0, 12);
    expect(byMu.halfLightRadiusArcsec[0]).toBeCloseTo(Math.sqrt(mu), 12);
    expect(byMu.magnitude[0]).toBe(20);
    const lensed = await read(`${head},mu\n1,2,20,1,${gamma},${mu}\n`, { unlensedMagnitudes: true });
    expect(lensed.sources.magnitude[0]).toBeCloseTo(20 - 2.5 * Math.log10(mu), 12);
  });

  it("takes the visit's band, and rows inside the region alone", async () => {
    const text = 'ra,dec,mag_g,mag_r\n359.99,0,20,21\n0.01,0,22,23\n180,0,1,2\n';
    const region = new SkyRegion([{ centre: { raDeg: 0, decDeg: 0 }, radiusDeg: 0.1 }]);
    const { sources, outside, rows } = await read(text, { band: 'g', region });
    expect([...sources.magnitude]).toEqual([20, 22]);
    expect([outside, rows]).toEqual([1, 3]);
    expect(sources.objectId).toEqual(['1', '2']);
  });

  it('skips faulty rows by reason with their lines, and stops at the first where it is strict', async () => {
    const text = `id,ra,dec,mag,kind,a,b,n,g1,rv,av,redshift
ok,1,2,20,,,,,,,,
nan,NaN,2,20,,,,,,,,
word,1,2,bright,,,,,,,,
short,1
pole,1,91,20,,,,,,,,
dark,1,2,99,,,,,,,,
kind,1,2,20,blob,,,,,,,
size,1,2,20,sersic,,,,,,,
axes,1,2,20,sersic,1,2,,,,,
index,1,2,20,sersic,1,1,9,,,,
shear,1,2,20,sersic,1,1,1,1,,,
dust,1,2,20,,,,,,9,1,
${'x'.repeat(65)},1,2,20,,,,,,,,
far,1,2,20,,,,,,,,21
`;
    const { sources, skipped } = await read(text);
    expect(sources.objectId).toEqual(['ok']);
    expect(
      Object.entries(skipped).map(([key, { count, firstLines }]) => [key, count, firstLines[0]?.line]),
    ).toEqual([
      ['faint', 1, 6 + 1],
      ['number', 3, 3],
      ['position', 1, 6],
      ['identifier', 1, 14],
      ['kind', 1, 8],
      ['size', 1, 9],
      ['axes', 1, 10],
      ['shape', 1, 12],
      ['index', 1, 11],
      ['redshift', 1, 15],
      ['dust', 1, 13],
    ]);
    expect(await failure(read(text, { strict: true }))).toMatchObject({
      code: 'SKY_TABLE_ROW',
      message: expect.stringContaining('line 3'),
    });
  });

  it('names the columns there are, and the nearest, where one is missing', async () => {
    const absent = await failure(read('RAJ2000,DEC,rmagn\n1,2,3\n'));
    expect(absent.code).toBe('SKY_TABLE_COLUMN');
    expect(absent.message).toContain("is it 'rmagn'?");
    expect(absent.message).toContain('RAJ2000, DEC, rmagn');
    expect(absent.message).not.toContain('look like values');
    // As numpy.savetxt and TOPCAT write: the names are in a comment.
    for (const text of ['# id,ra,dec,mag\na,53,-28,20\n', '# ra dec mag\na 53 -28\n'])
      expect((await failure(read(text))).message).toMatch(
        /look like values: the first line .* not begin with #/,
      );
    // A VOTable has no first line.
    const fields = ['0', '1', '2'].map((name) => `<FIELD name="${name}" datatype="double"/>`).join('');
    const table = `<VOTABLE><RESOURCE><TABLE>${fields}<DATA><TABLEDATA/></DATA></TABLE></RESOURCE></VOTABLE>`;
    const numbered = await failure(read(table, { format: 'votable' }));
    expect(numbered.message).toContain('columns 0, 1, 2. Names that are numbers tell nothing');
    expect(numbered.message).not.toContain('first line');
    expect((await failure(read('2MASS ID,decl,mag\n1,2,3\n'))).message).not.toContain('look like values');
    const misspelt = await failure(read('ra,dec,mag\n1,2,3\n', { columns: { kappa: 'decl' } }));
    expect(misspelt.message).toContain("did you mean 'dec'?");
    const twice = await failure(read('ra,RA,dec,mag\n1,1,2,3\n'));
    expect(twice).toMatchObject({
      code: 'SKY_TABLE_COLUMN',
      message: expect.stringContaining('could both be ra'),
    });
    const unit = await failure(read('ra [parsec],dec,mag\n1,2,3\n'));
    expect(unit).toMatchObject({ code: 'SKY_TABLE_UNIT', message: expect.stringContaining('deg, rad') });
    const wrongKind = await failure(read('ra,dec,mag [arcsec]\n1,2,3\n'));
    expect(wrongKind.code).toBe('SKY_TABLE_UNIT');
    expect((await failure(read('ra,dec,mag [MJy]\n1,2,3\n'))).code).toBe('SKY_TABLE_UNIT');
  });

  it('refuses what is no CSV table: numbers alone, open quotes, binary, an endless line', async () => {
    for (const [text, part] of [
      ['', 'empty'],
      ['# nothing\n', 'no line of column names'],
      ['1,2,3\n4,5,6\n', 'numbers alone'],
      ['ra,dec,mag\n"1,2,3\n', 'never closed'],
      ['ra,dec,mag\n1,2,\u0000\n', 'zero byte'],
    ] as const) {
      const { code, message } = await failure(read(text));
      expect([code, message]).toEqual(['SKY_TABLE_FORMAT', expect.stringContaining(part)]);
    }
    let served = 0;
    const endless = {
      name: 'endless.csv',
      bytes: 10e9,
      read: (start: number, end: number) => {
        served += end - start;
        return Promise.resolve(new Uint8Array(end - start).fill(0x61));
      },
      close: () => Promise.resolve(),
    };
    const { code, message } = await failure(readSkyTable(endless, { band: 'r' }));
    expect([code, message]).toEqual(['SKY_TABLE_FORMAT', expect.stringContaining('longer than')]);
    // A line of 10 GB is given up after a few chunks.
    expect(served).toBeLessThan(8e6);
  });

  it('never fails but with a coded error, whatever the bytes', async () => {
    const random = new RandomStream(7, 7, 7, 7);
    const pieces = [
      'ra',
      'dec',
      'mag',
      'a',
      'g1',
      ',',
      ',',
      '\n',
      '\n',
      '"',
      '1',
      '-2.5',
      'e',
      '[rad]',
      ' ',
      ';',
      '#',
      '\r',
      'é',
      '\u0000',
      'nan',
      'inf',
    ];
    for (let i = 0; i < caseCount(5000, 1_000_000); i++) {
      let text = random.uniform() < 0.7 ? 'ra,dec,mag\n' : '';
      const length = Math.floor(random.uniform() * 60);
      for (let k = 0; k < length; k++) text += pieces[Math.floor(random.uniform() * pieces.length)];
      const { code } = await failure(read(text));
      expect(code).toMatch(/^(none|SKY_TABLE_\w+)$/);
    }
  }, 900_000);

  it('knows every quantity by a name of its own', async () => {
    const names = QUANTITY_NAMES.map((name) => name);
    const { columns } = await read(`${names.join(',')}\n`);
    expect(columns.map(({ quantity, column }) => [quantity, column])).toEqual(
      names.map((name) => [name, name]),
    );
  });
});
