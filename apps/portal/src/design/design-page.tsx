/** Design a visit: one request, made on one screen, with its picture and its price beside it. */
import { Code, SimpleGrid, Skeleton, Stack } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { Screen } from '../page-parts/screen.js';
import { usePreviewClient } from '../preview/use-preview.js';
import { DesignProvider, useDesigned, useNewDesign } from './design-state.js';
import { DetectorsPanel } from './detectors-panel.js';
import { LinkFault } from './link-fault.js';
import { PointingPanel } from './pointing-panel.js';
import { SubmitBar } from './submit-bar.js';
import { VisitsPanel } from './visits/visits-panel.js';

// What stands below the first look at the screen, or waits for its worker, comes after it.
const DocumentActions = lazy(async () => ({
  default: (await import('./document-actions.js')).DocumentActions,
}));
const PreviewPanel = lazy(async () => ({
  default: (await import('../preview/preview-panel.js')).PreviewPanel,
}));
const SkyPanel = lazy(async () => ({ default: (await import('./sky-panel.js')).SkyPanel }));
const VisitPanel = lazy(async () => ({ default: (await import('./visit-panel.js')).VisitPanel }));
const EffectsPanel = lazy(async () => ({ default: (await import('./effects-panel.js')).EffectsPanel }));

const RunChangeNotice = lazy(() => import('./changed-run/run-change-notice.js'));
const OpenRun = lazy(() => import('./changed-run/open-run.js'));

const route = getRouteApi('/inside/design');

const HELP = (
  <>
    <p>Say what to observe; the preview shows a piece of it, and the bar at the bottom what it costs.</p>
    <ul>
      <li>
        <strong>Visits</strong>: one, as said here; or one, or hundreds, of a scheduler’s database (OpSim,
        rubin_scheduler), narrowed by band, airmass, night, moon and place.
      </li>
      <li>
        <strong>Pointing</strong>: press the map, choose a deep field, or type coordinates in degrees or in
        sixties. The Sun and the Moon are those of the visit’s time, which is a dark transit of the field
        unless you say another.
      </li>
      <li>
        <strong>Detectors</strong>: press one, or with Shift its whole raft; drag a box. With the keyboard:
        Tab to the drawing, arrow keys, Space.
      </li>
      <li>
        <strong>Sky</strong>: entries add up. A synthetic sky is the same at every epoch and in every band;
        catalogs are uploaded and checked by the service. An entry that is switched off keeps its place, and
        is no part of the request.
      </li>
      <li>
        <strong>Live preview</strong>: pixels equal to those of the run’s electron image. Compare with an
        effect switched off, and move the border between the two.
      </li>
      <li>
        <strong>Submit</strong> starts the run and leads to its page.
      </li>
      <li>
        <strong>Change and run again</strong>, on the page of a run or in the list, opens its request here.
        What differs is listed at the top; detectors whose recipe stays the same are taken over from the
        archive.
      </li>
    </ul>
    <p>
      The same request works on the command line: <Code>Export YAML</Code>, then{' '}
      <Code>imsim-od simulate request.yaml</Code>.
    </p>
  </>
);

/** The screen. */
export function DesignPage() {
  const design = useNewDesign();
  const { change } = route.useSearch();
  return (
    <DesignProvider value={design}>
      {change === undefined ? (
        <DesignScreen />
      ) : (
        // What is changed before the run is there would be lost with it.
        <Screen title="Design a visit" help={HELP}>
          <Suspense fallback={null}>
            <OpenRun key={change} runId={change} />
          </Suspense>
        </Screen>
      )}
    </DesignProvider>
  );
}

function DesignScreen() {
  const client = usePreviewClient();
  const isChange = useDesigned(({ changeOf }) => changeOf !== null);
  return (
    <Screen
      title="Design a visit"
      help={HELP}
      actions={
        <Suspense fallback={<Skeleton h={36} w={480} />}>
          <DocumentActions />
        </Suspense>
      }
    >
      <LinkFault />
      {isChange && (
        <Suspense fallback={<Skeleton h={110} />}>
          <RunChangeNotice />
        </Suspense>
      )}
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
        <Stack>
          <VisitsPanel />
          <PointingPanel />
          <DetectorsPanel client={client} />
          <Suspense fallback={<Skeleton h={160} />}>
            <SkyPanel />
          </Suspense>
        </Stack>
        <Stack>
          <Suspense fallback={<Skeleton h={720} />}>
            <PreviewPanel client={client} />
          </Suspense>
          <Suspense fallback={<Skeleton h={520} />}>
            <VisitPanel />
          </Suspense>
          <Suspense fallback={<Skeleton h={420} />}>
            <EffectsPanel />
          </Suspense>
        </Stack>
      </SimpleGrid>
      <SubmitBar />
    </Screen>
  );
}
