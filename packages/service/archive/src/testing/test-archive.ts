/** An archive of its own for a test: a database, a store, and files to put in. */
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adler32 } from '@imsim-od/fits';
import { migrateSchema, openDatabase } from '@imsim-od/database';
import { testDatabase } from '@imsim-od/database/testing';
import { sql } from 'kysely';
import { v7 } from 'uuid';
import { type Archive, openArchive, type Viewer } from '../archive.js';
import type { Observation } from '../dataset.js';
import { archiveSchema } from '../migrations.js';
import { type OutputFile, registerOutputs, type TaskOutputs } from '../registration.js';
import type { ArchiveTables } from '../schema.js';

/** A test's archive. */
export interface TestArchive {
  readonly archive: Archive;
  readonly url: string;
  /** A file outside the store with this content. */
  file(name: string, content: string | Uint8Array, type?: string): OutputFile;
  /** Registers a task's files, as the workflow's commit does. */
  register(outputs: TaskOutputs): Promise<void>;
  /** Empties every table. */
  clear(): Promise<void>;
  close(): Promise<void>;
}

export async function testArchive(): Promise<TestArchive> {
  const database = await testDatabase({
    source: readFileSync(new URL('../migrations.ts', import.meta.url), 'utf8'),
    migrate: async (url) => {
      const target = openDatabase<ArchiveTables>(url);
      await migrateSchema(target, archiveSchema);
      await target.destroy();
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'imsim-od-archive-'));
  const db = openDatabase<ArchiveTables>(database.url, { maxConnections: 12 });
  const archive = await openArchive({ db, folder: join(folder, 'store'), defaultQuotaBytes: 1e9 });
  return {
    archive,
    url: database.url,
    file(name, content, type = 'eimage') {
      const bytes = typeof content === 'string' ? Buffer.from(content) : content;
      const path = join(folder, 'work', randomUUID());
      mkdirSync(join(folder, 'work'), { recursive: true });
      writeFileSync(path, bytes);
      const sum = adler32(bytes);
      return {
        path,
        name,
        type,
        bytes: bytes.length,
        sha256: createHash('sha256').update(bytes).digest('hex'),
        adler32: typeof sum === 'number' ? (sum >>> 0).toString(16).padStart(8, '0') : sum,
      };
    },
    register: (outputs) =>
      db.transaction().execute((transaction) => registerOutputs(archive, transaction, [outputs])),
    clear: async () => {
      await sql`truncate archive.library, archive.library_files, archive.datasets, archive.blobs, archive.recipes, archive.recipe_inputs, archive.usage, archive.quotas,
        archive.collections, archive.collection_items, archive.shares, archive.restorations, archive.making, archive.holds`.execute(
        db,
      );
      rmSync(join(folder, 'store/blobs'), { recursive: true });
      mkdirSync(join(folder, 'store/blobs'));
    },
    close: async () => {
      await db.destroy();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** A user of a test. */
export function newViewer(overrides: Partial<Viewer> = {}): Viewer {
  return { userId: v7(), groupIds: [], isAdmin: false, ...overrides };
}

export const OBSERVATION: Observation = {
  visit: 398_414,
  snap: 0,
  band: 'r',
  physicalFilter: 'r_57',
  detector: 'R22_S11',
  detectorId: 94,
  obsMjdTai: 60_000.5,
  exposureS: 30,
  airmass: 1.2,
  seeingArcsec: 0.65,
  skyBrightness: 21.2,
  raDeg: 53.1,
  decDeg: -27.8,
  corners: [
    [53.2, -27.7],
    [53, -27.7],
    [53, -27.9],
    [53.2, -27.9],
  ],
  hpx8: [],
};

/** What a task of the test made. */
export function taskOutputs(
  ownerId: string,
  files: readonly OutputFile[],
  overrides: Partial<Omit<TaskOutputs, 'observation'>> & { observation?: Partial<Observation> } = {},
): TaskOutputs {
  const { observation, ...rest } = overrides;
  return {
    ownerId,
    runId: v7(),
    taskIndex: 0,
    folder: '/runs/test',
    recipe: { recipeHash: 'a'.repeat(64), document: '{"a":1}', catalogs: [] },
    files,
    expiresAtUtc: null,
    ...rest,
    observation: { ...OBSERVATION, ...observation },
  };
}
