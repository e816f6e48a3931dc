/**
 * SQLite as WebAssembly (sqlite.org's own build), with a file system of ours under it that can only read: each file is a
 * {@link PageSource}. Nothing is ever written, locked or looked for beside the file.
 */
import type { Sqlite3Static } from '@sqlite.org/sqlite-wasm';
import type { PageSource } from '../page-source.js';

const FILE_SYSTEM = 'imsim-od-pages';
const SECTOR_BYTES = 4096;
const MAX_NAME_BYTES = 64;

/** SQLite with the file system in it. */
export interface Sqlite {
  readonly sqlite3: Sqlite3Static;
  readonly fileSystem: string;
  /** Makes a source readable under the name that is returned, until it is withdrawn. */
  publish(source: PageSource): PublishedFile;
}

/** A source under a name that SQLite can open. */
export interface PublishedFile {
  readonly fileName: string;
  /** What reading the source threw, if it did. */
  readonly failure: () => unknown;
  readonly withdraw: () => void;
}

interface Published {
  readonly source: PageSource;
  failure?: unknown;
}

let started: Promise<Sqlite> | undefined;

/** Loads SQLite when it is first asked for, whoever asks. */
export function loadSqlite(): Promise<Sqlite> {
  started ??= import('@sqlite.org/sqlite-wasm').then(async ({ default: start }) =>
    withFileSystem(await start()),
  );
  return started;
}

function withFileSystem(sqlite3: Sqlite3Static): Sqlite {
  const { capi, wasm } = sqlite3;
  // What goes wrong is thrown, too; the console belongs to the program.
  sqlite3.config.warn = () => undefined;
  const published = new Map<string, Published>();
  const open = new Map<number, Published>();
  let count = 0;

  // The types of the library name these two members without what its binder puts before and beside them.
  const methods = new capi.sqlite3_io_methods() as InstanceType<typeof capi.sqlite3_io_methods> & {
    $iVersion: number;
  };
  methods.$iVersion = 1;
  const fileStructure = capi.sqlite3_file as unknown as { readonly structInfo: { readonly sizeof: number } };
  const read = (file: number, target: number, length: number, offset: bigint | number): number => {
    const at = open.get(file);
    if (at === undefined) return capi.SQLITE_IOERR_READ;
    const bytes = wasm.heap8u().subarray(target, target + length);
    try {
      const got = at.source.read(Number(offset), bytes);
      if (got === length) return 0;
      bytes.fill(0, got);
      return capi.SQLITE_IOERR_SHORT_READ;
    } catch (error) {
      at.failure = error;
      return capi.SQLITE_IOERR_READ;
    }
  };
  const fileSystem = new capi.sqlite3_vfs();
  fileSystem.$iVersion = 1;
  fileSystem.$szOsFile = fileStructure.structInfo.sizeof;
  fileSystem.$mxPathname = MAX_NAME_BYTES;
  fileSystem.$zName = wasm.allocCString(FILE_SYSTEM, false);
  sqlite3.vfs.installVfs({
    io: {
      struct: methods,
      methods: {
        xClose: (file: number) => {
          open.delete(file);
          return 0;
        },
        xRead: read,
        xWrite: () => capi.SQLITE_READONLY,
        xTruncate: () => capi.SQLITE_READONLY,
        xSync: () => 0,
        xFileSize: (file: number, size: number) => {
          wasm.poke64(size, BigInt(open.get(file)?.source.byteLength ?? 0));
          return 0;
        },
        xLock: () => 0,
        xUnlock: () => 0,
        xCheckReservedLock: (_file: number, answer: number) => {
          wasm.poke32(answer, 0);
          return 0;
        },
        xFileControl: () => capi.SQLITE_NOTFOUND,
        xSectorSize: () => SECTOR_BYTES,
        xDeviceCharacteristics: () => capi.SQLITE_IOCAP_IMMUTABLE,
      },
    },
    vfs: {
      struct: fileSystem,
      methods: {
        xOpen: (_system: number, name: number, file: number, flags: number, outFlags: number) => {
          // A file without a name is one of SQLite's own for sorting; it sorts in memory here.
          const found = name === 0 ? undefined : published.get(wasm.cstrToJs(name) ?? '');
          if (found === undefined) return capi.SQLITE_CANTOPEN;
          const handle = new capi.sqlite3_file(file);
          handle.$pMethods = methods.pointer;
          handle.dispose();
          open.set(file, found);
          if (outFlags !== 0) wasm.poke32(outFlags, flags);
          return 0;
        },
        xDelete: () => capi.SQLITE_READONLY,
        xAccess: (_system: number, _name: number, _flags: number, answer: number) => {
          wasm.poke32(answer, 0);
          return 0;
        },
        xFullPathname: (_system: number, name: number, room: number, out: number) =>
          wasm.cstrncpy(out, name, room) < room ? 0 : capi.SQLITE_CANTOPEN,
        // Nothing that is read depends on these three.
        xRandomness: (_system: number, length: number, out: number) => {
          wasm.heap8u().fill(0, out, out + length);
          return length;
        },
        xSleep: () => 0,
        xCurrentTime: (_system: number, out: number) => {
          wasm.poke(out, 0, 'double');
          return 0;
        },
        xGetLastError: () => 0,
      },
    },
  } as unknown as Parameters<Sqlite3Static['vfs']['installVfs']>[0]);

  return {
    sqlite3,
    fileSystem: FILE_SYSTEM,
    publish(source) {
      const fileName = `/database-${count++}`;
      const entry: Published = { source };
      published.set(fileName, entry);
      return { fileName, failure: () => entry.failure, withdraw: () => published.delete(fileName) };
    },
  };
}
