/** The whole focal plane of one exposure of a run as one picture, from the previews of its detectors, as they are finished. */
import { DETECTORS } from '@imsim-od/camera';
import { Button, Group, Loader, Select, Stack, Text } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { EmptyState } from '../page-parts/empty-state.js';
import { Failure } from '../page-parts/failure.js';
import { Screen } from '../page-parts/screen.js';
import { liveRuns } from '../service/live-runs.js';
import { useCall } from '../service/use-call.js';
import { allPictures, exposuresOf, imagesOf } from './plane-pictures.js';
import { type PlaneViewer, planeViewer } from './plane-viewer.js';
import classes from './plane-viewer.module.css';

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

/** Between an event and reading what is new. */
const READ_SOON_MS = 150;

/** The screen. */
export function PlaneImagePage() {
  const { runId } = route.useParams();
  const search = route.useSearch();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const run = useCall('readRun', { params: { id: runId } });
  const key = useMemo(() => ['plane pictures', runId] as const, [runId]);
  const { data, error, refetch } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => allPictures(runId, signal),
  });
  useEffect(() => {
    let due: ReturnType<typeof setTimeout> | undefined;
    const leave = liveRuns.watch(runId, () => {
      due ??= setTimeout(() => {
        due = undefined;
        void queries.invalidateQueries({ queryKey: key });
      }, READ_SOON_MS);
    });
    return () => {
      clearTimeout(due);
      leave();
    };
  }, [runId, key, queries]);

  const exposures = useMemo(() => exposuresOf(data ?? []), [data]);
  const exposure = exposures.find(({ key: name }) => name === search.exposure) ?? exposures[0];
  const images = useMemo(() => imagesOf(data ?? [], exposure), [data, exposure]);
  const title = run.data === undefined ? 'Focal plane' : `Focal plane of ${run.data.name}`;
  const open = (detectorId: number): void => {
    const image = images.find((candidate) => candidate.detectorId === detectorId);
    if (image?.lookId != null) void navigate({ to: '/look', search: { dataset: image.lookId } });
  };
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
      {data === undefined && error === null && <Loader aria-label="Pictures are being looked for" />}
      {data !== undefined && exposure === undefined && (
        <EmptyState title="No pictures yet">
          A detector’s picture comes as soon as it is drawn, where the run was asked for the product
          “preview”.
        </EmptyState>
      )}
      {exposure !== undefined && <Plane key={exposure.key} images={images} onOpen={open} />}
    </Screen>
  );
}

function Plane({
  images,
  onOpen,
}: {
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
  useEffect(() => viewer.current?.show(images), [images]);
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
          What is there
        </Button>
        <Text size="sm" aria-live="off">
          {images.length} of {DETECTORS.length} detectors{pointed === null ? '' : ` · ${pointed}`}
        </Text>
      </Group>
      <div ref={holder} className={classes['plane']} />
    </Stack>
  );
}
