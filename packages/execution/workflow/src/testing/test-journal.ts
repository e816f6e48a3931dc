/** A journal of its own for a test. */
import { readFileSync } from 'node:fs';
import { openDatabase } from '@imsim-od/database';
import { testDatabase } from '@imsim-od/database/testing';
import type { WorkflowDatabase } from '../database.js';
import { migrateWorkflow } from '../migrations.js';
import type { WorkflowTables } from '../schema.js';

/** A test's journal. */
export interface TestJournal {
  readonly url: string;
  readonly db: WorkflowDatabase;
  /** Closes the pool, ends what is still connected and drops the database. */
  drop(): Promise<void>;
}

/** Makes an empty database with the schema `workflow`, or without (`migrated: false`). */
export async function testJournal(options: { readonly migrated?: boolean } = {}): Promise<TestJournal> {
  const database = await testDatabase(options.migrated === false ? undefined : journalSchemas);
  const db = openDatabase<WorkflowTables>(database.url, { maxConnections: 12 });
  return {
    url: database.url,
    db,
    drop: async () => {
      await db.destroy();
      await database.drop();
    },
  };
}

const journalSchemas = {
  source: readFileSync(new URL('../migrations.ts', import.meta.url), 'utf8'),
  migrate: async (url: string) => {
    const db = openDatabase<WorkflowTables>(url);
    try {
      await migrateWorkflow(db);
    } finally {
      await db.destroy();
    }
  },
};
