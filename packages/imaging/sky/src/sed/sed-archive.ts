/**
 * A folder of SED files as one file, so that a service keeps it by one content: a tar archive (POSIX ustar, IEEE Std 1003.1) whose paths are
 * those of the folder. What `packSedFiles` lays out depends on paths and contents alone; archives of other programs are read as well.
 */
import { type ByteSource, MemoryByteSource } from '../byte-source.js';
import type { RangeSource } from '../range-source.js';
import { MAX_SED_BYTES, SedFileError } from './sed-file.js';

const BLOCK = 512;
/** Files of one archive; the CatSim library has some 7,000. */
export const MOST_SED_FILES = 65_536;
const MAX_NAME_BYTES = 100;
const MAX_PREFIX_BYTES = 155;
/** Names and attributes that other programs put before an entry. */
const MAX_EXTENSION_BYTES = 65_536;

/** A file that is no archive of SED files, or a folder that cannot be one. */
export class SedArchiveError extends Error {
  readonly code = 'SKY_SED_ARCHIVE';
  readonly file: string;
  readonly reason: string;
  constructor(file: string, reason: string) {
    super(
      `${file} is no archive of SED files: ${reason}. It is made of a folder by imsim-od library add NAME FOLDER --seds, on the page Administration, or by tar -cf seds.tar -C FOLDER . without packing.`,
    );
    this.name = 'SedArchiveError';
    this.file = file;
    this.reason = reason;
  }
}

/** A file to put into an archive. */
export interface FileToPack {
  /** Inside the folder, `/` between its parts. */
  readonly path: string;
  readonly bytes: number;
  /** The bytes from `start` up to `end`. */
  read(start: number, end: number): Promise<Uint8Array>;
}

/** An archive that is made while it is read, in any order of its parts. */
export interface PackedSeds {
  readonly bytes: number;
  /** The bytes from `start` up to `end`. */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** Lays out an archive of files, in the order of their paths. Throws `SedArchiveError` for a path or a size that it cannot hold. */
export function packSedFiles(folder: string, files: readonly FileToPack[]): PackedSeds {
  if (files.length === 0) throw new SedArchiveError(folder, 'it has no files');
  if (files.length > MOST_SED_FILES)
    throw new SedArchiveError(folder, `it has ${files.length} files, and ${MOST_SED_FILES} are the most`);
  const parts: { readonly start: number; readonly header: Uint8Array; readonly file: FileToPack }[] = [];
  let bytes = 0;
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    if (file.bytes > MAX_SED_BYTES)
      throw new SedArchiveError(
        folder,
        `${file.path} has ${file.bytes} bytes, and an SED file has ${MAX_SED_BYTES} at most`,
      );
    parts.push({ start: bytes, header: headerOf(folder, file), file });
    bytes += BLOCK + roundedUp(file.bytes);
  }
  // Two blocks of zeros end it.
  bytes += 2 * BLOCK;
  return {
    bytes,
    async read(start, end) {
      const out = new Uint8Array(end - start);
      let at = firstPartOf(parts, start);
      for (; at < parts.length && parts[at]!.start < end; at++) {
        const { start: from, header, file } = parts[at]!;
        copyInto(out, header, from - start);
        const first = Math.max(0, start - from - BLOCK);
        const last = Math.min(file.bytes, end - from - BLOCK);
        if (last <= first) continue;
        const content = await file.read(first, last);
        if (content.length !== last - first)
          throw new SedArchiveError(folder, `${file.path} became shorter while it was read`);
        copyInto(out, content, from + BLOCK + first - start);
      }
      return out;
    },
  };
}

/** The last part that begins at or before a byte. */
function firstPartOf(parts: readonly { readonly start: number }[], byte: number): number {
  let low = 0;
  let high = parts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (parts[middle]!.start <= byte) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** Copies what of `bytes` falls into `out`, where they begin at `at` of it. */
function copyInto(out: Uint8Array, bytes: Uint8Array, at: number): void {
  const from = Math.max(0, -at);
  const to = Math.min(bytes.length, out.length - at);
  if (to > from) out.set(bytes.subarray(from, to), at + from);
}

const roundedUp = (bytes: number): number => Math.ceil(bytes / BLOCK) * BLOCK;

function headerOf(folder: string, { path, bytes }: FileToPack): Uint8Array {
  const { prefix, name } = splitPath(folder, path);
  const header = new Uint8Array(BLOCK);
  const put = (text: string | Uint8Array, at: number): void =>
    header.set(typeof text === 'string' ? new TextEncoder().encode(text) : text, at);
  put(name, 0);
  put('0000644\0', 100);
  put('0000000\0', 108);
  put('0000000\0', 116);
  put(`${bytes.toString(8).padStart(11, '0')}\0`, 124);
  put('00000000000\0', 136);
  put('        0', 148);
  put('ustar\0' + '00', 257);
  put(prefix, 345);
  put(`${sumOf(header).toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

/** A path in the two fields that a header has for it. */
function splitPath(folder: string, path: string): { prefix: Uint8Array; name: Uint8Array } {
  const encoded = new TextEncoder().encode(path);
  if (encoded.length <= MAX_NAME_BYTES) return { prefix: new Uint8Array(0), name: encoded };
  for (let at = encoded.length - MAX_NAME_BYTES - 1; at <= MAX_PREFIX_BYTES && at < encoded.length; at++)
    if (encoded[at] === 0x2f) return { prefix: encoded.subarray(0, at), name: encoded.subarray(at + 1) };
  throw new SedArchiveError(
    folder,
    `the path ${path.slice(0, 120)}… is too long: ${MAX_PREFIX_BYTES} bytes before a slash and ${MAX_NAME_BYTES} after it are the most`,
  );
}

/** The sum of a header's bytes, its own field taken as blanks. */
function sumOf(header: Uint8Array): number {
  return header.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 0x20 : byte), 0);
}

/** Where the bytes of a file lie in an archive. */
export interface SedPlace {
  readonly start: number;
  readonly bytes: number;
}

/** Reads where the files of an archive lie, by their paths. Throws `SedArchiveError` and what the source throws. */
export async function readSedArchive(source: RangeSource): Promise<ReadonlyMap<string, SedPlace>> {
  const places = new Map<string, SedPlace>();
  const refuse = (reason: string): never => {
    throw new SedArchiveError(source.name, reason);
  };
  let longName: string | undefined;
  for (let at = 0; ;) {
    if (at + BLOCK > source.bytes) refuse('it was cut: the zeros at its end are missing');
    const header = await source.read(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) break;
    const { path, bytes, type } = readHeader(header) ?? refuse(`there is no header of tar at byte ${at}`);
    const start = at + BLOCK;
    if (start + bytes > source.bytes) refuse(`it ends within ${longName ?? path}`);
    at = start + roundedUp(bytes);
    if (type === 'x' || type === 'L') {
      if (bytes > MAX_EXTENSION_BYTES) refuse(`a name before byte ${at} has ${bytes} bytes`);
      const text = new TextDecoder().decode(await source.read(start, start + bytes));
      longName = type === 'L' ? text.replace(/\0.*$/s, '') : paxPath(text);
      continue;
    }
    const name = longName ?? path;
    longName = undefined;
    if (type === '5' || type === 'g') continue;
    const inside = cleanPath(name) ?? refuse(`${name.slice(0, 120)} leads out of its folder`);
    if (type !== '0' && type !== '\0')
      refuse(`${inside} is no file but a link or a device (type ${type}); pack the files themselves`);
    // What programs keep beside files, as .DS_Store and ._x, is no SED.
    if (/(^|\/)\./.test(inside)) continue;
    if (places.has(inside)) refuse(`it has ${inside} twice`);
    if (places.size >= MOST_SED_FILES) refuse(`it has more than ${MOST_SED_FILES} files`);
    places.set(inside, { start, bytes });
  }
  if (places.size === 0) refuse('it has no files');
  return places;
}

/** The file at a place of an archive. Throws `SedFileError` for one that is too large to be an SED, and what the source throws. */
export async function sedFileAt(archive: RangeSource, path: string, place: SedPlace): Promise<ByteSource> {
  if (place.bytes > MAX_SED_BYTES)
    throw new SedFileError(path, undefined, `it holds more than ${MAX_SED_BYTES / 1_048_576} MB`);
  const bytes = await archive.read(place.start, place.start + place.bytes);
  return new MemoryByteSource(new Map([[path, bytes]]), path);
}

/** What a header says; undefined where it is none. */
function readHeader(
  header: Uint8Array,
): { readonly path: string; readonly bytes: number; readonly type: string } | undefined {
  const field = (start: number, length: number): string =>
    new TextDecoder().decode(header.subarray(start, start + length)).replace(/\0.*$/s, '');
  const octal = (start: number, length: number): number =>
    /^ *[0-7]+ *$/.test(field(start, length)) ? Number.parseInt(field(start, length), 8) : NaN;
  const bytes = octal(124, 12);
  if (!Number.isSafeInteger(bytes) || octal(148, 8) !== sumOf(header)) return undefined;
  // GNU's older headers, `ustar  `, keep other things where the prefix is.
  const prefix = field(257, 6) === 'ustar' ? field(345, MAX_PREFIX_BYTES) : '';
  const name = field(0, MAX_NAME_BYTES);
  return {
    path: prefix === '' ? name : `${prefix}/${name}`,
    bytes,
    type: String.fromCharCode(header[156] ?? 0),
  };
}

/** The path that records before an entry give: `27 path=starSED/…\n`. */
function paxPath(text: string): string | undefined {
  return /(?:^|\n)\d+ path=([^\n]*)\n/.exec(text)?.[1];
}

/** A path without `.` in it; undefined where it leads out. */
function cleanPath(path: string): string | undefined {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  return path.startsWith('/') || parts.includes('..') || parts.length === 0 ? undefined : parts.join('/');
}

/** Whether bytes begin as an archive does. */
export function beginsSedArchive(head: Uint8Array): boolean {
  return head.length >= BLOCK && readHeader(head.subarray(0, BLOCK)) !== undefined;
}
