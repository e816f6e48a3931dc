/** Looking at runs and steering them. */
import type { Client, Run } from '@imsim-od/api';
import { CliError } from '../errors.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { printJson, printResult } from '../standard-streams.js';
import { formatCount, formatDuration } from '../text/quantity-text.js';
import { formatTable } from '../text/text-table.js';
import { connect, type ServiceOptions } from './connection.js';
import { findRun } from './run-reference.js';
import { runTable, runText } from './run-text.js';
import { exitCodeOf, watchRun } from './watch-run.js';

/** Options of `status`. */
export interface StatusOptions extends ServiceOptions {
  readonly from?: 'mine' | 'shared' | 'all';
  readonly state?: string;
  readonly limit: number;
  readonly tasks?: boolean;
}

const TASK_PAGE = 1000;

/** Prints one run, or the recent ones. */
export async function showStatus(reference: string | undefined, options: StatusOptions): Promise<void> {
  const client = connect(options);
  if (reference === undefined) {
    const { items } = await client.call('listRuns', {
      query: {
        limit: options.limit,
        ...(options.from === undefined ? {} : { from: options.from }),
        ...(options.state === undefined ? {} : { state: options.state as 'active' }),
      },
    });
    if (options.json === true) printJson(items);
    else printResult(runTable(items));
    return;
  }
  const id = await findRun(client, reference);
  const run = await client.call('readRun', { params: { id } });
  if (options.tasks !== true) {
    if (options.json === true) printJson(run);
    else printResult(runText(run));
    return;
  }
  const tasks = await allTasks(client, id);
  if (options.json === true) printJson({ ...run, tasks });
  else printResult(`${runText(run)}\n\n${taskTable(tasks)}`);
}

type Tasks = Awaited<ReturnType<typeof allTasks>>;

async function allTasks(client: Client, id: string) {
  const first = await client.call('listTasks', { params: { id }, query: { limit: TASK_PAGE } });
  const tasks = [...first.items];
  for (let { next } = first; next !== null;) {
    const page = await client.call('listTasks', { params: { id }, query: { limit: TASK_PAGE, after: next } });
    tasks.push(...page.items);
    next = page.next;
  }
  return tasks;
}

function taskTable(tasks: Tasks): string {
  return formatTable(
    [
      { head: 'task', align: 'right' },
      { head: 'visit', align: 'right' },
      { head: 'detector' },
      { head: 'state' },
      { head: 'attempt', align: 'right' },
      { head: 'CPU', align: 'right' },
      { head: 'sources', align: 'right' },
    ],
    tasks.map((task) => [
      String(task.taskIndex),
      String(task.visit),
      task.snap === 0 ? task.detector : `${task.detector} snap ${task.snap}`,
      task.state,
      String(task.attempt),
      task.cpuS === null ? '' : formatDuration(task.cpuS),
      task.sources === null ? '' : formatCount(task.sources),
    ]),
  );
}

/** Watches a run to its end. */
export async function watch(reference: string, options: ServiceOptions): Promise<ExitCode> {
  const client = connect(options);
  const run = await watchRun(client, await findRun(client, reference), process.stderr);
  if (options.json === true) printJson(run);
  else printResult(runText(run));
  return exitCodeOf(run);
}

/** What can be done to a run. */
export type Steering = 'cancel' | 'pause' | 'resume' | 'retry';

/** Does it to each of the runs. */
export async function steer(
  action: Steering,
  references: readonly string[],
  options: ServiceOptions,
): Promise<void> {
  const client = connect(options);
  const runs: Run[] = [];
  for (const reference of references)
    runs.push(await client.call(`${action}Run`, { params: { id: await findRun(client, reference) } }));
  if (options.json === true) printJson(runs);
  else printResult(runTable(runs));
}

/** Deletes runs. */
export async function deleteRuns(
  references: readonly string[],
  options: ServiceOptions & { readonly withData?: boolean },
): Promise<void> {
  const client = connect(options);
  for (const reference of references) {
    const id = await findRun(client, reference);
    await client.call('deleteRun', {
      params: { id },
      query: options.withData === true ? { withData: true } : {},
    });
    printResult(
      `${id} is deleted${options.withData === true ? ' with all that it made' : '; what it made stays in the archive'}.`,
    );
  }
}

/** Submits a run's requests anew with changes. */
export async function cloneRun(
  reference: string,
  options: ServiceOptions & { readonly set: readonly string[]; readonly name?: string },
): Promise<void> {
  const { parseSetting } = await import('../request/request-document.js');
  const client = connect(options);
  const changes = Object.fromEntries(
    options.set.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new CliError(`--set ${text}: give it as key=value`, EXIT_CODE.usage);
      return [text.slice(0, at), parseSetting(text.slice(at + 1))];
    }),
  );
  const run = await client.call('cloneRun', {
    params: { id: await findRun(client, reference) },
    body: { changes, ...(options.name === undefined ? {} : { name: options.name }) },
  });
  if (options.json === true) printJson(run);
  else printResult(runText(run));
}

/** Prints the log of a task, named by its number or its detector. */
export async function showLog(reference: string, task: string, options: ServiceOptions): Promise<void> {
  const client = connect(options);
  const id = await findRun(client, reference);
  const index = /^\d+$/.test(task) ? task : String((await taskOfDetector(client, id, task)).taskIndex);
  let offset = 0;
  for (;;) {
    const log = await client.call('readTaskLog', { params: { id, index }, query: { offset } });
    process.stdout.write(log.text);
    offset = log.offset + Buffer.byteLength(log.text);
    if (log.text === '' || offset >= log.totalBytes) return;
  }
}

async function taskOfDetector(client: Client, id: string, detector: string) {
  const task = (await allTasks(client, id)).find((candidate) => candidate.detector === detector);
  if (task === undefined)
    throw new CliError(`${detector}: no task of the run draws it; imsim-od status ${id} --tasks lists them`);
  return task;
}
