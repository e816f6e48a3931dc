/** Files made to exhaust a reader: each is refused early, by a coded error, with little of it read. Nothing of that size is written. */
import { constants, deflateRawSync } from 'node:zlib';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { describe, expect, it } from 'vitest';
import { type ByteSource, SourceOutsideFolderError } from './byte-source.js';
import { readUnpacked, SourceExpansionError, unpackedBytes } from './gzip-stream.js';
import { readInstanceCatalog } from './instance-catalog/instance-catalog.js';
import { readLensMap } from './lenses/read-lens-map.js';
import { MemoryRangeSource, type RangeSource } from './range-source.js';
import { FilesFolder } from './sky-catalogs/catalog-folder.js';
import { describeSkyCatalogPart } from './sky-catalogs/describe-part.js';
import { readLightCurves } from './tables/read-light-curves.js';
import { readSkyTable } from './tables/read-table.js';

const TEN_GIGABYTES = 10_000_000_000;
const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = { bytes: 0 };

/** Ten gigabytes of one text: a beginning, then the same bytes over and over. */
function endless(beginning: string, filling: string): RangeSource {
  const head = bytesOf(beginning);
  const body = bytesOf(filling.repeat(Math.ceil(65_536 / filling.length)));
  read.bytes = 0;
  return {
    name: 'endless',
    bytes: TEN_GIGABYTES,
    read(start, end) {
      read.bytes += end - start;
      if (read.bytes > 3e8) throw new Error('the reader goes on and on');
      const bytes = new Uint8Array(end - start);
      for (let at = 0; at < bytes.length; at += body.length)
        bytes.set(body.subarray(0, bytes.length - at), at);
      if (start < head.length) bytes.set(head.subarray(start, end));
      return Promise.resolve(bytes);
    },
    close: () => Promise.resolve(),
  };
}

/** Bytes that never end, as a source. @param block of packed bytes, over and over */
function stream(beginning: Uint8Array, block: Uint8Array): ByteSource {
  read.bytes = 0;
  return {
    name: 'endless',
    identity: 'endless',
    async *stream() {
      await Promise.resolve();
      for (let part = beginning; ; part = block) {
        read.bytes += part.length;
        yield part;
      }
    },
    sibling: (name) => Promise.reject(new SourceOutsideFolderError(name, 'of the test')),
  };
}

const GZIP_HEAD = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3);
/** A megabyte that deflates to a thousandth, ended so that it may stand again and again. */
const packed = (text: string): Uint8Array =>
  deflateRawSync(bytesOf(text.repeat(Math.ceil(1_048_576 / text.length))), {
    finishFlush: constants.Z_FULL_FLUSH,
  });

const CSV_HEAD = 'id,ra,dec,mag_r\n';
const VOTABLE_HEAD = '<?xml version="1.0"?><VOTABLE><RESOURCE><TABLE>';
const FIELD = '<FIELD name="ra" datatype="double"/>';

describe('a line of ten gigabytes', () => {
  it.each([
    ['an instance catalog', 'rightascension ', '1'],
    ['an instance catalog of blanks', '', ' '],
  ])('in %s', async (_what, beginning, filling) => {
    const source = stream(bytesOf(beginning), bytesOf(filling.repeat(65_536)));
    await expect(readInstanceCatalog(source)).rejects.toThrow(/line 1: the line is longer than 65536 bytes/);
    expect(read.bytes).toBeLessThan(1_000_000);
  });

  it.each([
    ['CSV', 'csv', CSV_HEAD, '1'],
    ['CSV in quotes', 'csv', `${CSV_HEAD}"`, 'x\n'],
    ['the first line of CSV', 'csv', 'a', 'a'],
    ['a comment of CSV', 'csv', '#', 'a'],
    ['the columns of CSV', 'csv', 'a', ',a'],
    ['a tag of VOTable', 'votable', `${VOTABLE_HEAD}<FIELD name="`, 'a'],
    ['a cell of VOTable', 'votable', `${VOTABLE_HEAD}${FIELD}<DATA><TABLEDATA><TR><TD>`, '1'],
    ['the fields of VOTable', 'votable', VOTABLE_HEAD, FIELD],
  ] as const)('in %s', async (_what, format, beginning, filling) => {
    const before = process.memoryUsage.rss();
    await expect(
      readSkyTable(endless(beginning, filling), { band: 'r', format, checkOnly: true }),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^SKY_TABLE_/) as string });
    expect(read.bytes).toBeLessThan(100_000_000);
    expect(process.memoryUsage.rss() - before).toBeLessThan(400_000_000);
  });

  it('in light curves, and in a map of lensing', async () => {
    await expect(readLightCurves(endless('id,mjd,band,mag\n', '1'), 'r')).rejects.toMatchObject({
      code: expect.stringMatching(/^SKY_/) as string,
    });
    await expect(
      readLensMap(endless('pixel,kappa,gamma1,gamma2\n', '1'), { nside: 1, ordering: 'nested' }),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^SKY_/) as string });
    expect(read.bytes).toBeLessThan(10_000_000);
  });
});

describe('gzip that unpacks without end', () => {
  it('is left after a quarter of a gigabyte, by every reader', async () => {
    const comments = stream(GZIP_HEAD, packed(`#${'.'.repeat(60_000)}\n`));
    const error: unknown = await readInstanceCatalog(comments).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(SourceExpansionError);
    const { unpackedBytes, message } = error as SourceExpansionError;
    expect(unpackedBytes).toBeLessThan(300_000_000);
    expect(message).toContain('unpack it and give it as it is');
    expect(read.bytes).toBeLessThan(10_000_000);
    await expect(
      readUnpacked(stream(GZIP_HEAD, packed('\0')), { bytes: 0 }, 1_073_741_824),
    ).rejects.toMatchObject({ code: 'SKY_FILE_EXPANSION' });
  });
});

describe('a configuration of sky catalogs', () => {
  const part = (text: string): Promise<string> =>
    describeSkyCatalogPart(
      new FilesFolder('f', new Map([['skyCatalog.yaml', bytesOf(text)]])),
      'skyCatalog.yaml',
      true,
    );

  it('that is a request for images is called one', async () => {
    await expect(part('pointing: { raDeg: 53, decDeg: -28 }\nband: r\n')).rejects.toMatchObject({
      code: 'SKY_CATALOG',
      message: expect.stringContaining('this is a request for images and no catalog') as string,
    });
    await expect(part('band: r\n')).resolves.toContain('It lists no object_types');
  });

  it('whose aliases double and double is refused', async () => {
    const lines = Array.from({ length: 40 }, (_, i) => `a${i + 1}: &a${i + 1} [*a${i}, *a${i}]`);
    await expect(part(`a0: &a0 [x, x]\n${lines.join('\n')}\nobject_types: *a40\n`)).rejects.toMatchObject({
      code: 'SKY_CATALOG',
      message: expect.stringMatching(/alias/i) as string,
    });
  });

  it.each([
    ['brackets', '['.repeat(60_000)],
    ['mappings', '{a: '.repeat(20_000)],
    ['sequences', '- '.repeat(40_000)],
    ['size', `a: ${'b'.repeat(300_000)}`],
  ])('of %s without end is refused', async (_what, text) => {
    await expect(part(text)).rejects.toMatchObject({ code: 'SKY_CATALOG' });
  });
});

describe('sizes that a file declares and does not have', () => {
  it('Parquet: rows and pages', async () => {
    const columnData = ['ra', 'dec', 'mag_r'].map((name) => ({
      name,
      data: Array.from({ length: 40 }, () => 53),
      type: 'DOUBLE' as const,
    }));
    const bytes = new Uint8Array(parquetWriteBuffer({ columnData, codec: 'UNCOMPRESSED' }));
    let refused = 0;
    // Lengths of the footer and of page heads may stand anywhere: each third byte begins the largest.
    for (let at = 4; at < bytes.length - 8; at += 3) {
      const changed = bytes.slice();
      changed.set([0xfe, 0xff, 0xff, 0xff, 0x0f].slice(0, Math.min(5, bytes.length - at)), at);
      await readSkyTable(new MemoryRangeSource('t.parquet', changed), { band: 'r', checkOnly: true }).catch(
        (error: unknown) => {
          refused++;
          expect(error).toMatchObject({ code: expect.stringMatching(/^SKY_TABLE_/) as string });
        },
      );
    }
    expect(refused).toBeGreaterThan(40);
  });
});

describe('a packed file that is read slowly', () => {
  it('is not read ahead of who reads it', async () => {
    // Chunks of 64 kB that unpack to no more than they are: noise.
    let state = 1;
    const noise = Uint8Array.from({ length: 65_536 }, () => (state = (state * 48_271) % 0x7fffffff) & 0xff);
    const source = stream(GZIP_HEAD, deflateRawSync(noise, { finishFlush: constants.Z_FULL_FLUSH }));
    const unpacked = unpackedBytes(source, { bytes: 0 })[Symbol.asyncIterator]();
    await unpacked.next();
    // Long enough for what reads ahead to read a great deal.
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(read.bytes).toBeLessThan(2_000_000);
    await unpacked.return?.();
  });
});
