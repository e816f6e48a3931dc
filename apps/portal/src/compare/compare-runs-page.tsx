/** Two runs compared whole: what differs in their parameters and in their pixels, over the focal plane. */
import { Button, Group, Loader } from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Failure } from '../page-parts/failure.js';
import { Screen } from '../page-parts/screen.js';
import { useCall } from '../service/use-call.js';
import { ComparedRuns } from './compared-runs.js';
import { RunChooser } from './run-chooser.js';

const route = getRouteApi('/inside/runs/compare');

const HELP = (
  <>
    <p>
      Two runs side by side. Random numbers are keyed by source and pixel, so that runs which differ in one
      thing differ in the pixels that this thing touches, and in no others.
    </p>
    <ul>
      <li>
        The <strong>difference</strong> is the second run minus the first, detector by detector, on all pixels
        of the images: subtracted by the service, not estimated from pictures. Detectors with the same bytes
        are known to be equal at once. The middle of every raft comes first; “Stop” stops the rest, and “Go
        on” takes it up again.
      </li>
      <li>
        “Picture” shows means of 16 × 16 blocks of each detector; the other views one figure of each. Press a
        detector, or its name in the table, for its two images: blinked, subtracted, pixel by pixel.
      </li>
      <li>
        <strong>Parameters</strong> are those of the recipes, with every default filled in: what differs is
        marked; “All parameters” shows the rest.
      </li>
      <li>The address holds all of this: send it to somebody who may see both runs.</li>
    </ul>
  </>
);

/** The screen. */
export function CompareRunsPage() {
  const { a, b } = route.useSearch();
  const navigate = useNavigate({ from: '/runs/compare' });
  const first = useCall('readRun', { params: { id: a ?? '' } }, { enabled: a !== undefined });
  const second = useCall('readRun', { params: { id: b ?? '' } }, { enabled: b !== undefined });
  const error = (a === undefined ? null : first.error) ?? (b === undefined ? null : second.error);
  const isReading =
    error === null &&
    ((a !== undefined && first.data === undefined) || (b !== undefined && second.data === undefined));
  const title =
    first.data !== undefined && second.data !== undefined
      ? `${first.data.name} and ${second.data.name}`
      : first.data === undefined
        ? 'Compare runs'
        : `Compare ${first.data.name}`;
  return (
    <Screen
      title={title}
      help={HELP}
      actions={
        a !== undefined &&
        b !== undefined && (
          <>
            <Button
              variant="default"
              onClick={() =>
                void navigate({ search: (before) => ({ ...before, a: b, b: a }), replace: true })
              }
            >
              Swap
            </Button>
            <Button
              variant="default"
              renderRoot={(props) => <Link to="/runs/compare" search={{ a }} {...props} />}
            >
              Another second run
            </Button>
          </>
        )
      }
    >
      {error !== null && (
        <>
          <Failure
            error={error}
            onRetry={() => void Promise.all([a && first.refetch(), b && second.refetch()])}
          />
          <Group>
            <Link to="/runs/compare">Choose other runs</Link>
          </Group>
        </>
      )}
      {isReading && <Loader aria-label="The runs are being read" />}
      {a === undefined && <RunChooser first={null} />}
      {a !== undefined && b === undefined && first.data !== undefined && <RunChooser first={a} />}
      {error === null && first.data !== undefined && second.data !== undefined && (
        <ComparedRuns key={`${first.data.id} ${second.data.id}`} first={first.data} second={second.data} />
      )}
    </Screen>
  );
}
