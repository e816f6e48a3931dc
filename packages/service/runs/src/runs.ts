/** Runs as their functions take them. */
import type { Archive, ArchiveTables } from '@imsim-od/archive';
import type { SiteAdapter } from '@imsim-od/site';
import type { WorkflowDatabase, WorkflowTables } from '@imsim-od/workflow';
import type { Kysely } from 'kysely';
import type { RunPlanner } from './planner.js';
import type { RunsDatabase, RunTables } from './schema.js';

/** A site as runs know it. */
export interface RunSite {
  readonly adapter: SiteAdapter;
  /** Tasks at a time, for estimates of wall time. */
  readonly slots: number;
  /** Address of the site's own monitor; see `monitorUrlOf` for what it may hold. */
  readonly monitorUrl?: string | undefined;
}

/** An open store of runs. */
export interface Runs {
  readonly db: RunsDatabase;
  readonly journal: WorkflowDatabase;
  readonly archive: Archive;
  readonly planner: RunPlanner;
  /** By the adapter's name. */
  readonly sites: ReadonlyMap<string, RunSite>;
  /** Tasks that a user may have under way; default 100,000. */
  readonly maxActiveTasks: number;
  /** How long products stay, in days; null: until removed. */
  readonly retentionDays: number | null;
  /** Expanded visits, the recent ones. */
  readonly recipes: Map<string, unknown>;
}

/** How to open it. All schemas are there already. */
export interface RunsOptions {
  readonly db: Kysely<RunTables & WorkflowTables & ArchiveTables>;
  readonly archive: Archive;
  readonly planner: RunPlanner;
  readonly sites: readonly RunSite[];
  readonly maxActiveTasks?: number;
  readonly retentionDays?: number | null;
}

/** Opens the runs. */
export function openRuns(options: RunsOptions): Runs {
  return {
    db: options.db as unknown as RunsDatabase,
    journal: options.db as unknown as WorkflowDatabase,
    archive: options.archive,
    planner: options.planner,
    sites: new Map(options.sites.map((site) => [site.adapter.name, site])),
    maxActiveTasks: options.maxActiveTasks ?? 100_000,
    retentionDays: options.retentionDays ?? null,
    recipes: new Map(),
  };
}
