/** Change one thing and run again: the way to the design screen, with the request of a run. */
import { ActionIcon, Button } from '@mantine/core';
import type { RunLine } from '@imsim-od/api';
import { Link } from '@tanstack/react-router';
import { Icon } from '../icons/icon.js';

type Changed = Pick<RunLine, 'id' | 'name' | 'kind'>;

/** Pixels that are made again have no request of their own. */
const canBeChanged = ({ kind }: Changed): boolean => kind === 'simulation';

/** The button of a run's page. */
export function ChangeRunButton({ run }: { readonly run: Changed }) {
  if (!canBeChanged(run)) return null;
  return (
    <Button
      variant="default"
      renderRoot={(props) => <Link to="/design" search={{ change: run.id }} {...props} />}
    >
      Change and run again
    </Button>
  );
}

/** The button in a list of runs. */
export function ChangeRunIcon({ run }: { readonly run: Changed }) {
  if (!canBeChanged(run)) return null;
  const label = `Change and run again: ${run.name}`;
  return (
    <ActionIcon
      variant="default"
      aria-label={label}
      title="Change and run again"
      renderRoot={(props) => <Link to="/design" search={{ change: run.id }} {...props} />}
    >
      <Icon name="design" size={16} />
    </ActionIcon>
  );
}
