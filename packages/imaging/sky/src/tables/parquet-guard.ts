/**
 * Looks a chunk of a Parquet column over before hyparquet decodes it. That library takes the numbers of a page as they stand:
 * a damaged length of a run makes it fill memory until the process dies, which no caller can catch. Here every count is held
 * against the rows of the group and the bytes of the page (format: Apache Parquet, "Data Pages", "RLE/bit-packing hybrid").
 */
import type { CompressionCodec, Compressors } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { decompressPage } from 'hyparquet/src/datapage.js';

/** What the footer says of the chunk. */
export interface ChunkFacts {
  /** Values of the chunk, nulls included: the rows of the group, unless rows are lists. */
  readonly values: number;
  readonly codec: CompressionCodec;
  /** The level of a value that is there: 0 where none can be absent, 1 where pages tell of nulls, more within lists. */
  readonly maxDefinition: number;
  /** 1 where rows are lists. */
  readonly maxRepetition: number;
  readonly isBoolean: boolean;
}

/** Most bytes that one page may unpack to; writers make pages of about a megabyte. */
export const MAX_PAGE_BYTES = 268_435_456;

/** Throws an `Error` whose message says what is wrong with the chunk. */
export function checkChunk(buffer: ArrayBuffer, facts: ChunkFacts, compressors: Compressors): void {
  const reader = { view: new DataView(buffer), offset: 0 };
  let seen = 0;
  while (seen < facts.values && reader.offset < buffer.byteLength - 1) {
    const header = parquetHeader(reader);
    const packed = countOf(
      header.compressed_page_size,
      buffer.byteLength - reader.offset,
      'a page is longer than its chunk',
    );
    countOf(header.uncompressed_page_size, MAX_PAGE_BYTES, 'a page unpacks to too many bytes');
    const bytes = new Uint8Array(buffer, reader.offset, packed);
    reader.offset += packed;
    const unpack = (part: Uint8Array, length: number) =>
      decompressPage(part, length, facts.codec, compressors);
    if (header.dictionary_page_header !== undefined) {
      // Every value of a dictionary takes a bit at least.
      countOf(
        header.dictionary_page_header.num_values,
        8 * header.uncompressed_page_size,
        'a dictionary counts too many values',
      );
    } else if (header.data_page_header !== undefined) {
      const { num_values: values, encoding } = header.data_page_header;
      countOf(values, facts.values - seen, 'a page counts more values than the group has');
      checkPage(unpack(bytes, header.uncompressed_page_size), values, encoding, facts);
      seen += values;
    } else if (header.data_page_header_v2 !== undefined) {
      seen += checkPage2(
        bytes,
        header.uncompressed_page_size,
        header.data_page_header_v2,
        facts,
        seen,
        unpack,
      );
    } else throw new Error('a page is of an unknown kind');
  }
}

/** A page of version 1: levels and values, compressed together. */
function checkPage(page: Uint8Array, values: number, encoding: string, facts: ChunkFacts): void {
  let at = 0;
  let present = values;
  if (facts.maxRepetition > 0) {
    checkRuns(page, 4, bitsOf(facts.maxRepetition), values);
    at = 4 + uint32At(page, 0);
  }
  if (facts.maxDefinition > 0) {
    present = checkRuns(page, at + 4, bitsOf(facts.maxDefinition), values, facts.maxDefinition);
    at += 4 + uint32At(page, at);
  }
  checkValues(page, at, present, encoding, facts);
}

interface HeaderV2 {
  readonly num_values: number;
  readonly num_nulls: number;
  readonly num_rows: number;
  readonly encoding: string;
  readonly definition_levels_byte_length: number;
  readonly repetition_levels_byte_length: number;
  readonly is_compressed?: boolean | undefined;
}

/** A page of version 2: levels as they are, then values. Returns how many. */
function checkPage2(
  bytes: Uint8Array,
  unpackedBytes: number,
  header: HeaderV2,
  facts: ChunkFacts,
  seen: number,
  unpack: (part: Uint8Array, length: number) => Uint8Array,
): number {
  const values = countOf(
    header.num_values,
    facts.values - seen,
    'a page counts more values than the group has',
  );
  const nulls = countOf(header.num_nulls, values, 'a page counts more nulls than values');
  countOf(header.num_rows, values, 'a page counts more rows than values');
  const repetition = countOf(
    header.repetition_levels_byte_length,
    bytes.length,
    'levels are longer than their page',
  );
  const definition = countOf(
    header.definition_levels_byte_length,
    bytes.length - repetition,
    'levels are longer than their page',
  );
  if (facts.maxRepetition > 0) checkRuns(bytes, 0, bitsOf(facts.maxRepetition), values);
  if (facts.maxDefinition > 0) checkRuns(bytes, repetition, bitsOf(facts.maxDefinition), values);
  const part = bytes.subarray(repetition + definition);
  const length = countOf(
    unpackedBytes - repetition - definition,
    MAX_PAGE_BYTES,
    'a page unpacks to a wrong length',
  );
  checkValues(
    header.is_compressed === false ? part : unpack(part, length),
    0,
    values - nulls,
    header.encoding,
    facts,
  );
  return values;
}

function checkValues(
  page: Uint8Array,
  at: number,
  count: number,
  encoding: string,
  { isBoolean }: ChunkFacts,
): void {
  if (!/^(RLE|RLE_DICTIONARY|PLAIN_DICTIONARY)$/.test(encoding)) return;
  if (encoding === 'RLE' && isBoolean) checkRuns(page, at + 4, 1, count);
  else {
    const width = isBoolean ? 1 : byteAt(page, at);
    if (width > 32) throw new Error('a dictionary has indices of more than 32 bits');
    if (width > 0) checkRuns(page, at + (isBoolean ? 0 : 1), width, count);
  }
}

/** Bits of levels from 0 to `most`. */
function bitsOf(most: number): number {
  return 32 - Math.clz32(most);
}

/**
 * Walks the runs of `count` values of some bits; returns how many are `wanted`, where that is asked for. Throws an `Error` where a run
 * cannot be.
 */
export function checkRuns(
  page: Uint8Array,
  start: number,
  width: number,
  count: number,
  wanted?: number,
): number {
  const valueBytes = Math.ceil(width / 8);
  let at = start;
  let found = 0;
  for (let seen = 0; seen < count;) {
    let header = 0;
    let scale = 1;
    for (let shift = 0; ; shift += 7) {
      const byte = byteAt(page, at++);
      if (shift > 28) throw new Error('a run has a length that is no number');
      header += (byte & 0x7f) * scale;
      scale *= 128;
      if (byte < 128) break;
    }
    const rest = count - seen;
    const length = Math.floor(header / 2);
    if (header % 2 === 0) {
      if (length > rest) throw new Error('a run is longer than its page');
      if (wanted !== undefined && length > 0 && byteAt(page, at) === wanted) found += length;
      at += valueBytes;
      seen += length;
      continue;
    }
    if (length > Math.ceil(rest / 8) + 64) throw new Error('a run is longer than its page');
    const taken = Math.min(rest, 8 * length);
    if (wanted !== undefined)
      for (let i = 0, bit = 0; i < taken; i++, bit += width)
        if (bitsAt(page, at, bit, width) === wanted) found++;
    at += length * width;
    seen += taken;
  }
  return found;
}

/** The number of up to 8 bits that begins at a bit after `start`. */
function bitsAt(page: Uint8Array, start: number, bit: number, width: number): number {
  const at = start + (bit >> 3);
  const shift = bit & 7;
  const high = shift + width > 8 ? byteAt(page, at + 1) * 256 : 0;
  return ((byteAt(page, at) + high) >> shift) & ((1 << width) - 1);
}

function byteAt(page: Uint8Array, at: number): number {
  const byte = page[at];
  if (byte === undefined) throw new Error('a page ends too early');
  return byte;
}

function uint32At(page: Uint8Array, at: number): number {
  return (
    byteAt(page, at) +
    256 * (byteAt(page, at + 1) + 256 * (byteAt(page, at + 2) + 256 * byteAt(page, at + 3)))
  );
}

/** A count as it stands in the file, from 0 to `most`. */
function countOf(value: number | undefined, most: number, problem: string): number {
  if (value === undefined || !Number.isInteger(value) || value < 0 || value > most) throw new Error(problem);
  return value;
}
