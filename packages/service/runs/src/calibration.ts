/**
 * Learning from finished tasks: the logarithm of actual over estimated cost has a mean and a variance at each site, in which recent tasks
 * count most. An estimate is the count of work times the exponential of that mean; its error bar holds 90 % and comes from three things
 * that add up: the scatter of tasks, which averages out over many; what is not known of a site that has run little; and five per cent that
 * never go away.
 */
import { sql } from 'kysely';
import type { RunsTransaction, RunsDatabase } from './schema.js';

/** What is learnt about. */
export type Quantity = 'cpu' | 'wallPerCpu' | 'memory' | 'bytes';

/** A number and the interval that holds the true one nine times in ten. */
export interface Estimated {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** What was learnt at a site. */
export type Calibration = Readonly<Record<Quantity, { weight: number; mean: number; variance: number }>>;

/** Tasks beyond so many count less and less. */
const MEMORY_TASKS = 500;
/** Before anything ran, an estimate is right to a factor of two, nine times in ten: 0.42 = ln 2 / 1.645. */
const PRIOR_SIGMA = 0.42;
const FLOOR_SIGMA = 0.03;
const NINETY_PERCENT = 1.645;
const QUANTITIES: readonly Quantity[] = ['cpu', 'wallPerCpu', 'memory', 'bytes'];

/** Reads what was learnt at a site; nothing yet is a mean of zero and a weight of zero. */
export async function readCalibration(db: RunsDatabase, site: string): Promise<Calibration> {
  const rows = await db
    .selectFrom('runs.calibration')
    .select(['quantity', 'weight', 'mean', 'variance'])
    .where('site', '=', site)
    .execute();
  const of = (quantity: Quantity) =>
    rows.find((row) => row.quantity === quantity) ?? { weight: 0, mean: 0, variance: 0 };
  return { cpu: of('cpu'), wallPerCpu: of('wallPerCpu'), memory: of('memory'), bytes: of('bytes') };
}

/** The estimate of a sum over so many tasks. */
export function calibrated(
  counted: number,
  tasks: number,
  { weight, mean, variance }: Calibration[Quantity],
): Estimated {
  const unknown = PRIOR_SIGMA ** 2 / (1 + weight);
  const sigma = Math.sqrt(FLOOR_SIGMA ** 2 + unknown + variance / Math.max(1, tasks));
  // One task alone at a site without experience counts half: the mean of few is drawn to the count itself.
  const value = counted * Math.exp((mean * weight) / (weight + 1));
  const factor = Math.exp(NINETY_PERCENT * sigma);
  return { value, low: value / factor, high: value * factor };
}

/** What a task was estimated to cost, and has cost. */
export interface Observation {
  readonly site: string;
  readonly ratios: Readonly<Record<Quantity, number>>;
}

/** Learns, within the transaction that records the tasks' results. */
export async function learn(
  transaction: RunsTransaction,
  observations: readonly Observation[],
): Promise<void> {
  const sites = [...new Set(observations.map(({ site }) => site))].sort();
  for (const site of sites) {
    for (const quantity of QUANTITIES) {
      const logs = observations
        .filter((observation) => observation.site === site)
        .map(({ ratios }) => Math.log(ratios[quantity]))
        .filter(Number.isFinite);
      if (logs.length === 0) continue;
      await sql`
        insert into runs.calibration (site, quantity, weight, mean, variance) values (${site}, ${quantity}, 0, 0, 0) on conflict do nothing
      `.execute(transaction);
      const row = await transaction
        .selectFrom('runs.calibration')
        .select(['weight', 'mean', 'variance'])
        .where('site', '=', site)
        .where('quantity', '=', quantity)
        .forUpdate()
        .executeTakeFirstOrThrow();
      await transaction
        .updateTable('runs.calibration')
        .set(logs.reduce(withAnother, row))
        .where('site', '=', site)
        .where('quantity', '=', quantity)
        .execute();
    }
  }
}

/** Mean and variance with one more value, older ones fading (West 1979, with a limited weight). */
export function withAnother(
  { weight, mean, variance }: Calibration[Quantity],
  value: number,
): Calibration[Quantity] {
  const next = Math.min(weight + 1, MEMORY_TASKS);
  const step = (value - mean) / next;
  return { weight: next, mean: mean + step, variance: (1 - 1 / next) * (variance + step * (value - mean)) };
}
