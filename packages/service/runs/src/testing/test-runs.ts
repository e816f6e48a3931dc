/** Runs of their own for a test: a database with all schemas, an archive, the real scheduler, and this machine as a site. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ArchiveTables, archiveSchema, openArchive, type Viewer } from '@imsim-od/archive';
import { migrateSchema, openDatabase } from '@imsim-od/database';
import { testDatabase } from '@imsim-od/database/testing';
import { estimateRecipe, expandRequest, type OutputFile } from '@imsim-od/simulator';
import { openLocalSite } from '@imsim-od/site-local';
import { Scheduler, type WorkflowDatabase, workflowSchema, type WorkflowTables } from '@imsim-od/workflow';
import type { Kysely } from 'kysely';
import { v7 } from 'uuid';
import {
  incomingFolder,
  openRuns,
  recordOutputs,
  type RunPlanner,
  type Runs,
  runsSchema,
  type RunTables,
  type SimulatePayload,
  TASK_REPORT,
  VISIT_EXPANDER,
  visitExpander,
} from '../index.js';

type Tables = RunTables & WorkflowTables & ArchiveTables;
const SCHEMAS = [workflowSchema, archiveSchema, runsSchema];

/** How the test's worker carries out a task; default: small files that depend on the recipe alone. */
export type TestWork = (payload: SimulatePayload, folder: string) => Promise<void>;

/** A test's runs. */
export interface TestRuns {
  readonly runs: Runs;
  readonly db: Kysely<Tables>;
  /** Holds archive/ and site/. */
  readonly folder: string;
  /** How many tasks the worker was given. */
  worked(): number;
  /** Replaces the work. */
  setWork(work: TestWork): void;
  /** Waits until the condition holds; throws after 20 s. */
  until(what: string, condition: () => Promise<boolean>): Promise<void>;
  close(): Promise<void>;
}

export async function testRuns(): Promise<TestRuns> {
  const database = await testDatabase({
    source: [
      '../migrations.ts',
      '../../../archive/src/migrations.ts',
      '../../../../execution/workflow/src/migrations.ts',
    ]
      .map((path) => readFileSync(new URL(path, import.meta.url), 'utf8'))
      .join('\n'),
    migrate: async (url) => {
      const target = openDatabase<Tables>(url);
      for (const schema of SCHEMAS) await migrateSchema(target, schema);
      await target.destroy();
    },
  });
  const folder = mkdtempSync(join(tmpdir(), 'imsim-od-runs-'));
  const db = openDatabase<Tables>(database.url, { maxConnections: 10 });
  const archive = await openArchive({
    db: db as unknown as Parameters<typeof openArchive>[0]['db'],
    folder: join(folder, 'archive'),
    defaultQuotaBytes: 1e12,
  });
  let work: TestWork = writeSmallFiles;
  let worked = 0;
  const adapter = await openLocalSite({
    stateFolder: join(folder, 'site'),
    cores: 4,
    memoryMb: 100_000,
    pollIntervalMs: 20,
    discardsFailedWork: true,
    runInProcess: async (payload, { workingFolder, log }) => {
      worked++;
      log('begun\n');
      await work(payload as unknown as SimulatePayload, workingFolder);
    },
  });
  const runs = openRuns({ db, archive, planner, sites: [{ adapter, slots: 4 }] });
  const scheduler = new Scheduler({
    db: db as unknown as WorkflowDatabase,
    url: database.url,
    server: 'test',
    sites: [adapter],
    expanders: new Map([[VISIT_EXPANDER, visitExpander(runs)]]),
    intervalMs: 50,
    collectInto: (task) => incomingFolder(archive, task),
    recordOutputs: (transaction, collected) => recordOutputs(runs, transaction, collected),
    onTrouble: (error, where) => troubles.push(`${where}: ${String(error)}`),
  });
  const troubles: string[] = [];
  scheduler.start();
  return {
    runs,
    db,
    folder,
    worked: () => worked,
    setWork: (next) => {
      work = next;
      worked = 0;
    },
    until: async (what, condition) => {
      const deadline = performance.now() + 20_000;
      while (!(await condition())) {
        if (performance.now() > deadline)
          throw new Error(`${what} did not happen; ${troubles.slice(-3).join('; ')}`);
        await new Promise((resolve) => setTimeout(resolve, 30));
      }
    },
    close: async () => {
      await scheduler.stop();
      await adapter.close();
      await db.destroy();
      await database.drop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Files as the simulator names them, a line each that depends on the recipe alone, and the report. */
export async function writeSmallFiles(payload: SimulatePayload, folder: string): Promise<void> {
  const outputs: OutputFile[] = payload.products.map((product) => {
    const name = `${product}_${payload.recipe.detector.name}_${payload.recipe.visit.snap}.fits`;
    const bytes = Buffer.from(`${product} of ${payload.recipeHash}`);
    writeFileSync(join(folder, name), bytes);
    return {
      name,
      product,
      bytes: bytes.length,
      sha256: createHash('sha256').update(bytes).digest('hex'),
      adler32: '00000001',
    };
  });
  const summary = { detector: payload.recipe.detector.name, sourcesDrawn: 7, warnings: ['a remark'] };
  const report = { recipeHash: payload.recipeHash, outputs, summary, cpuS: 2, wallS: 3, maxRssMb: 400 };
  writeFileSync(join(folder, TASK_REPORT), JSON.stringify(report));
}

/** Plans in this process. */
const planner: RunPlanner = {
  plan: (requests, catalogs) =>
    Promise.resolve(
      requests.map((request, index) => {
        const files = (catalogs[index] ?? []).map((catalog) => ({
          files: catalog.files.map(({ name, path }) => {
            const bytes = readFileSync(path);
            return { name, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
          }),
        }));
        const { visit, recipes, notes } = expandRequest(request, files);
        // The catalogs of these tests hold no sources.
        const costs = recipes.map((recipe) => estimateRecipe(recipe, 0, request.products));
        return {
          visit,
          notes,
          tasks: recipes.length,
          cpuS: costs.reduce((sum, { cpuS }) => sum + cpuS, 0),
          memoryMb: Math.max(...costs.map(({ memoryMb }) => memoryMb)),
          bytes: costs.reduce((sum, { bytes }) => sum + bytes, 0),
          sources: costs.reduce((sum, { sources }) => sum + sources, 0),
          catalogs: files,
        };
      }),
    ),
};

/** A user of a test. */
export function newViewer(overrides: Partial<Viewer> = {}): Viewer {
  return { userId: v7(), groupIds: [], isAdmin: false, ...overrides };
}

/** A request of four detectors and few sources. */
export function testRequest(
  visitId: number,
  overrides: Record<string, unknown> = {},
): Record<string, unknown> {
  return {
    pointing: { raDeg: 53.1, decDeg: -27.8 },
    band: 'r',
    visitId,
    detectors: ['R22_S00', 'R22_S01', 'R22_S10', 'R22_S11'],
    sky: [{ type: 'synthetic', faintIMag: 18 }],
    products: ['eimage', 'truth'],
    ...overrides,
  };
}
