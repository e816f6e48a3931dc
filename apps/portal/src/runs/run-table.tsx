/** Runs as a table of which only the rows in sight are in the page. */
import type { RunLine } from '@imsim-od/api';
import { Anchor, Checkbox, Loader, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useWindowVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef, useState } from 'react';
import { timeText } from '../page-parts/quantity.js';
import { hasEnded } from '../run-state/run-state.js';
import { RunStateBadge } from '../run-state/run-state-badge.js';
import { ChangeRunIcon } from './change-run.js';
import { RunProgress } from './run-progress.js';
import classes from './run-table.module.css';
import { useRunEvents, withEvent } from './use-live-runs.js';

/** Height of most rows; those of long names are higher, and measured. */
const ROW_PX = 56;
const OVERSCAN = 8;
/** Rows before the end at which more are asked for. */
const NEAR_END = 30;
/** Runs followed live at a time: one stream names fifty. */
const MAX_FOLLOWED = 40;

/** The table. */
export function RunTable({
  runs,
  isLoading,
  isLoadingMore,
  chosen,
  onChoose,
  onEndInSight,
}: {
  readonly runs: readonly RunLine[];
  readonly isLoading: boolean;
  readonly isLoadingMore: boolean;
  /** Runs that are ticked, to be compared. */
  readonly chosen: readonly string[];
  readonly onChoose: (runId: string, isChosen: boolean) => void;
  readonly onEndInSight: () => void;
}) {
  const body = useRef<HTMLTableSectionElement>(null);
  const [top, setTop] = useState(0);
  useEffect(() => setTop(body.current === null ? 0 : documentTop(body.current)), [runs.length]);
  const virtualizer = useWindowVirtualizer({
    count: runs.length,
    estimateSize: () => ROW_PX,
    overscan: OVERSCAN,
    // A run's height goes with it when others come before it.
    getItemKey: (index) => runs[index]?.id ?? index,
    scrollMargin: top,
  });
  const rows = virtualizer.getVirtualItems();
  const first = rows[0];
  const last = rows.at(-1);
  const isNearEnd = last !== undefined && last.index >= runs.length - NEAR_END;
  useEffect(() => {
    if (isNearEnd) onEndInSight();
  }, [isNearEnd, onEndInSight, runs.length]);
  const shown = rows.flatMap(({ index }) => runs[index] ?? []);
  const events = useRunEvents(
    shown
      .filter(({ state }) => !hasEnded(state))
      .slice(0, MAX_FOLLOWED)
      .map(({ id }) => id),
  );
  return (
    <>
      <table className={classes['table']} aria-rowcount={runs.length + 1} aria-busy={isLoading}>
        <caption className="visually-hidden">Runs, newest first</caption>
        <thead>
          <tr aria-rowindex={1}>
            <th scope="col" className={classes['tick']}>
              <span className="visually-hidden">To compare</span>
            </th>
            <th scope="col">Name</th>
            <th scope="col" className={classes['state']}>
              State
            </th>
            <th scope="col" className={classes['progress']}>
              Progress
            </th>
            <th scope="col" className={classes['site']}>
              Site
            </th>
            <th scope="col" className={classes['time']}>
              Submitted (UTC)
            </th>
            <th scope="col" className={classes['change']}>
              <span className="visually-hidden">Change and run again</span>
            </th>
          </tr>
        </thead>
        <tbody ref={body}>
          {first !== undefined && first.start > top && <Spacer height={first.start - top} />}
          {rows.map(({ index }) => {
            const run = runs[index];
            return run === undefined ? null : (
              <Row
                key={run.id}
                run={withEvent(run, events.get(run.id))}
                index={index}
                measure={virtualizer.measureElement}
                isChosen={chosen.includes(run.id)}
                onChoose={onChoose}
              />
            );
          })}
          {last !== undefined && <Spacer height={virtualizer.getTotalSize() + top - last.end} />}
        </tbody>
      </table>
      {(isLoading || isLoadingMore) && <Loader size="sm" aria-label="Runs are being read" />}
    </>
  );
}

function Row({
  run,
  index,
  measure,
  isChosen,
  onChoose,
}: {
  readonly run: RunLine;
  readonly index: number;
  readonly measure: (row: HTMLTableRowElement | null) => void;
  readonly isChosen: boolean;
  readonly onChoose: (runId: string, isChosen: boolean) => void;
}) {
  return (
    <tr ref={measure} data-index={index} aria-rowindex={index + 2} className={classes['row']}>
      <td className={classes['tick']}>
        <Checkbox
          aria-label={`Compare ${run.name}`}
          checked={isChosen}
          onChange={(event) => onChoose(run.id, event.currentTarget.checked)}
        />
      </td>
      <td className={classes['name']}>
        <Anchor
          renderRoot={(props) => <Link to="/runs/$runId" params={{ runId: run.id }} {...props} />}
          fw={600}
        >
          {run.name}
        </Anchor>
        {run.kind === 'restoration' && (
          <Text size="xs" c="dimmed">
            dropped pixels made again
          </Text>
        )}
      </td>
      <td>
        <RunStateBadge state={run.state} />
      </td>
      <td className={classes['progress']}>
        <RunProgress counts={run.counts} />
      </td>
      <td className={classes['site']}>{run.site}</td>
      <td className={classes['time']}>{timeText(run.createdAtUtc)}</td>
      <td className={classes['change']}>
        <ChangeRunIcon run={run} />
      </td>
    </tr>
  );
}

function Spacer({ height }: { readonly height: number }) {
  return height <= 0 ? null : (
    <tr aria-hidden="true">
      <td colSpan={7} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}

function documentTop(element: HTMLElement): number {
  return element.getBoundingClientRect().top + window.scrollY;
}
