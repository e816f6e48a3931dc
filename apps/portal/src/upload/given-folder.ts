/** A folder of the user's computer, chosen or dropped: its name, and the files below it. */

/** A file below the folder. */
export interface FileBelow {
  /** From the folder on, with slashes. */
  readonly path: string;
  readonly file: File;
}

/** The folder. */
export interface GivenFolder {
  readonly name: string;
  readonly files: readonly FileBelow[];
}

/** More files than any folder that is sent may have; links within a folder could go around without end. */
const MOST_READ = 100_000;

/** The folder as a browser's picker gives its files. */
export function pickedFolder(files: readonly File[]): GivenFolder {
  const name = files[0]?.webkitRelativePath.split('/')[0] ?? '';
  return {
    name,
    files: files.map((file) => ({ path: file.webkitRelativePath.slice(name.length + 1), file })),
  };
}

/** The folder as it was dropped, all levels of it. @throws Error where the browser cannot read it, or it has too many files */
export async function droppedFolder(folder: FileSystemEntry, signal: AbortSignal): Promise<GivenFolder> {
  const files: FileBelow[] = [];
  const waiting = [{ path: '', entry: folder }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    signal.throwIfAborted();
    const { path, entry } = next;
    try {
      if (isDirectory(entry))
        for (const below of await entriesOf(entry))
          waiting.push({ path: path === '' ? below.name : `${path}/${below.name}`, entry: below });
      else files.push({ path, file: await fileOf(entry) });
    } catch (cause) {
      throw new Error(
        `${path === '' ? folder.name : path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}.`,
        { cause },
      );
    }
    if (files.length + waiting.length > MOST_READ)
      throw new Error(`${folder.name} has more than ${MOST_READ} files. Drop a folder below it.`);
  }
  return { name: folder.name, files };
}

/** The file of an entry. @throws DOMException where it cannot be read */
export function fileOf(entry: FileSystemEntry): Promise<File> {
  return new Promise((resolve, reject) => (entry as FileSystemFileEntry).file(resolve, reject));
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

/** All entries of a folder: a browser gives them a hundred at a time. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return all;
    all.push(...some);
  }
}
