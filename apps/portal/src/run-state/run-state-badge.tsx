/** The state of a run as a word on a colour; the word alone says it. */
import { Badge } from '@mantine/core';
import { runStateWord } from './run-state.js';
import classes from './run-state-badge.module.css';

/** The badge. */
export function RunStateBadge({ state }: { readonly state: string }) {
  return (
    <Badge className={classes['badge']} data-state={state} radius="sm">
      {runStateWord(state)}
    </Badge>
  );
}
