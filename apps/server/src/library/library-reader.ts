/**
 * Reads what administrators took into the library, one after another, outside of any request. What a stopped server had begun is begun
 * again, by it or another.
 */
import {
  claimLibraryReading,
  endLibraryReading,
  failLibraryReading,
  type LibraryReading,
  listNeighbours,
  noteLibraryReading,
  readDataset,
  type Viewer,
} from '@imsim-od/archive';
import { MOST_IN_FOLDER } from '@imsim-od/runs';
import { ApiFault } from '../http/api-fault.js';
import type { Services } from '../services.js';

/** Well within the lease of a reading. */
const NOTE_MS = 10_000;

/** The reader. */
export class LibraryReader {
  readonly #services: Services;
  #work: Promise<void> | undefined;
  #isClosing = false;

  constructor(services: Services) {
    this.#services = services;
  }

  /** Begins to read what waits, where that is not under way; does not wait for it. */
  begin(): void {
    this.work().catch((err: unknown) =>
      this.#services.log.warn({ err }, 'the library could not be read on; it is tried again'),
    );
  }

  /** Reads what waits. */
  work(): Promise<void> {
    this.#work ??= this.#readAll().finally(() => (this.#work = undefined));
    return this.#work;
  }

  /** Begins nothing more. The workers end with their runner. */
  close(): void {
    this.#isClosing = true;
  }

  async #readAll(): Promise<void> {
    while (!this.#isClosing) {
      const reading = await claimLibraryReading(this.#services.archive);
      if (reading === undefined) return;
      await this.#readOne(reading);
    }
  }

  async #readOne(reading: LibraryReading): Promise<void> {
    const { archive } = this.#services;
    let share = 0;
    const note = (): void => {
      noteLibraryReading(archive, reading.name, share).catch((err: unknown) =>
        this.#services.log.warn(
          { err, entry: reading.name },
          'the progress of the library could not be noted',
        ),
      );
    };
    const timer = setInterval(note, NOTE_MS);
    try {
      const found = await this.#find(reading, (fraction) => {
        share = fraction;
        note();
      });
      await endLibraryReading(archive, reading, found);
    } catch (error) {
      // What is wrong with the files is said of the entry; trouble of the service passes, and the entry waits for it.
      const isTheirs = error instanceof Error && 'code' in error && LASTING.has(String(error.code));
      if (isTheirs) await failLibraryReading(archive, reading, error.message);
      else {
        await noteLibraryReading(archive, reading.name, null);
        throw error;
      }
    } finally {
      clearInterval(timer);
    }
  }

  async #find({ datasetId, wholeFolder, addedBy }: LibraryReading, onProgress: (share: number) => void) {
    const { archive, runner } = this.#services;
    const viewer: Viewer = { userId: addedBy, isAdmin: true, groupIds: [] };
    const dataset = await readDataset(archive, viewer, datasetId);
    if (dataset.type === 'survey') {
      const file = { name: dataset.name, path: archive.store.pathOf(dataset.sha256) };
      const { kind, objects } = await runner.readCatalog({ name: dataset.name, files: [file] });
      return { kind, objects, includedIds: [] };
    }
    const neighbours = await listNeighbours(
      archive,
      viewer,
      dataset,
      wholeFolder ? MOST_IN_FOLDER : undefined,
    );
    if (wholeFolder && neighbours.length === MOST_IN_FOLDER)
      throw new ApiFault('UPLOAD_INVALID', `The folder has ${MOST_IN_FOLDER} files or more.`);
    const present = neighbours.filter(({ state }) => state === 'present');
    const files = present.map(({ relativeName, sha256 }) => ({
      name: relativeName,
      path: archive.store.pathOf(sha256),
      sha256,
    }));
    const stored = {
      name: dataset.name,
      files,
      indexFolder: archive.store.indexFolderOf(dataset.sha256),
    };
    if (wholeFolder) {
      const { kind, objects } = await runner.readFolder(stored, onProgress);
      return { kind, objects, includedIds: present.map(({ id }) => id) };
    }
    // What it includes is seen by all with it, and nothing else of its folder.
    const { kind, objects, files: read } = await runner.readCatalog(stored);
    const included = new Set(read.map((file) => file.name));
    return {
      kind,
      objects,
      includedIds: present.filter(({ relativeName }) => included.has(relativeName)).map(({ id }) => id),
    };
  }
}

/** Codes of errors that no further attempt mends. */
const LASTING: ReadonlySet<string> = new Set(['UPLOAD_INVALID', 'ARCHIVE_NOT_FOUND']);
