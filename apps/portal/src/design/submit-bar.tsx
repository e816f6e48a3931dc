/** What the run will cost, always in sight, and the button that starts it. */
import { Button, Card, Group, Text, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { Failure } from '../page-parts/failure.js';
import { bytesText, countText, durationText } from '../page-parts/quantity.js';
import { failureText, useAct } from '../service/use-call.js';
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
  const submit = useAct('submitRun', {
    changes: ['listRuns'],
    showsFailure: true,
    onDone: ({ id }) => void navigate({ to: '/runs/$runId', params: { runId: id } }),
  });
  const title = name.trim() || usualName;
  const canSubmit = isValid && (estimate.data?.obstacles.length ?? 0) === 0;
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
            <EstimateText estimate={estimate.data} />
          )}
        </div>
        <Group align="flex-end" gap="xs">
          <TextInput
            label="Name of the run"
            placeholder={usualName}
            value={name}
            maxLength={200}
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
          <Button
            loading={submit.isPending}
            disabled={!canSubmit}
            onClick={() => submit.mutate(submission(title, design.state))}
          >
            Submit
          </Button>
        </Group>
      </Group>
      {submit.error !== null && <Failure error={submit.error} />}
    </Card>
  );
}

/** An estimated value, and the range that holds the true one nine times in ten. */
interface Spread {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

function EstimateText({
  estimate: { tasks, visits, sites, obstacles, notes },
}: {
  readonly estimate: {
    readonly tasks: number;
    readonly visits: readonly { readonly sources: number; readonly cpuS: number; readonly bytes: number }[];
    readonly sites: readonly { readonly site: string; readonly wallS: Spread }[];
    readonly obstacles: readonly string[];
    readonly notes: readonly string[];
  };
}) {
  const sum = (key: 'sources' | 'cpuS' | 'bytes'): number =>
    visits.reduce((total, visit) => total + visit[key], 0);
  return (
    <>
      <Text size="sm" className="numeric">
        <strong>
          {countText(tasks)} {tasks === 1 ? 'image' : 'images'}
        </strong>
        , {countText(sum('sources'))} {sum('sources') === 1 ? 'source' : 'sources'},{' '}
        {durationText(sum('cpuS'))} of CPU, {bytesText(sum('bytes'))}
        {sites
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
