/**
 * Columns of numbers without nulls, which most tables have, straight from the pages of a chunk into one typed array: each page is unpacked
 * once, and no value becomes an object (format: Apache Parquet, "Data Pages", "Plain", "Dictionary Encoding"). Writers begin with a
 * dictionary and go on with plain pages where it grows too large.
 */
import type { CompressionCodec, Compressors } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { decompressPage } from 'hyparquet/src/datapage.js';
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js';
import { checkRuns, MAX_PAGE_BYTES } from './parquet-guard.js';

/** What the footer says of the chunk. */
export interface PlainFacts {
  /** Rows of the group. */
  readonly rows: number;
  readonly codec: CompressionCodec;
  /** The physical type. */
  readonly type: string;
  /** 1 where pages tell of nulls. */
  readonly maxDefinition: number;
}

/** Numbers as they lie in pages. */
type Numbers = Float64Array | Float32Array | Int32Array | BigInt64Array;

const ARRAYS: Readonly<Record<string, new (length: number) => Numbers>> = {
  DOUBLE: Float64Array,
  FLOAT: Float32Array,
  INT32: Int32Array,
  INT64: BigInt64Array,
};

/** Bits of the places in a dictionary; none of a chunk needs more. */
const MOST_INDEX_BITS = 24;

/** True where bytes of memory stand as those of files do. */
const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/**
 * The numbers of `count` rows of the group from row `first` on; undefined where they are not plain, some are absent, or anything is not
 * as it should be: `checkChunk` says what.
 */
export function plainNumbers(
  chunk: ArrayBuffer,
  facts: PlainFacts,
  first: number,
  count: number,
  compressors: Compressors,
): Numbers | undefined {
  try {
    return numbersOf(chunk, facts, first, count, compressors);
  } catch {
    return undefined;
  }
}

function numbersOf(
  chunk: ArrayBuffer,
  { rows, codec, type, maxDefinition }: PlainFacts,
  first: number,
  count: number,
  compressors: Compressors,
): Numbers | undefined {
  const Array = ARRAYS[type];
  if (Array === undefined || maxDefinition > 1 || !IS_LITTLE_ENDIAN || first + count > rows) return undefined;
  const numbers = new Array(count);
  const width = numbers.BYTES_PER_ELEMENT;
  const into = new Uint8Array(numbers.buffer);
  const reader = { view: new DataView(chunk), offset: 0 };
  let dictionary: Numbers | undefined;
  let seen = 0;
  while (seen < first + count && reader.offset < chunk.byteLength - 1) {
    const header = parquetHeader(reader);
    const packed = header.compressed_page_size;
    const unpacked = header.uncompressed_page_size;
    if (!isCount(packed, chunk.byteLength - reader.offset) || !isCount(unpacked, MAX_PAGE_BYTES))
      return undefined;
    const bytes = new Uint8Array(chunk, reader.offset, packed);
    reader.offset += packed;
    if (header.dictionary_page_header !== undefined) {
      const words = header.dictionary_page_header.num_values;
      const page = decompressPage(bytes, unpacked, codec, compressors);
      if (!isCount(words, rows) || page.length < words * width) return undefined;
      dictionary = new Array(words);
      new Uint8Array(dictionary.buffer).set(page.subarray(0, words * width));
      continue;
    }
    const page = header.data_page_header ?? header.data_page_header_v2;
    if (page === undefined || !isCount(page.num_values, rows - seen)) return undefined;
    const isCoded = page.encoding === 'RLE_DICTIONARY' || page.encoding === 'PLAIN_DICTIONARY';
    if (!isCoded && page.encoding !== 'PLAIN') return undefined;
    const values = page.num_values;
    const from = Math.max(first, seen);
    const end = Math.min(first + count, seen + values);
    if (from < end) {
      const at =
        header.data_page_header_v2 === undefined
          ? valuesOfPage(decompressPage(bytes, unpacked, codec, compressors), values, maxDefinition)
          : valuesOfPage2(bytes, header.data_page_header_v2, unpacked, (part, length) =>
              decompressPage(part, length, codec, compressors),
            );
      if (at === undefined) return undefined;
      if (isCoded) {
        const wanted = { from: from - seen, end: end - seen };
        if (dictionary === undefined || !lookUp(at, values, wanted, dictionary, numbers, from - first))
          return undefined;
      } else if (at.length < values * width) return undefined;
      else into.set(at.subarray((from - seen) * width, (end - seen) * width), (from - first) * width);
    }
    seen += values;
  }
  return seen >= first + count ? numbers : undefined;
}

/** Puts the numbers that a page of places in a dictionary means to a place in `to`; false where a place is none of it. */
function lookUp(
  page: Uint8Array,
  values: number,
  wanted: { readonly from: number; readonly end: number },
  dictionary: Numbers,
  to: Numbers,
  toAt: number,
): boolean {
  const bits = page[0] ?? MOST_INDEX_BITS + 1;
  if (bits > MOST_INDEX_BITS) return false;
  const places = new Int32Array(values);
  if (bits > 0) {
    checkRuns(page, 1, bits, values);
    const view = new DataView(page.buffer, page.byteOffset, page.byteLength);
    readRleBitPackedHybrid({ view, offset: 1 }, bits, places, page.length - 1);
  }
  for (let i = wanted.from; i < wanted.end; i++) {
    const number = dictionary[places[i]!];
    if (number === undefined) return false;
    to[toAt + i - wanted.from] = number;
  }
  return true;
}

function isCount(value: number | undefined, most: number): value is number {
  return value !== undefined && Number.isInteger(value) && value >= 0 && value <= most;
}

/** The values of a page of version 1 behind its levels; undefined where some are absent. */
function valuesOfPage(page: Uint8Array, values: number, maxDefinition: number): Uint8Array | undefined {
  if (maxDefinition === 0) return page;
  if (page.length < 4) return undefined;
  const levels = new DataView(page.buffer, page.byteOffset).getUint32(0, true);
  return checkRuns(page, 4, 1, values, 1) === values ? page.subarray(4 + levels) : undefined;
}

interface HeaderV2 {
  readonly num_nulls: number;
  readonly definition_levels_byte_length: number;
  readonly repetition_levels_byte_length: number;
  readonly is_compressed?: boolean | undefined;
}

/** The same of a page of version 2, whose levels are not packed. */
function valuesOfPage2(
  bytes: Uint8Array,
  header: HeaderV2,
  unpackedBytes: number,
  unpack: (part: Uint8Array, length: number) => Uint8Array,
): Uint8Array | undefined {
  const levels = header.definition_levels_byte_length + header.repetition_levels_byte_length;
  if (header.num_nulls !== 0 || !isCount(levels, Math.min(bytes.length, unpackedBytes))) return undefined;
  const part = bytes.subarray(levels);
  return header.is_compressed === false ? part : unpack(part, unpackedBytes - levels);
}
