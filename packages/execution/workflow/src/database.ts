/** The journal's database. */
import type { Kysely } from 'kysely';
import type { WorkflowTables } from './schema.js';

/** The journal's database, as `openDatabase<WorkflowTables>` of `@imsim-od/database` opens it. */
export type WorkflowDatabase = Kysely<WorkflowTables>;
