/** Tells in the page, whatever screen is shown, that a run of one's own has ended. */
import { notifications } from '@mantine/notifications';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { Anchor } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { hasEnded, runStateWord } from '../run-state/run-state.js';
import { callQuery } from '../service/use-call.js';
import { progressText } from './run-progress.js';

const AGAIN_MS = 5000;
const LOOKED_AT = 50;

/** Shows nothing by itself. */
export function RunEndNotices() {
  const navigate = useNavigate();
  const { data } = useQuery({
    ...callQuery('listRuns', { query: { limit: LOOKED_AT } }),
    refetchInterval: AGAIN_MS,
  });
  const open = useRef<Set<string> | null>(null);
  useEffect(() => {
    if (data === undefined) return;
    const before = open.current;
    open.current = new Set(data.items.filter(({ state }) => !hasEnded(state)).map(({ id }) => id));
    if (before === null) return;
    for (const run of data.items) {
      const isShown = window.location.pathname === `/runs/${run.id}`;
      if (!before.has(run.id) || !hasEnded(run.state) || isShown) continue;
      const id = `end ${run.id}`;
      notifications.show({
        id,
        color: run.state === 'succeeded' ? 'teal.9' : 'red.9',
        title: `${run.name}: ${runStateWord(run.state)}`,
        message: (
          <Anchor
            size="sm"
            href={`/runs/${run.id}`}
            onClick={(event) => {
              event.preventDefault();
              notifications.hide(id);
              void navigate({ to: '/runs/$runId', params: { runId: run.id } });
            }}
          >
            {progressText(run.counts)}
          </Anchor>
        ),
        autoClose: 15_000,
        closeButtonProps: { 'aria-label': 'Close' },
      });
    }
  }, [data, navigate]);
  return null;
}
