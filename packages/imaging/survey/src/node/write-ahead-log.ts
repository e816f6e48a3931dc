/**
 * The write-ahead log of a SQLite database (`-wal`): pages that a program has committed and not yet put into the database. The format is
 * that of sqlite.org/fileformat2.html, section 4: a header of 32 bytes, then frames of 24 bytes and a page. A frame holds where its salts
 * are those of the header and its checksum, which runs on from frame to frame, is right; what follows the last commit never happened.
 */

/** Reads `length` bytes at an offset of a file, fewer at its end. */
export type ReadBytes = (offset: number, length: number) => Uint8Array;

/** What a log says of the database as it was last committed. */
export interface WriteAheadLog {
  readonly pageBytes: number;
  /** Pages of the whole database. */
  readonly pages: number;
  /** Where the log holds a page, by its number from 1. */
  readonly offsetOfPage: ReadonlyMap<number, number>;
}

export const WAL_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
/** The last bit says in which byte order the checksums take words. */
const MAGIC = 0x377f0682;
const FORMAT = 3_007_000;

/** Reads a log; undefined where nothing in it is committed. */
export function readWriteAheadLog(read: ReadBytes): WriteAheadLog | undefined {
  const header = viewOf(read(0, WAL_HEADER_BYTES));
  if (header.byteLength < WAL_HEADER_BYTES) return undefined;
  const magic = header.getUint32(0);
  if ((magic & ~1) >>> 0 !== MAGIC || header.getUint32(4) !== FORMAT) return undefined;
  const isLittle = (magic & 1) === 0;
  const pageBytes = header.getUint32(8);
  if (pageBytes < 512 || pageBytes > 65_536 || (pageBytes & (pageBytes - 1)) !== 0) return undefined;
  let sum = checksum([0, 0], header, 0, 24, isLittle);
  if (sum[0] !== header.getUint32(24) || sum[1] !== header.getUint32(28)) return undefined;

  const committed = new Map<number, number>();
  const pending = new Map<number, number>();
  let pages = 0;
  const frameBytes = FRAME_HEADER_BYTES + pageBytes;
  for (let offset = WAL_HEADER_BYTES; ; offset += frameBytes) {
    const frame = viewOf(read(offset, frameBytes));
    if (frame.byteLength < frameBytes) break;
    if (frame.getUint32(8) !== header.getUint32(16) || frame.getUint32(12) !== header.getUint32(20)) break;
    sum = checksum(sum, frame, 0, 8, isLittle);
    sum = checksum(sum, frame, FRAME_HEADER_BYTES, frameBytes, isLittle);
    if (sum[0] !== frame.getUint32(16) || sum[1] !== frame.getUint32(20)) break;
    pending.set(frame.getUint32(0), offset + FRAME_HEADER_BYTES);
    const pagesAfterCommit = frame.getUint32(4);
    if (pagesAfterCommit === 0) continue;
    for (const [page, at] of pending) committed.set(page, at);
    pending.clear();
    pages = pagesAfterCommit;
  }
  return pages === 0 ? undefined : { pageBytes, pages, offsetOfPage: committed };
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

function checksum(
  [first, second]: readonly [number, number],
  view: DataView,
  start: number,
  end: number,
  isLittle: boolean,
): [number, number] {
  for (let at = start; at < end; at += 8) {
    first = (first + view.getUint32(at, isLittle) + second) >>> 0;
    second = (second + view.getUint32(at + 4, isLittle) + first) >>> 0;
  }
  return [first, second];
}
