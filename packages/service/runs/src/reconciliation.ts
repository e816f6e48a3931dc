/** What a crash may have left half done, and what the archive wants: looked after from time to time by any server. */
import {
  assignRestoration,
  type ArchiveTransaction,
  bytesToRestore,
  endRestoration,
  listHolders,
  listWanted,
  productsOfRecipe,
  readRecipe,
  releaseHolds,
  type Restoration,
} from '@imsim-od/archive';
import { sql } from 'kysely';
import { v7 } from 'uuid';
import type { Recipe } from '@imsim-od/simulator';
import type { Runs } from './runs.js';
import { handToJournal } from './submission.js';
import { productsOfTypes } from './task-recipes.js';

/** Runs younger than this may still be on their way to the journal. */
const SETTLE_S = 10;

/** Does what is due: trouble with one run or wish holds up no other. @returns how much there was to do @throws AggregateError of all trouble, at the end */
export async function reconcile(runs: Runs): Promise<number> {
  const unsubmitted = await runs.db
    .selectFrom('runs.runs')
    .select('id')
    .where('submitted', '=', false)
    .where('deleted', '=', false)
    .where('created_at', '<', sql<Date>`clock_timestamp() - ${SETTLE_S} * interval '1 second'`)
    .orderBy('id')
    .limit(100)
    .execute();
  const troubles: unknown[] = [];
  const attempt = (work: Promise<unknown>) => work.catch((error: unknown) => troubles.push(error));
  for (const { id } of unsubmitted) await attempt(handToJournal(runs, id));
  const wanted = await listWanted(runs.archive);
  for (const wish of wanted) await attempt(startRestoration(runs, wish));
  const ended = (await endFailedRestorations(runs)) + (await releaseCatalogs(runs));
  if (troubles.length > 0)
    throw new AggregateError(
      troubles,
      `${troubles.length} of ${unsubmitted.length + wanted.length}: ${String(troubles[0])}`,
    );
  return unsubmitted.length + wanted.length + ended;
}

/** Holds the catalogs of ended and deleted runs no longer. */
async function releaseCatalogs(runs: Runs): Promise<number> {
  const holders = await listHolders(runs.archive);
  if (holders.length === 0) return 0;
  const { rows } = await sql<{ id: string }>`
    select h.id from unnest(${[...holders]}::uuid[]) as h (id) where not exists (
      select 1 from runs.runs r left join workflow.runs j on j.id = r.id
      where r.id = h.id and not r.deleted and (j.id is null or j.state in ('active', 'cancelling')))
  `.execute(runs.db);
  await releaseHolds(
    runs.archive,
    rows.map(({ id }) => id),
  );
  return rows.length;
}

/** Turns a wish for dropped pixels into a run of its reader. */
async function startRestoration(runs: Runs, wish: Restoration): Promise<void> {
  const recipe = await readRecipe(runs.archive, wish.recipeHash);
  const products = productsOfTypes(await productsOfRecipe(runs.archive, wish.recipeHash));
  const [site] = runs.sites.values();
  if (recipe === undefined || products.length === 0 || site === undefined) {
    const reason =
      recipe === undefined ? 'the recipe is kept no more' : 'there is no site or no product to make';
    await runs.db
      .transaction()
      .execute((transaction) =>
        endRestoration(transaction as unknown as ArchiveTransaction, wish.id, reason),
      );
    return;
  }
  const { visit, detector } = JSON.parse(recipe.document) as Recipe;
  const id = v7();
  const cpuS = 3;
  const bytes = await bytesToRestore(runs.archive.db, wish.datasetId);
  const estimate = {
    site: site.adapter.name,
    cpuS: { value: cpuS, low: cpuS / 2, high: cpuS * 2 },
    wallS: { value: cpuS, low: cpuS / 2, high: cpuS * 4 },
    memoryMb: { value: 400, low: 300, high: 800 },
    bytes: { value: bytes, low: bytes, high: bytes },
    learntFrom: 0,
  };
  const assigned = await runs.db.transaction().execute(async (transaction) => {
    if (!(await assignRestoration(transaction as unknown as ArchiveTransaction, wish.id, id))) return false;
    await transaction
      .insertInto('runs.runs')
      .values({
        id,
        owner: wish.readerId,
        name: `again: visit ${visit.visitId} ${visit.band} ${detector.name}`,
        site: site.adapter.name,
        kind: 'restoration',
        priority: 50,
        paused: false,
        digest: wish.id,
        tasks: 1,
        estimate: sql`${JSON.stringify(estimate)}::jsonb`,
      })
      .execute();
    await transaction
      .insertInto('runs.visits')
      .values({
        run_id: id,
        visit_index: 0,
        first_task: 0,
        tasks: 1,
        request: sql`${JSON.stringify({ recipeHash: wish.recipeHash, products })}::jsonb`,
        catalogs: sql`${JSON.stringify(recipe.catalogs)}::jsonb`,
        cpu_s: cpuS,
        memory_mb: 400,
        bytes,
      })
      .execute();
    return true;
  });
  if (assigned) await handToJournal(runs, id);
}

/** Ends wishes whose run has ended without bringing the pixels back. */
async function endFailedRestorations(runs: Runs): Promise<number> {
  const { rows } = await sql<{ id: string; state: string }>`
    select s.id, coalesce(r.state, 'gone') as state from archive.restorations s
    left join workflow.runs r on r.id = s.run_id join runs.runs o on o.id = s.run_id and o.submitted
    where s.state = 'running' and (r.id is null or r.state in ('failed', 'cancelled', 'succeeded')) limit 100
  `.execute(runs.db);
  for (const { id, state } of rows) {
    await runs.db
      .transaction()
      .execute((transaction) =>
        endRestoration(
          transaction as unknown as ArchiveTransaction,
          id,
          `the run that was to make it again has ${state}`,
        ),
      );
  }
  return rows.length;
}
