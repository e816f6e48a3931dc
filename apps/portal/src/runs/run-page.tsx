/** One run: the focal plane as it fills, how it goes, what failed, tasks, files, and what it was asked. */
import { Button, Code, Grid, Loader, Stack, Tabs, Text } from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { actOf } from '../copyable-act/act.js';
import { CopyableAct, CopyableActButton } from '../copyable-act/copyable-act.js';
import { YamlText } from '../copyable-act/yaml-text.js';
import { Failure } from '../page-parts/failure.js';
import { Screen } from '../page-parts/screen.js';
import { hasEnded } from '../run-state/run-state.js';
import { RunStateBadge } from '../run-state/run-state-badge.js';
import { useCall } from '../service/use-call.js';
import { FileTable } from '../files/file-table.js';
import { RunActions } from './run-actions.js';
import { RunFailures } from './run-failures.js';
import { EstimateAgainstActual, RunFigures } from './run-figures.js';
import { RunFocalPlane } from './run-focal-plane.js';
import { RunMethods } from '../methods/run-methods.js';
import { TaskPanel } from './task-panel.js';
import { TaskTable } from './task-table.js';
import { useLiveRun, withEvent } from './use-live-runs.js';
import { useTasks } from './use-tasks.js';

const route = getRouteApi('/inside/runs/$runId');

/** Requests shown as YAML; the rest is in the file. */
const REQUESTS_SHOWN = 20;

const HELP = (
  <>
    <p>The page follows the run by itself; it need not be loaded again.</p>
    <ul>
      <li>
        The <strong>focal plane</strong> shows each detector in the colour of its task: grey waits, blue is
        being drawn, green is done, red has failed. Press one for its log and files. With the keyboard: Tab to
        it, arrow keys to its neighbours, Enter to open.
      </li>
      <li>
        <strong>Pause</strong> starts nothing more; what is being drawn is finished. <strong>Cancel</strong>{' '}
        stops it. What is finished stays either way.
      </li>
      <li>
        <strong>Retry</strong> tries failed and cancelled tasks again and leaves the others as they are.
      </li>
      <li>
        <strong>Change and run again</strong> opens the run’s request on the design screen. Detectors whose
        recipe stays the same are taken from the archive.
      </li>
      <li>
        <strong>Estimate and cost</strong>: what the run was thought to cost before it began, with the range
        that holds the true value nine times in ten.
      </li>
    </ul>
    <p>
      On the command line: <Code>imsim-od watch</Code>, <Code>imsim-od log</Code>,{' '}
      <Code>imsim-od get --run</Code>.
    </p>
  </>
);

/** The screen. */
export function RunPage() {
  const { runId } = route.useParams();
  return <RunOfId key={runId} runId={runId} />;
}

function RunOfId({ runId }: { readonly runId: string }) {
  const { task: shownTask = null } = route.useSearch();
  const navigate = useNavigate({ from: '/runs/$runId' });
  const showTask = (task: number | null): void =>
    void navigate({ search: task === null ? {} : { task }, replace: true, resetScroll: false });
  const query = useCall('readRun', { params: { id: runId } });
  const live = useLiveRun(runId);
  const run = query.data === undefined ? undefined : withEvent(query.data, live.event);
  const { tasks, hasMore, readMore, error } = useTasks(runId, run?.state ?? 'preparing', live);
  if (query.error !== null && run === undefined)
    return (
      <Screen title="Run" help={HELP}>
        <Failure error={query.error} onRetry={() => void query.refetch()} />
      </Screen>
    );
  if (run === undefined)
    return (
      <Screen title="Run" help={HELP}>
        <Loader aria-label="The run is being read" />
      </Screen>
    );
  return (
    <Screen
      title={run.name}
      help={HELP}
      actions={
        <>
          <Button
            renderRoot={(props) => (
              <Link to="/runs/$runId/image" params={{ runId }} preload="viewport" {...props} />
            )}
            variant="default"
          >
            See the focal plane
          </Button>
          <Button
            renderRoot={(props) => <Link to="/runs/compare" search={{ a: runId }} {...props} />}
            variant="default"
          >
            Compare
          </Button>
          <RunActions run={run} />
          <CopyableActButton title="This run as code">
            <CopyableAct act={actOf(window.location.origin, 'readRun', { params: { id: run.id } })} />
          </CopyableActButton>
        </>
      }
    >
      <Text component="div" size="sm">
        <RunStateBadge state={run.state} />{' '}
        <Text span c="dimmed" size="sm">
          run {run.id}
        </Text>
      </Text>
      <Grid>
        <Grid.Col span={{ base: 12, md: 7 }}>
          <RunFocalPlane tasks={tasks} shownTask={shownTask} onShowTask={showTask} />
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 5 }}>
          <Stack>
            <RunFigures run={run} />
            <RunFailures failures={run.failures} onShowTask={showTask} />
            <EstimateAgainstActual run={run} />
          </Stack>
        </Grid.Col>
      </Grid>
      <Tabs defaultValue="files" keepMounted={false}>
        <Tabs.List>
          <Tabs.Tab value="files">Files</Tabs.Tab>
          <Tabs.Tab value="tasks">Tasks</Tabs.Tab>
          <Tabs.Tab value="request">Request</Tabs.Tab>
          <Tabs.Tab value="methods">Methods</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="files" pt="sm">
          <Button
            renderRoot={(props) => <Link to="/data" search={{ runId: run.id }} {...props} />}
            variant="default"
            size="compact-sm"
            mb="xs"
          >
            Search them, or take all home at once
          </Button>
          <FileTable search={{ runId }} isMadeNow={!hasEnded(run.state)} />
        </Tabs.Panel>
        <Tabs.Panel value="tasks" pt="sm">
          {error !== null && <Failure error={error} />}
          <TaskTable tasks={tasks} hasMore={hasMore} onMore={readMore} onShowTask={showTask} />
        </Tabs.Panel>
        <Tabs.Panel value="request" pt="sm">
          <RunRequests runId={runId} />
        </Tabs.Panel>
        <Tabs.Panel value="methods" pt="sm">
          <RunMethods run={run} />
        </Tabs.Panel>
      </Tabs>
      <TaskPanel
        runId={runId}
        task={tasks.find(({ taskIndex }) => taskIndex === shownTask) ?? null}
        onClose={() => showTask(null)}
      />
    </Screen>
  );
}

function RunRequests({ runId }: { readonly runId: string }) {
  const { data, error, isLoading } = useCall('readRequests', { params: { id: runId } });
  const shown = useMemo(() => data?.requests.slice(0, REQUESTS_SHOWN) ?? [], [data]);
  if (error !== null) return <Failure error={error} />;
  if (isLoading || data === undefined) return <Loader size="sm" aria-label="The request is being read" />;
  const { requests } = data;
  return (
    <Stack gap="xs">
      {requests.length > REQUESTS_SHOWN && (
        <Text size="sm">
          The first {REQUESTS_SHOWN} of {requests.length} requests.
        </Text>
      )}
      <YamlText documents={shown} label="Request as YAML" />
    </Stack>
  );
}
