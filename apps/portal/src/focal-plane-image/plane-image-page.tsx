/** The whole focal plane of one exposure of a run as one picture, from the previews of its detectors, as they are finished. */
import { DETECTORS } from '@imsim-od/camera';
import { Button, Code, Group, Select, Stack, Text, Title } from '@mantine/core';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { EmptyState } from '../page-parts/empty-state.js';
import { Failure } from '../page-parts/failure.js';
import { Screen } from '../page-parts/screen.js';
import { hasEnded } from '../run-state/run-state.js';
import { useCall } from '../service/use-call.js';
import { exposuresOf, imagesOf } from './plane-pictures.js';
import { type PlaneViewer, planeViewer } from './plane-viewer.js';
import classes from './plane-viewer.module.css';
import { usePlanePictures } from './use-plane-pictures.js';

const route = getRouteApi('/inside/runs/$runId/image');

const HELP = (
  <>
    <p>The pictures of all detectors of an exposure in the places that the camera gives them.</p>
    <ul>
      <li>
        Drag moves, the wheel zooms; with the keyboard arrow keys, <kbd>+</kbd>, <kbd>-</kbd> and <kbd>0</kbd>
        .
      </li>
      <li>Press a detector to look at its pixels, or choose it by name.</li>
      <li>While the run goes on, detectors appear as they are finished.</li>
      <li>
        Each picture has its own stretch by its own sky, so that faint structure shows everywhere: compare
        brightness between detectors in the viewer, not here.
      </li>
    </ul>
  </>
);

/** The screen. */
export function PlaneImagePage() {
  const { runId } = route.useParams();
  return <PlaneOfRun key={runId} runId={runId} />;
}

function PlaneOfRun({ runId }: { readonly runId: string }) {
  const search = route.useSearch();
  const navigate = useNavigate();
  const run = useCall('readRun', { params: { id: runId } });
  const { data, error, refetch } = usePlanePictures(runId);
  const exposures = useMemo(() => exposuresOf(data ?? []), [data]);
  /** The exposure that came first: it stays in sight when earlier visits come. */
  const [seenFirst, setSeenFirst] = useState<string | null>(null);
  const exposure =
    exposures.find(({ key }) => key === search.exposure) ??
    exposures.find(({ key }) => key === seenFirst) ??
    exposures[0];
  useEffect(() => {
    if (exposure !== undefined) setSeenFirst((before) => before ?? exposure.key);
  }, [exposure]);
  const images = useMemo(() => imagesOf(data ?? [], exposure), [data, exposure]);
  const title = run.data === undefined ? 'Focal plane' : `Focal plane of ${run.data.name}`;
  const open = (detectorId: number): void => {
    const image = images.find((candidate) => candidate.detectorId === detectorId);
    if (image?.lookId != null) void navigate({ to: '/look', search: { dataset: image.lookId } });
  };
  const isOver = data !== undefined && run.data !== undefined && hasEnded(run.data.state);
  return (
    <Screen title={title} help={HELP}>
      <Group gap="md" align="end">
        <Link to="/runs/$runId" params={{ runId }}>
          The run
        </Link>
        {exposures.length > 1 && (
          <Select
            label="Exposure"
            data={exposures.map(({ key: value, label }) => ({ value, label }))}
            value={exposure?.key ?? null}
            allowDeselect={false}
            searchable
            onChange={(value) =>
              void navigate({
                to: '/runs/$runId/image',
                params: { runId },
                search: value === null ? {} : { exposure: value },
                replace: true,
              })
            }
          />
        )}
        <Select
          label="Look at a detector"
          placeholder="R22_S11"
          searchable
          value={null}
          data={images
            .filter(({ lookId }) => lookId !== null)
            .map(({ detectorId }) => ({
              value: String(detectorId),
              label: DETECTORS[detectorId]?.name ?? '',
            }))}
          onChange={(value) => {
            if (value !== null) open(Number(value));
          }}
        />
      </Group>
      {error !== null && <Failure error={error} onRetry={() => void refetch()} />}
      {isOver && exposure === undefined ? (
        <EmptyState title="No pictures">
          <Text>
            This run has ended without a picture of any detector. Pictures are the product “preview”: they are
            made where a run is asked for it.
          </Text>
          <Text>
            On{' '}
            <Link to="/runs/$runId" params={{ runId }}>
              the run’s page
            </Link>
            , “Change and run again” with <Code>products: [eimage, preview]</Code> makes them.
          </Text>
        </EmptyState>
      ) : (
        (data !== undefined || error === null) && (
          <Plane exposure={exposure?.key ?? null} images={images} onOpen={open} />
        )
      )}
    </Screen>
  );
}

function Plane({
  exposure,
  images,
  onOpen,
}: {
  /** Null before there is one: the viewer is there, and waits. */
  readonly exposure: string | null;
  readonly images: ReturnType<typeof imagesOf>;
  readonly onOpen: (detectorId: number) => void;
}) {
  const holder = useRef<HTMLDivElement>(null);
  const viewer = useRef<PlaneViewer | null>(null);
  const opening = useRef(onOpen);
  const [pointed, setPointed] = useState<string | null>(null);
  useEffect(() => {
    opening.current = onOpen;
  }, [onOpen]);
  useEffect(() => {
    if (holder.current === null) return;
    const made = planeViewer(holder.current, (id) => opening.current(id), setPointed);
    viewer.current = made;
    return () => {
      made.close();
      viewer.current = null;
    };
  }, []);
  useEffect(() => {
    if (exposure !== null) viewer.current?.show(exposure, images);
  }, [exposure, images]);
  return (
    <Stack gap="xs">
      <Group gap="xs">
        <Button variant="default" aria-label="Zoom in" onClick={() => viewer.current?.zoomBy(2)}>
          +
        </Button>
        <Button variant="default" aria-label="Zoom out" onClick={() => viewer.current?.zoomBy(0.5)}>
          −
        </Button>
        <Button variant="default" onClick={() => viewer.current?.showPlane()}>
          Whole plane
        </Button>
        <Button variant="default" onClick={() => viewer.current?.showPictures()}>
          Fit to pictures
        </Button>
        <Text size="sm" aria-live="off">
          {images.length} of {DETECTORS.length} detectors{pointed === null ? '' : ` · ${pointed}`}
        </Text>
      </Group>
      <div className={classes['holder']}>
        <div ref={holder} className={classes['plane']} />
        {exposure === null && (
          <div className={classes['notice']}>
            <div className={classes['words']}>
              <Title order={2} size="h4">
                No pictures yet
              </Title>
              <Text size="sm">
                A detector’s picture comes here as soon as it is drawn, where the run was asked for the
                product “preview”.
              </Text>
            </div>
          </div>
        )}
      </div>
    </Stack>
  );
}
