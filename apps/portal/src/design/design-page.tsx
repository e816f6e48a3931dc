/** Design a visit: one request, made on one screen, with its picture and its price beside it. */
import { Code, SimpleGrid, Skeleton, Stack } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { Screen } from '../page-parts/screen.js';
import { usePreviewClient } from '../preview/use-preview.js';
import { DesignProvider, useNewDesign } from './design-state.js';
import { DetectorsPanel } from './detectors-panel.js';
import { DocumentActions } from './document-actions.js';
import { LinkFault } from './link-fault.js';
import { PointingPanel } from './pointing-panel.js';
import { SubmitBar } from './submit-bar.js';
import { VisitsPanel } from './visits/visits-panel.js';

// What stands below the first look at the screen, or waits for its worker, comes after it.
const PreviewPanel = lazy(async () => ({
  default: (await import('../preview/preview-panel.js')).PreviewPanel,
}));
const SkyPanel = lazy(async () => ({ default: (await import('./sky-panel.js')).SkyPanel }));
const VisitPanel = lazy(async () => ({ default: (await import('./visit-panel.js')).VisitPanel }));
const EffectsPanel = lazy(async () => ({ default: (await import('./effects-panel.js')).EffectsPanel }));

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
        catalogs are uploaded and checked by the service.
      </li>
      <li>
        <strong>Live preview</strong>: pixels equal to those of the run’s electron image. Compare with an
        effect switched off, and move the border between the two.
      </li>
      <li>
        <strong>Submit</strong> starts the run and leads to its page.
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
  const client = usePreviewClient();
  return (
    <DesignProvider value={design}>
      <Screen title="Design a visit" help={HELP} actions={<DocumentActions />}>
        <LinkFault />
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
    </DesignProvider>
  );
}
