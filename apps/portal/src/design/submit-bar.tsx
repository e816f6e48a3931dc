/** What the run will cost, always in sight, and the button that starts it. */
import { ApiError, type Estimate, type Run } from '@imsim-od/api';
import { Button, Card, Group, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { Failure } from '../page-parts/failure.js';
import { bytesText, countText, durationText } from '../page-parts/quantity.js';
import { failureText, useAct } from '../service/use-call.js';
import { LONGEST_NAME, nameOfChange } from './changed-run/name-of-change.js';
import { useRunChange } from './changed-run/use-changed-run.js';
import { useDesignEstimate } from './design-estimate.js';
import { useDesign, useDesigned } from './design-state.js';
import classes from './design.module.css';
import { FaultList } from './fault-list.js';
import { chosenDetectors } from './request-document.js';
import { submission } from './submission.js';

/** Notes shown without being asked for. */
const MOST_NOTES = 2;

/** With the YAML library, which the screen can be used without. */
const SubmitAct = lazy(() => import('./submit-act.js'));

/** The bar. */
export function SubmitBar() {
  const design = useDesign();
  const usualName = useDesigned(({ document, visits }) => defaultName(document, visits?.parts.length ?? 1));
  const isValid = useDesigned((state) => state.isValid);
  const [name, setName] = useState('');
  const navigate = useNavigate();
  const estimate = useDesignEstimate();
  const change = useRunChange();
  const queries = useQueryClient();
  const begun = {
    changes: ['listRuns'],
    showsFailure: true,
    onDone: ({ id }: Run) => void navigate({ to: '/runs/$runId', params: { runId: id } }),
  } as const;
  const submit = useAct('submitRun', begun);
  const clone = useAct('cloneRun', begun);
  const suggestedName = change === null ? usualName : nameOfChange(change.run.name);
  const title = name.trim() || suggestedName;
  const isRunRead = change === null || change.isGone || change.requests !== undefined;
  const canSubmit = isValid && isRunRead && (estimate.data?.obstacles.length ?? 0) === 0;
  const begin = (): void => {
    const call = submission(title, design.state, change);
    submit.reset();
    clone.reset();
    if (call.name === 'submitRun') submit.mutate(call.input);
    else
      clone.mutate(call.input, {
        // The run may have been deleted meanwhile.
        onError: () =>
          void queries.invalidateQueries({ queryKey: ['readRequests', { params: call.input.params }] }),
      });
  };
  // That a run is gone is said in words of its own.
  const isCloneOfGone =
    change?.isGone === true && clone.error instanceof ApiError && clone.error.status === 404;
  const failure = submit.error ?? (isCloneOfGone ? null : clone.error);
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = bar.current;
    const { style } = window.document.documentElement;
    if (element === null) return;
    // What floats over the screens stays above the bar.
    const observer = new ResizeObserver(() =>
      style.setProperty('--bottom-bar-height', `${element.offsetHeight}px`),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      style.removeProperty('--bottom-bar-height');
    };
  }, []);
  return (
    <Card
      ref={bar}
      withBorder
      component="section"
      aria-label="Estimate and submission"
      className={classes['estimate']}
      p="sm"
    >
      <Group justify="space-between" align="flex-end">
        <div role="status">
          {!isValid ? (
            <FaultList />
          ) : estimate.data === undefined ? (
            <Text size="sm">
              {estimate.error === null ? 'Estimating …' : `No estimate: ${failureText(estimate.error)}`}
            </Text>
          ) : (
            <EstimateText estimate={estimate.data} isChange={change !== null} />
          )}
        </div>
        <Group align="flex-end" gap="xs">
          <TextInput
            label="Name of the run"
            placeholder={suggestedName}
            value={name}
            maxLength={LONGEST_NAME}
            size="xs"
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Suspense
            fallback={
              <Button variant="default" disabled>
                As code
              </Button>
            }
          >
            <SubmitAct title={title} />
          </Suspense>
          <Button loading={submit.isPending || clone.isPending} disabled={!canSubmit} onClick={begin}>
            Submit
          </Button>
        </Group>
      </Group>
      {change?.isGone === true && (
        <Text size="sm">The run that this was to change is gone: Submit starts a run of its own.</Text>
      )}
      {!isRunRead && change.error !== null && (
        <Group gap="xs">
          <Text size="sm">The run that this changes could not be read: Submit waits for it.</Text>
          <Button size="compact-xs" variant="default" onClick={change.retry}>
            Read it again
          </Button>
        </Group>
      )}
      {failure !== null && <Failure error={failure} />}
    </Card>
  );
}

function EstimateText({
  estimate: { tasks, reusedTasks, visits, sites, obstacles, notes },
  isChange,
}: {
  readonly estimate: Estimate;
  readonly isChange: boolean;
}) {
  const sum = (key: 'sources' | 'cpuS' | 'bytes'): number =>
    visits.reduce((total, visit) => total + visit[key], 0);
  const drawn = tasks - (reusedTasks ?? 0);
  return (
    <>
      <Text size="sm" className="numeric">
        <strong>{imagesText(tasks)}</strong>
        {takenText(tasks, reusedTasks, isChange)}, {countText(sum('sources'))}{' '}
        {sum('sources') === 1 ? 'source' : 'sources'}, {durationText(sum('cpuS'))} of CPU,{' '}
        {bytesText(sum('bytes'))}
        {drawn > 0 &&
          sites
            .map(
              ({ site, wallS: { value, low, high } }) =>
                `; ${site}: about ${durationText(value)} (${durationText(low)} to ${durationText(high)})`,
            )
            .join('')}
      </Text>
      <Notes notes={notes} />
      {obstacles.map((obstacle) => (
        <Text key={obstacle} size="sm" c="var(--mantine-color-error)">
          {obstacle}
        </Text>
      ))}
    </>
  );
}

const imagesText = (count: number): string => `${countText(count)} ${count === 1 ? 'image' : 'images'}`;

/** What is taken over from the archive, and what is drawn anew. */
function takenText(tasks: number, reused: number | null, isChange: boolean): string {
  if (reused === null) return isChange ? ' (too many for a count of those that the archive has already)' : '';
  if (reused === 0) return isChange ? ', all drawn anew' : '';
  if (reused === tasks) return ', taken over from the archive: nothing is drawn anew';
  return `: ${countText(reused)} taken over from the archive, ${countText(tasks - reused)} drawn anew`;
}

/** A few as they are; many, as imSim's headers bring them, folded: the bar must leave room for the screen. */
function Notes({ notes }: { readonly notes: readonly string[] }) {
  const lines = notes.map((note) => (
    <Text key={note} size="xs" c="dimmed">
      {note}
    </Text>
  ));
  if (notes.length <= MOST_NOTES) return lines;
  return (
    <details>
      <summary className={classes['notesSummary']}>{countText(notes.length)} notes</summary>
      <div className={classes['notes']} tabIndex={0} role="region" aria-label="Notes">
        {lines}
      </div>
    </details>
  );
}

function defaultName(document: Readonly<Record<string, unknown>>, visits: number): string {
  const { size } = chosenDetectors(document['detectors']);
  const detectors = `${size} detector${size === 1 ? '' : 's'}`;
  return visits === 1
    ? `${String(document['band'] ?? '')} band, ${detectors}`
    : `${visits} visits, ${detectors} each`;
}
