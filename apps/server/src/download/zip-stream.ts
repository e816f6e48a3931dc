/**
 * A ZIP file made while it is sent (PKWARE APPNOTE 6.3.10): nothing is stored twice and nothing waits. Files are stored as they are, for
 * images are compressed already. Their CRC-32 is known only after they were read, so each is followed by a data descriptor; sizes are known
 * before, so the length of the whole is, too. ZIP64 where a size or a place needs it.
 */
import { crc32 } from 'node:zlib';

/** A file of the ZIP. */
export interface ZipEntry {
  /** Path in the ZIP, parts apart by `/`. */
  readonly path: string;
  readonly bytes: number;
  readonly modified: Date;
  /** The bytes, just as many as said. */
  read(): AsyncIterable<Uint8Array>;
}

/** A file has fewer or more bytes than was said. */
export class ZipEntryError extends Error {
  override readonly name = 'ZipEntryError';
  readonly code = 'SERVER_ZIP_ENTRY';

  constructor(path: string, said: number, had: number) {
    super(`${path} has ${had} bytes where ${said} were announced; the ZIP is broken off.`);
  }
}

const LOCAL = 0x04034b50;
const DESCRIPTOR = 0x08074b50;
const CENTRAL = 0x02014b50;
const END64 = 0x06064b50;
const LOCATOR64 = 0x07064b50;
const END = 0x06054b50;

/** Bit 3: sizes and CRC come after the data; bit 11: names are UTF-8. */
const FLAGS = 0x0808;
const VERSION_64 = 45;
const VERSION_PLAIN = 20;
const MAX_16 = 0xffff;
const MAX_32 = 0xffffffff;

interface Placed {
  readonly name: Buffer;
  readonly entry: ZipEntry;
  readonly offset: number;
  readonly isLarge: boolean;
}

/** How long the ZIP of these files will be. */
export function zipBytes(entries: readonly ZipEntry[]): number {
  const { placed, directoryOffset } = place(entries);
  const directory = placed.reduce((sum, at) => sum + centralHeader(at, 0).length, 0);
  return directoryOffset + directory + endOf(placed.length, directoryOffset, directory).length;
}

/** The ZIP, piece by piece. @throws ZipEntryError while it is read */
export async function* zipOf(entries: readonly ZipEntry[]): AsyncGenerator<Uint8Array> {
  const { placed, directoryOffset } = place(entries);
  const directory: Buffer[] = [];
  for (const at of placed) {
    yield localHeader(at);
    let crc = 0;
    let bytes = 0;
    for await (const piece of at.entry.read()) {
      crc = crc32(piece, crc);
      bytes += piece.length;
      if (bytes > at.entry.bytes) break;
      yield piece;
    }
    if (bytes !== at.entry.bytes) throw new ZipEntryError(at.entry.path, at.entry.bytes, bytes);
    yield descriptor(at, crc);
    directory.push(centralHeader(at, crc));
  }
  const whole = Buffer.concat(directory);
  yield whole;
  yield endOf(placed.length, directoryOffset, whole.length);
}

function place(entries: readonly ZipEntry[]): { placed: readonly Placed[]; directoryOffset: number } {
  let offset = 0;
  const placed = entries.map((entry) => {
    const at: Placed = {
      name: Buffer.from(entry.path, 'utf8'),
      entry,
      offset,
      isLarge: entry.bytes >= MAX_32,
    };
    offset += localHeader(at).length + entry.bytes + descriptor(at, 0).length;
    return at;
  });
  return { placed, directoryOffset: offset };
}

function localHeader({ name, entry, isLarge }: Placed): Buffer {
  const extra = isLarge ? extra64([0, 0]) : Buffer.alloc(0);
  const header = Buffer.alloc(30);
  header.writeUInt32LE(LOCAL, 0);
  header.writeUInt16LE(isLarge ? VERSION_64 : VERSION_PLAIN, 4);
  header.writeUInt16LE(FLAGS, 6);
  writeDosTime(header, 10, entry.modified);
  if (isLarge) {
    header.writeUInt32LE(MAX_32, 18);
    header.writeUInt32LE(MAX_32, 22);
  }
  header.writeUInt16LE(name.length, 26);
  header.writeUInt16LE(extra.length, 28);
  return Buffer.concat([header, name, extra]);
}

function descriptor({ entry, isLarge }: Placed, crc: number): Buffer {
  const record = Buffer.alloc(isLarge ? 24 : 16);
  record.writeUInt32LE(DESCRIPTOR, 0);
  record.writeUInt32LE(crc, 4);
  if (isLarge) {
    record.writeBigUInt64LE(BigInt(entry.bytes), 8);
    record.writeBigUInt64LE(BigInt(entry.bytes), 16);
  } else {
    record.writeUInt32LE(entry.bytes, 8);
    record.writeUInt32LE(entry.bytes, 12);
  }
  return record;
}

function centralHeader({ name, entry, offset, isLarge }: Placed, crc: number): Buffer {
  const isFar = offset >= MAX_32;
  const extra =
    isLarge || isFar
      ? extra64([...(isLarge ? [entry.bytes, entry.bytes] : []), ...(isFar ? [offset] : [])])
      : Buffer.alloc(0);
  const header = Buffer.alloc(46);
  const version = isLarge || isFar ? VERSION_64 : VERSION_PLAIN;
  header.writeUInt32LE(CENTRAL, 0);
  // Made on Unix, so that the mode below is read.
  header.writeUInt16LE((3 << 8) | version, 4);
  header.writeUInt16LE(version, 6);
  header.writeUInt16LE(FLAGS, 8);
  writeDosTime(header, 12, entry.modified);
  header.writeUInt32LE(crc, 16);
  header.writeUInt32LE(isLarge ? MAX_32 : entry.bytes, 20);
  header.writeUInt32LE(isLarge ? MAX_32 : entry.bytes, 24);
  header.writeUInt16LE(name.length, 28);
  header.writeUInt16LE(extra.length, 30);
  header.writeUInt32LE((0o100644 << 16) >>> 0, 38);
  header.writeUInt32LE(isFar ? MAX_32 : offset, 42);
  return Buffer.concat([header, name, extra]);
}

function extra64(values: readonly number[]): Buffer {
  const extra = Buffer.alloc(4 + 8 * values.length);
  extra.writeUInt16LE(0x0001, 0);
  extra.writeUInt16LE(8 * values.length, 2);
  values.forEach((value, index) => extra.writeBigUInt64LE(BigInt(value), 4 + 8 * index));
  return extra;
}

function endOf(count: number, offset: number, bytes: number): Buffer {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(END, 0);
  end.writeUInt16LE(Math.min(count, MAX_16), 8);
  end.writeUInt16LE(Math.min(count, MAX_16), 10);
  end.writeUInt32LE(Math.min(bytes, MAX_32), 12);
  end.writeUInt32LE(Math.min(offset, MAX_32), 16);
  if (count < MAX_16 && bytes < MAX_32 && offset < MAX_32) return end;
  const end64 = Buffer.alloc(56);
  end64.writeUInt32LE(END64, 0);
  end64.writeBigUInt64LE(44n, 4);
  end64.writeUInt16LE((3 << 8) | VERSION_64, 12);
  end64.writeUInt16LE(VERSION_64, 14);
  end64.writeBigUInt64LE(BigInt(count), 24);
  end64.writeBigUInt64LE(BigInt(count), 32);
  end64.writeBigUInt64LE(BigInt(bytes), 40);
  end64.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(LOCATOR64, 0);
  locator.writeBigUInt64LE(BigInt(offset + bytes), 8);
  locator.writeUInt32LE(1, 16);
  return Buffer.concat([end64, locator, end]);
}

/** Date and time of MS-DOS, UTC: two seconds fine, from 1980 on. */
function writeDosTime(header: Buffer, at: number, time: Date): void {
  const year = Math.max(0, time.getUTCFullYear() - 1980);
  header.writeUInt16LE(
    (time.getUTCHours() << 11) | (time.getUTCMinutes() << 5) | (time.getUTCSeconds() >> 1),
    at,
  );
  header.writeUInt16LE((year << 9) | ((time.getUTCMonth() + 1) << 5) | time.getUTCDate(), at + 2);
}
