import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isFarReaching } from '../catalog-index/far-object.js';
import { readIndexedObjects, readInstanceCatalog } from '../instance-catalog/instance-catalog.js';
import { type SourceTable, selectRows } from '../source-table.js';
import { type RegionCircle, SkyRegion } from '../tables/sky-region.js';
import { findCatalogIndex, makeCatalogIndex, openCatalogIndex } from './catalog-index-file.js';
import { openFileSource } from './file-source.js';

const HEADER = [
  'rightascension 53',
  'declination -27.5',
  'filter 2',
  'mjd 61041.1',
  'obshistid 700',
  'seeing 0.7',
];
const NONE = 'none none';
const CIRCLES: readonly RegionCircle[] = [
  { centre: { raDeg: 53.3, decDeg: -27.2 }, radiusDeg: 0.3 },
  { centre: { raDeg: 51.9, decDeg: -28.4 }, radiusDeg: 0.25 },
];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'imsim-od-index-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A field of stars and galaxies, with objects that reach far, faults, and parts that are included. */
function writeCatalog(): string {
  let state = 7;
  const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296;
  const line = (id: number, extra = {}): string => {
    const { mag = 16 + 10 * random(), model = 'point' } = extra as { mag?: number; model?: string };
    const ra = 53 + 4 * (random() - 0.5);
    const dec = -27.5 + 4 * (random() - 0.5);
    return `object ${id} ${ra} ${dec} ${mag} starSED/x.txt ${random() < 0.5 ? 0 : 1} 0.01 0.02 0.03 0 0 ${model} ${NONE}`;
  };
  const galaxy = 'sersic2d 1.2 0.7 33 4';
  const included = Array.from({ length: 1500 }, (_, i) => line(10_000 + i, { model: galaxy }));
  const deeper = Array.from({ length: 300 }, (_, i) => line(20_000 + i));
  const own = Array.from({ length: 2000 }, (_, i) => line(i));
  own[10] = line(10, { mag: 5 });
  own[20] = line(20, { model: 'sersic2d 60 30 10 1' });
  own[30] = line(30, { model: 'streak 4000 1 20' });
  own[40] = line(40, { model: 'streak 40 1 20' });
  own[50] = line(50, { mag: -8 });
  own[60] = line(60, { model: 'stamp.fits 0.2 10' });
  own[100] = 'object 100 53';
  own[200] = line(200).replace(/ 0\.01 /, ' x ');
  own[300] = line(300, { mag: 60 });
  own.splice(1000, 0, 'includeobj parts/galaxies.txt.gz');
  mkdirSync(join(folder, 'parts'));
  included.splice(700, 0, 'includeobj deeper.txt');
  writeFileSync(join(folder, 'parts/galaxies.txt.gz'), gzipSync(`${included.join('\n')}\n`));
  writeFileSync(join(folder, 'parts/deeper.txt'), deeper.join('\n'));
  writeFileSync(join(folder, 'stamp.fits'), stampBytes());
  const path = join(folder, 'field.txt');
  writeFileSync(path, `${[...HEADER, ...own].join('\n')}\n`);
  return path;
}

/** A FITS image of 3 x 3 pixels of 1. */
function stampBytes(): Uint8Array {
  const cards = [
    'SIMPLE  =                    T',
    'BITPIX  =                    8',
    'NAXIS   =                    2',
  ];
  cards.push('NAXIS1  =                    3', 'NAXIS2  =                    3', 'END');
  const bytes = new Uint8Array(5760);
  bytes.fill(32, 0, 2880);
  bytes.set(new TextEncoder().encode(cards.map((card) => card.padEnd(80)).join('')));
  bytes.fill(1, 2880, 2889);
  return bytes;
}

function rowsWhere(table: SourceTable, isWanted: (row: number) => boolean): SourceTable {
  return selectRows(
    table,
    [...Array(table.length).keys()].filter((row) => isWanted(row)),
  );
}

async function regionOf(indexPath: string, catalogPath: string, circles = CIRCLES) {
  const region = new SkyRegion(circles);
  const index = await openCatalogIndex(indexPath);
  try {
    return await readIndexedObjects(index, await openFileSource(catalogPath), circles, {
      band: 'r',
      boresight: { raDeg: 53, decDeg: -27.5 },
      keep: (raDeg, decDeg) => region.holds(raDeg, decDeg),
    });
  } finally {
    await index.close();
  }
}

async function make(path: string, places: readonly string[]) {
  return makeCatalogIndex(await openFileSource(path), places, 'v1', { band: 'r' });
}

describe('the index of a catalog', () => {
  it('gives the rows of a region as the catalog has them, in its order, and what was skipped', async () => {
    const path = writeCatalog();
    const made = await make(path, [`${path}.index`]);
    const whole = await readInstanceCatalog(await openFileSource(path), { band: 'r' });
    expect(made?.summary).toMatchObject({
      objectLines: whole.objectLines,
      skipped: whole.skipped,
      firstFault: whole.firstFault,
      // What is drawn by families is told where it is drawn.
      notes: whole.notes.filter((note) => !note.includes('SED replaced')),
    });
    expect(whole.firstFault?.line).toBe(HEADER.length + 51);
    expect(made?.summary.files.map((file) => file.path)).toEqual(whole.files.map((file) => file.path));
    const region = new SkyRegion(CIRCLES);
    const { sources } = whole;
    const isFar = (row: number): boolean =>
      ['10', '20', '30', '60'].includes(sources.objectId[row]!) ||
      isFarReaching({ ...rowOf(sources, row) }, 20);
    const expected = rowsWhere(
      sources,
      (row) => isFar(row) || region.holds(sources.raDeg[row]!, sources.decDeg[row]!),
    );
    const near = await regionOf(`${path}.index`, path);
    expect(near.sources.length).toBeGreaterThan(40);
    expect(near.sources).toEqual(expected);
    expect(near.skipped.bright?.firstLines).toEqual([{ file: path, line: HEADER.length + 51 }]);
  });

  it('gives a part of itself as an index that holds the region, and of other places what reaches far', async () => {
    const path = writeCatalog();
    await make(path, [`${path}.index`]);
    const whole = await openCatalogIndex(`${path}.index`);
    const [here, elsewhere] = CIRCLES;
    const { bytes, stream } = whole.part([here!]);
    const chunks: Uint8Array[] = [];
    for await (const chunk of stream()) chunks.push(chunk);
    await whole.close();
    writeFileSync(`${path}.part`, Buffer.concat(chunks));
    expect(Buffer.concat(chunks).length).toBe(bytes);
    expect(bytes).toBeLessThan(readFileSync(`${path}.index`).length / 3);
    expect(await regionOf(`${path}.part`, path, [here!])).toEqual(
      await regionOf(`${path}.index`, path, [here!]),
    );
    const far = (await regionOf(`${path}.part`, path, [elsewhere!])).sources;
    expect([...far.objectId].sort()).toEqual(['10', '20', '30', '60']);
  });

  it('is trusted by the content of every file, and by who made it', async () => {
    const path = writeCatalog();
    const places = [`${path}.index`];
    const find = async (version = 'v1') => findCatalogIndex(await openFileSource(path), places, version);
    expect(await find()).toBeUndefined();
    await make(path, places);
    expect((await find())?.path).toBe(places[0]);
    // A new time alone is no change.
    utimesSync(path, 1, 1);
    expect(await find()).toBeDefined();
    const part = join(folder, 'parts/deeper.txt');
    const text = readFileSync(part, 'utf8');
    writeFileSync(part, text.replace('20000', '20001'));
    utimesSync(part, 1, 1);
    expect(await find()).toBeUndefined();
    expect(readdirSync(folder)).not.toContain('field.txt.index');
    writeFileSync(part, text);
    await make(path, places);
    expect(await find('v2')).toBeUndefined();
  });

  it('is made anew where it is damaged or cut off', async () => {
    const path = writeCatalog();
    const place = `${path}.index`;
    await make(path, [place]);
    const sound = readFileSync(place);
    const find = async () => findCatalogIndex(await openFileSource(path), [place], 'v1');
    for (const end of [0, 10, 1000, sound.length - 1]) {
      writeFileSync(place, sound.subarray(0, end));
      expect(await find()).toBeUndefined();
    }
    for (const at of [sound.length - 1, sound.length - 30, sound.length - 200, sound.length - 3000]) {
      const damaged = Buffer.from(sound);
      damaged[at]! ^= 1;
      writeFileSync(place, damaged);
      expect(await find()).toBeUndefined();
    }
    const damaged = Buffer.from(sound);
    for (let at = 16; at < sound.length / 2; at += 500) damaged[at]! ^= 1;
    writeFileSync(place, damaged);
    expect(await find()).toBeDefined();
    await expect(regionOf(place, path)).rejects.toMatchObject({ code: 'SKY_CATALOG_INDEX' });
  });

  it('goes to the next place where the first is below a file, and nowhere where all are', async () => {
    const path = writeCatalog();
    const below = `${path}/x.index`;
    expect((await make(path, [below, join(folder, 'cache/y.index')]))?.path).toBe(
      join(folder, 'cache/y.index'),
    );
    expect(await make(path, [below])).toBeUndefined();
  });

  it('leaves nothing where the catalog cannot be read, and takes away what a killed process left', async () => {
    const path = writeCatalog();
    const left = join(folder, 'field.txt.index.4194399-4.partial');
    writeFileSync(left, 'half');
    writeFileSync(
      path,
      `${readFileSync(path, 'utf8')}object 1 53 -27 20 x 0 0 0 0 0 0 movingPoint none none\n`,
    );
    await expect(make(path, [`${path}.index`])).rejects.toMatchObject({ code: 'SKY_CATALOG_MODEL' });
    expect(readdirSync(folder).sort()).toEqual(['field.txt', 'parts', 'stamp.fits']);
  });
});

function rowOf(table: SourceTable, row: number) {
  return {
    objectId: '',
    model: table.model[row]!,
    raDeg: 0,
    decDeg: 0,
    magnitude: 0,
    halfLightRadiusArcsec: table.halfLightRadiusArcsec[row]!,
    g1: table.g1[row]!,
    g2: table.g2[row]!,
    lengthArcsec: table.lengthArcsec[row]!,
    widthArcsec: table.widthArcsec[row]!,
  };
}
