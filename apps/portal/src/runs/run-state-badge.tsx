/** The state of a run or a task as a word on a colour; the word alone says it. */
import { Badge } from '@mantine/core';
import classes from './run-state-badge.module.css';

const WORDS: Readonly<Record<string, string>> = {
  preparing: 'preparing',
  active: 'running',
  paused: 'paused',
  cancelling: 'being cancelled',
  cancelled: 'cancelled',
  succeeded: 'done',
  failed: 'failed',
  deleting: 'being deleted',
};

/** The word for the state of a run. */
export function runStateWord(state: string): string {
  return WORDS[state] ?? state;
}

/** The badge. */
export function RunStateBadge({ state }: { readonly state: string }) {
  return (
    <Badge className={classes['badge']} data-state={state} radius="sm">
      {runStateWord(state)}
    </Badge>
  );
}
