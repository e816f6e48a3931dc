/**
 * A folder of SED files as the CatSim library is laid out (starSED/kurucz, starSED/phoSimMLT, starSED/wDs, galaxySED, agnSED, flatSED).
 * Catalogs name files relative to it, with or without .gz; PhoSim's own names (`../sky/sed_flat.txt`) and bare file names are
 * looked for in the folder of their family. How bytes are found is the host's part.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { exp, log } from '@imsim-od/portable-math';
import { type ByteSource, MemoryByteSource } from '../byte-source.js';
import type { FileToPack } from './sed-archive.js';
import { MAX_SED_BYTES, readSedFile, SedFileError } from './sed-file.js';
import { sedTemplate } from './sed-colour.js';
import { differenceFrom, type SedFileMark, sketchOf } from './sed-sketch.js';
import { Spectrum } from './spectrum.js';

/** How the host finds the files of a library. */
export interface SedAccess {
  /** What messages call it: a path. */
  readonly name: string;
  /** The file at a path inside the library; undefined where there is none. Throws `SourceUnreadableError`. */
  open(path: string): Promise<ByteSource | undefined>;
}

/** A file of a library, read. */
export interface SedLibraryFile {
  /** Inside the library. */
  readonly path: string;
  readonly bytes: number;
  /** SHA-256 of the file as it lies there, lower-case hexadecimal. */
  readonly sha256: string;
  readonly spectrum: Spectrum;
}

/** The content of the files that were found for a set of names: what a recipe keeps of a library. */
export interface SedDigest {
  /** Files found. */
  readonly files: number;
  /** SHA-256 over path and SHA-256 of each file, in the order of their paths. */
  readonly sha256: string;
  /** Tells which files differ from others, see sed-sketch.ts; absent in records of before it was kept. */
  readonly sketch?: string;
}

/** The digest of files; undefined where there are none. */
export function digestOf(files: readonly SedFileMark[]): SedDigest | undefined {
  if (files.length === 0) return undefined;
  const hashes = new Map(files.map(({ path, sha256: hash }) => [path, hash]));
  const lines = [...hashes].sort(([p], [q]) => (p < q ? -1 : 1)).map(([path, hash]) => `${path} ${hash}\n`);
  return {
    files: hashes.size,
    sha256: bytesToHex(sha256(utf8ToBytes(lines.join('')))),
    sketch: sketchOf([...hashes].map(([path, hash]) => ({ path, sha256: hash }))),
  };
}

/** Bytes of spectra that are kept open; beyond, all are let go and read again when needed. */
const MAX_SPECTRA_BYTES = 200_000_000;
/** Names that are looked for; the CatSim library has some 7,000 files. */
const MAX_NAMES = 65_536;
/** The longest path that is looked for. */
const MAX_PATH = 512;

const FOLDERS: Readonly<Record<string, readonly string[]>> = {
  kurucz: ['starSED/kurucz'],
  mlt: ['starSED/phoSimMLT', 'starSED/mlt'],
  whiteDwarf: ['starSED/wDs'],
  galaxy: ['galaxySED'],
  agn: ['agnSED'],
  flat: ['flatSED'],
  unknown: [
    'flatSED',
    'agnSED',
    'galaxySED',
    'starSED/kurucz',
    'starSED/phoSimMLT',
    'starSED/wDs',
    'starSED/old_mlt',
  ],
};

/** More different SED names than a library is asked for. */
export class SedNamesError extends Error {
  readonly code = 'SKY_SED_NAMES';
  constructor(library: string) {
    super(
      `The catalogs name more than ${MAX_NAMES} different SED files, more than the library ${library} is asked for; check their SED column.`,
    );
    this.name = 'SedNamesError';
  }
}

/** What is known of a file without its spectrum. */
type FoundFile = Omit<SedLibraryFile, 'spectrum'>;

/** A library whose files are read once and kept. */
export class SedLibrary {
  readonly name: string;
  readonly #access: SedAccess;
  readonly #found = new Map<string, FoundFile | undefined>();
  readonly #spectra = new Map<string, Spectrum>();
  #spectraBytes = 0;

  constructor(access: SedAccess) {
    this.name = access.name;
    this.#access = access;
  }

  /** The spectrum that a catalog's name means; undefined where the library has no such file. Throws `SedFileError`. */
  async load(name: string): Promise<SedLibraryFile | undefined> {
    const known = this.#found.get(name);
    const kept = known && this.#spectra.get(known.path);
    if (kept !== undefined) return { ...known!, spectrum: kept };
    const read = await this.#read(name);
    if (read === undefined) return undefined;
    const { file, content } = read;
    const spectrum = await readSedFile(
      new MemoryByteSource(new Map([[content.name, content.bytes]]), content.name),
    );
    if (this.#spectraBytes > MAX_SPECTRA_BYTES) {
      this.#spectra.clear();
      this.#spectraBytes = 0;
    }
    this.#spectra.set(file.path, spectrum);
    this.#spectraBytes += spectrum.bytes;
    return { ...file, spectrum };
  }

  /** Whether the library has a file for a name. Throws `SedFileError`. */
  async has(name: string): Promise<boolean> {
    if (!this.#found.has(name)) await this.#read(name);
    return this.#found.get(name) !== undefined;
  }

  /** The content behind a set of names: of the files that are there, in any order of the names; undefined where none is. Throws `SedFileError`. */
  async digest(names: Iterable<string>): Promise<SedDigest | undefined> {
    return digestOf(await this.#marks(names));
  }

  /**
   * What differs between the files behind a set of names and those that were recorded: the files by name, as far as they can be told.
   * Throws `SedFileError`.
   */
  async explainDifference(names: Iterable<string>, recorded: SedDigest): Promise<string> {
    const wanted = [...names];
    const files = await this.#marks(wanted);
    const { changed, missing, added, isComplete } = differenceFrom(
      recorded.sketch ?? '',
      files,
      wanted.flatMap(placesOf),
    );
    const said = [
      ...sentence(changed, 'is another file', 'are other files'),
      ...sentence(missing, 'is missing', 'are missing'),
      ...sentence(added, 'was not there', 'were not there'),
    ];
    if (!isComplete) said.push(said.length === 0 ? 'too many differ to tell which' : 'and others differ');
    return `${said.join('; ')} (${files.length} files here, ${recorded.files} recorded)`;
  }

  /**
   * The files behind a set of names, each once, as they are packed into an archive that stands for this library wherever these names are asked
   * for. Reading one throws `SedFileError` where it is not there any more. Throws `SedFileError`.
   */
  async filesToPack(names: Iterable<string>): Promise<readonly FileToPack[]> {
    let last: { readonly path: string; readonly bytes: Uint8Array } | undefined;
    const bytesOf = async (path: string): Promise<Uint8Array> => {
      if (last?.path === path) return last.bytes;
      const source = await this.#access.open(path);
      if (source === undefined) throw new SedFileError(path, undefined, 'it went away while it was read');
      last = { path, bytes: await allBytes(source) };
      return last.bytes;
    };
    return (await this.#files(names)).map(({ path, bytes }) => ({
      path,
      bytes,
      read: async (start, end) => (await bytesOf(path)).subarray(start, end),
    }));
  }

  async #marks(names: Iterable<string>): Promise<SedFileMark[]> {
    return (await this.#files(names)).map(({ path, sha256: hash }) => ({ path, sha256: hash }));
  }

  /** The files behind a set of names, each once. */
  async #files(names: Iterable<string>): Promise<FoundFile[]> {
    const files = new Map<string, FoundFile>();
    for (const name of names) {
      const file = this.#found.has(name) ? this.#found.get(name) : (await this.#read(name))?.file;
      if (file !== undefined) files.set(file.path, file);
    }
    return [...files.values()];
  }

  /** Finds a name's file and reads its bytes as they lie there. */
  async #read(
    name: string,
  ): Promise<{ file: FoundFile; content: { name: string; bytes: Uint8Array } } | undefined> {
    if (this.#found.size >= MAX_NAMES && !this.#found.has(name)) throw new SedNamesError(this.name);
    if (!this.#found.has(name) || this.#found.get(name) !== undefined) {
      for (const path of placesOf(name)) {
        const source = await this.#access.open(path);
        if (source === undefined) continue;
        const bytes = await allBytes(source);
        const file = { path, bytes: bytes.length, sha256: bytesToHex(sha256(bytes)) };
        this.#found.set(name, file);
        return { file, content: { name: source.name, bytes } };
      }
    }
    this.#found.set(name, undefined);
    return undefined;
  }
}

/** One sentence for files of one kind; empty for none. */
function sentence(paths: readonly string[], one: string, many: string): string[] {
  return paths.length === 0 ? [] : [`${paths.join(', ')} ${paths.length === 1 ? one : many}`];
}

/** Where a name's file may lie, the likeliest first. */
function placesOf(name: string): string[] {
  if (name.length > MAX_PATH || name.includes('\0')) return [];
  const parts = name.split(/[/\\]/).filter((part) => part !== '' && part !== '.');
  const base = parts[parts.length - 1];
  if (base === undefined || base === '..') return [];
  const given = parts.includes('..') || /^[/\\]/.test(name) ? [] : [parts.join('/')];
  const folders = FOLDERS[sedTemplate(name).family] ?? [];
  const paths = [...given, ...folders.map((folder) => `${folder}/${base}`)];
  return [
    ...new Set(paths.flatMap((path) => [path, path.endsWith('.gz') ? path.slice(0, -3) : `${path}.gz`])),
  ];
}

async function allBytes(source: ByteSource): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of source.stream()) {
    total += chunk.length;
    if (total > MAX_SED_BYTES)
      throw new SedFileError(source.name, undefined, `it holds more than ${MAX_SED_BYTES / 1_048_576} MB`);
    chunks.push(chunk);
  }
  const all = new Uint8Array(total);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

let flat: Spectrum | undefined;

/** The same flux per frequency everywhere: what `sed_flat.txt` holds. */
export function flatSpectrum(): Spectrum {
  if (flat !== undefined) return flat;
  const count = 1200;
  // 9 to 1500 nm in steps of 0.43 percent: straight lines between them keep 1 / lambda to 3e-6.
  const nm = Float64Array.from({ length: count }, (_, i) => 9 * exp((i * log(1500 / 9)) / (count - 1)));
  return (flat = new Spectrum(
    nm,
    Float64Array.from(nm, (x) => 1 / (x * x)),
  ));
}
