/** Runs in words and tables. */
import type { Estimate, Run, RunLine } from '@imsim-od/api';
import { countOf, formatBytes, formatCount, formatDuration } from '../text/quantity-text.js';
import { formatTable } from '../text/text-table.js';
import { shortId } from './run-reference.js';

/** A table of runs. */
export function runTable(runs: readonly RunLine[]): string {
  if (runs.length === 0) return 'No runs. imsim-od submit makes one.';
  return formatTable(
    [
      { head: 'id' },
      { head: 'state' },
      { head: 'done', align: 'right' },
      { head: 'failed', align: 'right' },
      { head: 'submitted (UTC)' },
      { head: 'name' },
    ],
    runs.map(({ id, state, counts, createdAtUtc, name }) => [
      shortId(id),
      state,
      `${formatCount(counts.succeeded)}/${formatCount(counts.total)}`,
      counts.failed === 0 ? '' : formatCount(counts.failed),
      createdAtUtc.slice(0, 16).replace('T', ' '),
      name,
    ]),
  );
}

/** A run in full. */
export function runText(run: Run): string {
  const { counts, cost, estimate } = run;
  const under = counts.claimed + counts.queued + counts.running + counts.collecting;
  const lines = [
    `${run.name}  (${run.id})`,
    `${run.state} at site ${run.site}; ${countOf(run.visits, 'visit')}, ${countOf(counts.total, 'task')}: ` +
      `${formatCount(counts.succeeded)} done, ${formatCount(under)} under way, ` +
      `${formatCount(counts.waiting + counts.unexpanded)} waiting, ${formatCount(counts.failed)} failed, ${formatCount(counts.cancelled)} cancelled`,
  ];
  if (run.timeLeftS !== null) lines.push(`about ${formatDuration(run.timeLeftS)} left`);
  const range = (
    { low, high }: { readonly low: number; readonly high: number },
    format: (value: number) => string,
  ) => `${format(low)} to ${format(high)}`;
  const memory = (mb: number): string => formatBytes(mb * 1_048_576);
  lines.push(
    '',
    formatTable(
      [{ head: '' }, { head: 'estimated' }, { head: '90 % within' }, { head: 'so far' }],
      [
        [
          'CPU',
          formatDuration(estimate.cpuS.value),
          range(estimate.cpuS, formatDuration),
          formatDuration(cost.cpuS),
        ],
        [
          'wall',
          formatDuration(estimate.wallS.value),
          range(estimate.wallS, formatDuration),
          formatDuration(wallS(run)),
        ],
        ['memory', memory(estimate.memoryMb.value), range(estimate.memoryMb, memory), memory(cost.maxRssMb)],
        [
          'files',
          formatBytes(estimate.bytes.value),
          range(estimate.bytes, formatBytes),
          formatBytes(cost.bytes),
        ],
      ],
    ),
  );
  if (cost.reusedTasks > 0)
    lines.push(`${countOf(cost.reusedTasks, 'task')} took files that the archive had of the same recipe`);
  for (const { tasks, reason, end, advice, taskIndex } of run.failures)
    lines.push(
      '',
      `${countOf(tasks, 'task')} ended as ${end} (one is ${taskIndex}): ${reason}`,
      `  ${advice}`,
    );
  return lines.join('\n');
}

/** An estimate. */
export function estimateText(estimate: Estimate): string {
  const lines = [countOf(estimate.visits.length, 'visit') + `, ${countOf(estimate.tasks, 'task')}`];
  if (estimate.reusedTasks !== null && estimate.reusedTasks > 0)
    lines.push(
      `${countOf(estimate.reusedTasks, 'task')} will take files that the archive has of the same recipe; the time below is that of the others`,
    );
  lines.push(
    formatTable(
      [
        { head: 'site' },
        { head: 'CPU' },
        { head: 'wall' },
        { head: 'memory' },
        { head: 'files' },
        { head: 'learnt from', align: 'right' },
      ],
      estimate.sites.map(({ site, cpuS, wallS: wall, memoryMb, bytes, learntFrom }) => [
        site,
        `${formatDuration(cpuS.value)} (${formatDuration(cpuS.low)} to ${formatDuration(cpuS.high)})`,
        `${formatDuration(wall.value)} (${formatDuration(wall.low)} to ${formatDuration(wall.high)})`,
        formatBytes(memoryMb.value * 1_048_576),
        formatBytes(bytes.value),
        formatCount(learntFrom),
      ]),
    ),
    ...estimate.notes.map((note) => `note: ${note}`),
    ...estimate.obstacles.map((obstacle) => `would not be accepted now: ${obstacle}`),
  );
  return lines.join('\n');
}

function wallS({ startedAtUtc, endedAtUtc }: Run): number {
  if (startedAtUtc === null) return 0;
  return (Date.parse(endedAtUtc ?? new Date().toISOString()) - Date.parse(startedAtUtc)) / 1000;
}
