/**
 * Columns of plain numbers without nulls, which most tables have, straight from the pages of a chunk into one typed array: each page is
 * unpacked once, and no value becomes an object (format: Apache Parquet, "Data Pages", "Plain").
 */
import type { CompressionCodec, Compressors } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { decompressPage } from 'hyparquet/src/datapage.js';
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
  let seen = 0;
  while (seen < first + count && reader.offset < chunk.byteLength - 1) {
    const header = parquetHeader(reader);
    const packed = header.compressed_page_size;
    const unpacked = header.uncompressed_page_size;
    const page = header.data_page_header ?? header.data_page_header_v2;
    if (page?.encoding !== 'PLAIN' || !isCount(page.num_values, rows - seen)) return undefined;
    if (!isCount(packed, chunk.byteLength - reader.offset) || !isCount(unpacked, MAX_PAGE_BYTES))
      return undefined;
    const values = page.num_values;
    const bytes = new Uint8Array(chunk, reader.offset, packed);
    reader.offset += packed;
    const from = Math.max(first, seen);
    const end = Math.min(first + count, seen + values);
    if (from < end) {
      const at =
        header.data_page_header_v2 === undefined
          ? valuesOfPage(decompressPage(bytes, unpacked, codec, compressors), values, maxDefinition)
          : valuesOfPage2(bytes, header.data_page_header_v2, unpacked, (part, length) =>
              decompressPage(part, length, codec, compressors),
            );
      if (at === undefined || at.length < values * width) return undefined;
      into.set(at.subarray((from - seen) * width, (end - seen) * width), (from - first) * width);
    }
    seen += values;
  }
  return seen >= first + count ? numbers : undefined;
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
