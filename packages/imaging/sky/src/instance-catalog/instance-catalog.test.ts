import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { MemoryByteSource } from '../byte-source.js';
import { COMPONENT, MODEL } from '../source-table.js';
import {
  type InstanceCatalog,
  type InstanceCatalogOptions,
  readInstanceCatalog,
} from './instance-catalog.js';

const HEADER = `rightascension 53.01
declination -27.44
mjd 61400.1234567
altitude 66.2
azimuth 102.5
filter 3
rotskypos 31.5
rottelpos 12.0
dist2moon 96.4
moonalt -21.7
moondec 11.3
moonphase 38.0
moonra 140.2
nsnap 1
obshistid 700123
seed 700123
seeing 0.68
sunalt -34.1
vistime 30.0
exptime 30.0
seqnum 412
`;
const FLAT = 'flatSED/sed_flat.txt.gz';

type Files = Record<string, string | Uint8Array>;

function open(files: Files, name = 'cat.txt'): MemoryByteSource {
  const bytes = new Map<string, Uint8Array>();
  for (const [path, content] of Object.entries(files)) {
    bytes.set(path, typeof content === 'string' ? new TextEncoder().encode(content) : content);
  }
  return new MemoryByteSource(bytes, name);
}

function read(files: Files | string, options?: InstanceCatalogOptions): Promise<InstanceCatalog> {
  return readInstanceCatalog(open(typeof files === 'string' ? { 'cat.txt': files } : files), options);
}

function object(fields: {
  id?: string;
  ra?: string;
  dec?: string;
  mag?: string;
  sed?: string;
  z?: string;
  lens?: string;
  delta?: string;
  rest?: string;
}): string {
  const {
    id = '1',
    ra = '53',
    dec = '-27',
    mag = '20',
    sed = FLAT,
    z = '0',
    lens = '0 0 0',
    delta = '0 0',
  } = fields;
  return `object ${id} ${ra} ${dec} ${mag} ${sed} ${z} ${lens} ${delta} ${fields.rest ?? 'point none none'}\n`;
}

async function failure(
  promise: Promise<unknown>,
): Promise<Error & { code: string; line?: number; file?: string }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error && 'code' in error) return error as Error & { code: string };
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('header of an instance catalog', () => {
  it('gives every field of a full header and no notes but those of an empty catalog', async () => {
    const { header, notes } = await read(HEADER);
    expect(header).toMatchObject({
      raDeg: 53.01,
      decDeg: -27.44,
      band: 'i',
      midMjdTai: 61400.1234567,
      altitudeDeg: 66.2,
      azimuthDeg: 102.5,
      rotSkyPosDeg: 31.5,
      rotTelPosDeg: 12,
      seeingZenith500Arcsec: 0.68,
      moonIlluminatedPercent: 38,
      exposureS: 30,
      visitTimeS: 30,
      snaps: 1,
      seed: 700123,
      visitId: 700123,
      sequenceNumber: 412,
    });
    expect(notes).toEqual([
      'cat.txt: header keywords that change nothing here: dist2moon, moonra, moondec.',
      'cat.txt: the catalog has no objects.',
    ]);
  });

  it('knows the old names', async () => {
    const old = `Unrefracted_RA_deg 53.01\nUnrefracted_Dec_deg -27.44\nOpsim_expmjd 61400.5\nOpsim_filter 1\nOpsim_rawseeing 0.7\nUnrefracted_Altitude 50\nUnrefracted_Azimuth 10\nSIM_MINSOURCE 3\n`;
    const { header } = await read(old);
    expect(header).toMatchObject({
      raDeg: 53.01,
      decDeg: -27.44,
      midMjdTai: 61400.5,
      band: 'g',
      minSources: 3,
    });
    expect(header).toMatchObject({ seeingZenith500Arcsec: 0.7, altitudeDeg: 50, azimuthDeg: 10 });
  });

  it('defaults what may be missing, notes it, and leaves seeing, time and geometry undefined', async () => {
    const { header, notes } = await read('rightascension 10\ndeclination 5\nfilter 2\n');
    expect(header).toMatchObject({
      exposureS: 30,
      snaps: 2,
      visitTimeS: 33,
      moonAltitudeDeg: -90,
      visitId: 9999,
    });
    expect([header.midMjdTai, header.seeingZenith500Arcsec, header.rotSkyPosDeg]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
    const absent = notes.filter((note) => note.includes('which imSim requires'));
    expect(absent.map((note) => note.slice(note.indexOf('has no')))).toEqual([
      'has no mjd, altitude, azimuth, rotskypos, rottelpos, seeing, seqnum, which imSim requires: the request or its default decides.',
      'has no seed, obshistid, which imSim requires: 1000 and 9999 taken, as PhoSim does.',
      'has no dist2moon, moonalt, moondec, moonra, moonphase, sunalt, nsnap, vistime, which imSim requires: nothing depends on that here.',
    ]);
  });

  it('refuses a catalog without pointing or filter', async () => {
    const error = await failure(read('rightascension 10\nfilter 2\n'));
    expect(error.code).toBe('SKY_CATALOG_HEADER_MISSING');
    expect(error.message).toContain('lacks declination');
    const early = await failure(read('rightascension 10\ndeclination 0\n' + object({})));
    expect(early.message).toContain('filter (above the first object)');
  });

  it('suggests the nearest keyword for an unknown one and goes on', async () => {
    const { notes } = await read(HEADER + 'rotskypso 12\nfrobnicate 3\n');
    expect(notes[0]).toBe(
      "cat.txt, line 22: unknown header keyword 'rotskypso' is ignored. Did you mean 'rotskypos'?",
    );
    expect(notes[1]).toBe("cat.txt, line 23: unknown header keyword 'frobnicate' is ignored.");
  });

  it('keeps fifty remarks on header lines and counts the rest', async () => {
    const { notes } = await read(HEADER + 'objcet 1 2 3\n'.repeat(5000));
    expect(notes[0]).toContain("Did you mean 'object'?");
    expect(notes[50]).toBe('cat.txt: 4950 further remarks on header lines are left out.');
    expect(notes).toHaveLength(53);
  });

  it.each([
    ['filter 7', 'from 0 to 5'],
    ['filter 1.5', 'a whole number'],
    ['declination 91', 'from -90 to 90'],
    ['seeing nan', 'a number'],
    ['mjd inf', 'a number'],
    ['exptime 0', 'above 0'],
    ['nsnap 0', 'from 1'],
    ['altitude', 'a value (deg) must follow'],
  ])('refuses %s with file, line and rule', async (line, rule) => {
    const error = await failure(read(HEADER + line + '\n'));
    expect(error).toMatchObject({ code: 'SKY_CATALOG_HEADER_VALUE', file: 'cat.txt', line: 22 });
    expect(error.message).toContain(rule);
  });

  it("keeps imSim's exposure and says where PhoSim's differs", async () => {
    const { header, notes } = await read(
      HEADER.replace('vistime 30.0', 'vistime 33').replace('nsnap 1', 'nsnap 1'),
    );
    expect(header.exposureS).toBe(30);
    expect(notes.some((note) => note.includes('PhoSim would expose 33 s in 1 snap(s)'))).toBe(true);
  });

  it('uses keywords below the objects with a warning, but not another filter', async () => {
    const late = await read(HEADER.replace('seeing 0.68\n', '') + object({}) + 'seeing 0.9\n');
    expect(late.header.seeingZenith500Arcsec).toBe(0.9);
    expect(late.notes.some((note) => note.includes('stands below the objects'))).toBe(true);
    const filter = await failure(read(HEADER + object({}) + 'filter 1\n'));
    expect(filter.code).toBe('SKY_CATALOG_HEADER_VALUE');
  });
});

describe('objects of an instance catalog', () => {
  it('reads every model that is drawn', async () => {
    const { sources } = await read(
      HEADER +
        '# a comment\n\n' +
        object({ id: 'p', ra: '-1', rest: 'point none CCM 0.1 3.1' }) +
        object({ id: 's', rest: 'star none none' }) +
        object({ id: 'g', z: '0.5', rest: 'sersic2d 0.52 0.31 144.0 1.02 CCM 0.10 3.1 CCM 0.031 3.1' }) +
        object({ id: 'k', rest: 'knots 0.52 0.31 144.0 12 calzetti 0.3 4 none' }) +
        object({ id: 't', rest: 'streak 30 0.5 20 none none' }),
    );
    expect([...sources.model]).toEqual([MODEL.point, MODEL.point, MODEL.sersic, MODEL.knots, MODEL.streak]);
    expect(sources.objectId).toEqual(['p', 's', 'g', 'k', 't']);
    expect(sources.raDeg[0]).toBe(359);
    expect(sources.sersicIndex[2]).toBe(1);
    expect([sources.knotCount[3], sources.component[3]]).toEqual([12, COMPONENT.knots]);
    expect([sources.lengthArcsec[4], sources.widthArcsec[4]]).toEqual([30, 0.5]);
    expect(sources.orientationRad[4]).toBeCloseTo((70 * Math.PI) / 180, 14);
    expect([...sources.sedApproximated]).toEqual([0, 0, 0, 0, 0]);
  });

  it('keeps the AB magnitude of a flat spectrum, brighter by (1 + z) and dimmed by both dusts, or as imSim has it', async () => {
    const text =
      HEADER +
      object({}) +
      object({ z: '1' }) +
      object({ rest: 'point CCM 1 3.1 none' }) +
      object({ rest: 'point none CCM 1 3.1' });
    const { sources, notes } = await read(text);
    const [plain = 0, shifted = 0, internal = 0, dusty = 0] = sources.magnitude;
    expect(plain).toBe(20);
    expect(shifted).toBeCloseTo(20 - 2.5 * Math.log10(2), 12);
    // CCM89 at 754 nm, R_V 3.1: 0.66; F19 0.67.
    expect(Math.abs(internal - 20.66)).toBeLessThan(0.02);
    // A_i / A_V at 754 nm, Rv 3.1: published curves lie between 0.58 (F99) and 0.69 (CCM89).
    expect(dusty - 20).toBeGreaterThan(0.58);
    expect(dusty - 20).toBeLessThan(0.69);
    expect(notes.some((note) => note.includes('1 object(s) are dimmed by their internal'))).toBe(true);
    const imSim = await read(text, { internalDust: false });
    expect(imSim.sources.magnitude[2]).toBe(20);
    expect(imSim.sources.magnitude[3]).toBe(dusty);
    expect(imSim.notes.some((note) => note.includes('which is ignored as imSim does'))).toBe(true);
    const named = await read(text, { galacticDust: 'named' });
    expect(named.sources.magnitude[3]).toBe(internal);
  });

  it('takes lensing as imSim does: gamma2 negated, size by sqrt(mu), flux unchanged', async () => {
    const { sources } = await read(
      HEADER +
        object({ lens: '0.1 0.05 0.2', rest: 'sersic2d 0.4 0.4 0 1 none none' }) +
        object({ rest: 'sersic2d 0.6 0.3 90 1 none none' }),
    );
    expect(sources.g1[0]).toBeCloseTo(0.1 / 0.8, 14);
    expect(sources.g2[0]).toBeCloseTo(-0.05 / 0.8, 14);
    const mu = 1 / (0.8 ** 2 - 0.1 ** 2 - 0.05 ** 2);
    expect(sources.halfLightRadiusArcsec[0]).toBeCloseTo(0.4 * Math.sqrt(mu), 14);
    expect(sources.magnitude[0]).toBe(20);
    // q = 1/2 is |g| = 1/3; beta = 90 - 90 = 0: along +u.
    expect(sources.g1[1]).toBeCloseTo(1 / 3, 14);
    expect(sources.g2[1]).toBeCloseTo(0, 14);
    expect(sources.halfLightRadiusArcsec[1]).toBeCloseTo(Math.sqrt(0.18), 14);
  });

  it('counts what it skips by reason, with lines, and keeps the rest', async () => {
    const { sources, skipped } = await read(
      HEADER +
        object({ rest: 'sersic2d 0.3 inf 0 1 none none' }) +
        object({ mag: '50' }) +
        object({ mag: '999' }) +
        'object 1 2 3\n' +
        object({ mag: 'nan' }) +
        object({ ra: '1e999' }) +
        object({ dec: '-90.1' }) +
        object({ z: '-0.1' }) +
        object({ rest: 'sersic2d 0.3 0.4 0 1 none none' }) +
        object({ rest: 'sersic2d 0.3 0 0 1 none none' }) +
        object({ rest: 'sersic2d 0.3 0.2 0 0.26 none none' }) +
        object({ rest: 'sersic2d 0.3 0.2 0 6.3 none none' }) +
        object({ rest: 'sersic2d 0.3 0.2 0 0.29 none none' }) +
        object({ rest: 'knots 0.3 0.2 0 0 none none' }) +
        object({ lens: '0.6 0 0.5' }) +
        object({ lens: '0 0 1' }) +
        object({ rest: 'point none SMC 1 2' }) +
        object({ rest: 'point none CCM 1 0.5' }) +
        object({ rest: 'point none CCM 1' }) +
        object({ id: 'x'.repeat(65) }) +
        object({ mag: '-99' }) +
        object({ mag: '-4', rest: 'point none CCM -500 3.1' }) +
        object({ mag: '0x14' }) +
        object({ ra: '4000' }) +
        object({ ra: '233.02', dec: '27.44' }) +
        object({ rest: 'sersic2d 1e7 1e7 0 1 none none' }) +
        object({ rest: 'sersic2d 1 1e-20 0 1 none none' }) +
        object({ lens: '0 0 0.9999999', rest: 'sersic2d 10 10 0 1 none none' }) +
        object({ rest: 'knots 1 1 0 2000000000 none none' }) +
        object({ rest: 'streak 1e9 10 0 none none' }) +
        object({ rest: 'streak 60000 10 0 none none' }) +
        object({}),
    );
    const counts = Object.fromEntries(Object.entries(skipped).map(([key, { count }]) => [key, count]));
    expect(counts).toEqual({
      infinite: 1,
      faint: 2,
      fields: 2,
      number: 3,
      position: 2,
      behind: 1,
      bright: 1,
      redshift: 1,
      axes: 1,
      size: 1,
      large: 5,
      index: 2,
      knots: 2,
      lens: 2,
      dust: 3,
      identifier: 1,
    });
    expect(skipped.faint).toMatchObject({
      fault: false,
      firstLines: [{ file: 'cat.txt', line: 23 }, { line: 24 }],
    });
    expect(sources.length).toBe(2);
    expect(sources.sersicIndex[0]).toBe(0.3);
  });

  it('stops at the first faulty object when strict, but not at the ways of leaving one out', async () => {
    const fine = await read(
      HEADER + object({ mag: '99' }) + object({ rest: 'sersic2d inf 1 0 1 none none' }),
      { strict: true },
    );
    expect(fine.skipped.infinite?.count).toBe(1);
    const error = await failure(
      read(HEADER + object({ rest: 'sersic2d 1 2 0 1 none none' }), { strict: true }),
    );
    expect(error).toMatchObject({ code: 'SKY_CATALOG_OBJECT', line: 22, file: 'cat.txt' });
  });

  it.each(['gauss', 'sersic', 'movingpoint', 'pinhole', 'blob', 'stamp', 'constructor'])(
    'refuses the model %s by name',
    async (model) => {
      const error = await failure(read(HEADER + object({ rest: `${model} 1 2 3 4 5 6 none none` })));
      expect(error).toMatchObject({ code: 'SKY_CATALOG_MODEL', line: 22 });
      expect(error.message).toContain(`'${model}'`);
      expect(error.message).toContain('sersic2d');
    },
  );

  it('keeps the footprint alone and counts the rest', async () => {
    const { sources, outside, objectLines } = await read(
      HEADER + object({ ra: '53' }) + object({ ra: '60' }),
      {
        keep: (ra) => ra < 55,
      },
    );
    expect([sources.length, outside, objectLines]).toEqual([1, 1, 2]);
  });

  it('warns of offsets, which it ignores', async () => {
    const { sources, notes } = await read(HEADER + object({ delta: '0.1 0' }));
    expect(sources.raDeg[0]).toBe(53);
    expect(notes.some((note) => note.includes('delta_ra'))).toBe(true);
  });

  it('takes tabs, several blanks and carriage returns', async () => {
    const { sources, header } = await read(
      (HEADER + object({})).replaceAll(' ', ' \t ').replaceAll('\n', '\r\n'),
    );
    expect([sources.length, header.band]).toEqual([1, 'i']);
  });
});

describe('files of an instance catalog', () => {
  it('follows includes and gzip in folders, whatever the name says', async () => {
    const { sources, files } = await read({
      'cat.txt': HEADER + 'includeobj sub/stars.txt.gz\nincludeobj sub/plain.gz\n' + object({ id: 'top' }),
      'sub/stars.txt.gz': gzipSync(object({ id: 'a' }) + 'includeobj more.txt\n'),
      'sub/more.txt': object({ id: 'b' }),
      'sub/plain.gz': object({ id: 'c' }),
    });
    expect(sources.objectId).toEqual(['a', 'b', 'c', 'top']);
    expect(files.map((file) => file.name)).toEqual([
      'cat.txt',
      'sub/stars.txt.gz',
      'sub/more.txt',
      'sub/plain.gz',
    ]);
    expect(files[2]?.bytes).toBe(object({ id: 'b' }).length);
  });

  it('refuses loops, missing files, files outside, and says which line asked', async () => {
    const loop = await failure(
      read({
        'cat.txt': HEADER + 'includeobj a.txt\n',
        'a.txt': 'includeobj b.txt\n',
        'b.txt': '\nincludeobj a.txt\n',
      }),
    );
    expect(loop).toMatchObject({ code: 'SKY_CATALOG_INCLUDE_LOOP', file: 'b.txt', line: 2 });
    expect(loop.message).toContain('cat.txt -> a.txt -> b.txt -> a.txt');
    const missing = await failure(read(HEADER + 'includeobj nowhere.txt\n'));
    expect(missing).toMatchObject({ code: 'SKY_CATALOG_INCLUDE', line: 22 });
    expect(missing.cause).toMatchObject({ code: 'SKY_FILE_MISSING' });
    for (const path of ['../up.txt', '/etc/hostname']) {
      const outside = await failure(read(HEADER + `includeobj ${path}\n`));
      expect(outside.cause).toMatchObject({ code: 'SKY_FILE_OUTSIDE_FOLDER' });
    }
  });

  it('ends includes that multiply', async () => {
    const files: Files = { 'cat.txt': HEADER + 'includeobj 0\n' };
    for (let i = 0; i < 20; i++) files[`${i}`] = `includeobj ${i + 1}\nincludeobj ${i + 1}\n`;
    files['20'] = object({});
    expect(await failure(read(files))).toMatchObject({ code: 'SKY_CATALOG_FORMAT' });
  });

  it('does not take header lines from included files', async () => {
    const { header, notes } = await read({
      'cat.txt': HEADER + 'includeobj a\n',
      a: 'filter 1\n' + object({}),
    });
    expect(header.band).toBe('i');
    expect(notes[0]).toContain("'filter' in an included file is ignored");
  });

  it('refuses truncated and damaged gzip at any cut', async () => {
    const text = HEADER + Array.from({ length: 300 }, (_, i) => object({ id: `${i}` })).join('');
    const packed = gzipSync(text);
    const whole = await read({ 'cat.txt': packed });
    expect(whole.sources.length).toBe(300);
    for (const cut of [3, 9, 20, packed.length >> 1, packed.length - 9, packed.length - 1]) {
      expect(await failure(read({ 'cat.txt': packed.subarray(0, cut) }))).toMatchObject({
        code: 'SKY_CATALOG_GZIP',
      });
    }
    const flipped = Uint8Array.from(packed);
    flipped[packed.length - 6] = (flipped[packed.length - 6] ?? 0) ^ 0xff;
    expect((await failure(read({ 'cat.txt': flipped }))).code).toBe('SKY_CATALOG_GZIP');
  });

  it('refuses binary bytes, absurd lines and a lone word, each with its line', async () => {
    expect(await failure(read({ 'cat.txt': Uint8Array.of(0x72, 0x0a, 0, 1, 2) }))).toMatchObject({
      code: 'SKY_CATALOG_FORMAT',
    });
    expect(await failure(read(HEADER + 'x'.repeat(70000)))).toMatchObject({
      code: 'SKY_CATALOG_FORMAT',
      line: 22,
    });
    expect(await failure(read(HEADER + '{"json": 1}\n'))).toMatchObject({
      code: 'SKY_CATALOG_FORMAT',
      line: 22,
    });
    expect(await failure(read(''))).toMatchObject({ code: 'SKY_CATALOG_HEADER_MISSING' });
  });

  it('answers random bytes and damaged catalogs with a coded error or a result, never anything else', async () => {
    let state = 12345;
    const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296;
    const good = new TextEncoder().encode(
      HEADER + object({}) + object({ rest: 'sersic2d 0.5 0.3 10 1 none none' }),
    );
    const codes = new Set<string>();
    for (let trial = 0; trial < 300; trial++) {
      let bytes: Uint8Array;
      if (trial % 3 === 0) bytes = Uint8Array.from({ length: 200 }, () => random() * 256);
      else {
        bytes = Uint8Array.from(good);
        for (let k = 0; k < 5; k++) bytes[Math.floor(random() * bytes.length)] = 32 + random() * 95;
        if (trial % 3 === 2)
          bytes = Uint8Array.from(gzipSync(bytes)).map((byte) => (random() < 0.01 ? byte ^ 64 : byte));
      }
      try {
        await read({ 'cat.txt': bytes });
        codes.add('read');
      } catch (error) {
        codes.add((error as { code?: string }).code ?? `uncoded: ${String(error)}`);
      }
    }
    expect([...codes].filter((code) => code !== 'read' && !/^SKY_/.test(code))).toEqual([]);
    expect(codes.has('read')).toBe(true);
    expect(codes.has('SKY_CATALOG_GZIP')).toBe(true);
  });
});
