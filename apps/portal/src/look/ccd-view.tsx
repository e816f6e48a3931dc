/** One image with everything around it. */
import type { Dataset } from '@imsim-od/api';
import { amplifiersOf, DETECTORS, pixel0ToRaw, rawToPixel0, segmentLayout } from '@imsim-od/camera';
import { Alert, Button, Code, Grid, Group, Select, Stack, Tabs } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useCallback, useMemo, useRef, useState } from 'react';
import { bytesText } from '../page-parts/quantity.js';
import {
  CcdFrame,
  type PictureControls,
  type PictureLook,
  SHOWN_RANGES,
  type ShownRange,
} from './ccd-frame.js';
import type { OverlayScene } from './overlay.js';
import { CutsPanel, HistogramPanel, ProfilePanel, RegionPanel } from './parts/measure-panels.js';
import { ExplainPanel } from './parts/explain-panel.js';
import { ReadOut } from './parts/read-out.js';
import { SourcePanel } from './parts/source-panel.js';
import type { FetchProgress } from '../image-pixels/fetch-file.js';
import { regionPosition } from '../image-pixels/circle-region.js';
import type { OpenedImage } from '../image-pixels/opened-image.js';
import type { WantedImage } from '../image-pixels/pixel-tasks.js';
import { type PixelPosition, pointerStore } from '../image-pixels/pointer-store.js';
import type { TruthRow } from '../image-pixels/truth-rows.js';
import { useImage, useTruth } from '../image-pixels/use-image.js';
import { COLOUR_MAPS, type ColourMap, type Stretch, STRETCHES } from './viewer/protocol.js';

/** Marks drawn at once, the brightest. */
const MOST_MARKS = 5000;
/** Of the sources so many, the brightest, are marked at first: marks of all would hide a deep image. */
const FIRST_MARKS = 150;
/** Sources in the list, the brightest. */
const MOST_LISTED = 25;
/** What the field for the faintest magnitude says without sources. */
const NO_TRUTH = 24;
const SOURCE_ZOOM = 2;

const RANGE_WORDS: Readonly<Record<ShownRange, string>> = {
  sky: 'sky to sources',
  zscale: 'faint structure',
  dataminmax: 'all values',
};

/** The view. */
export function CcdView({ dataset, wish }: { readonly dataset: Dataset; readonly wish: WantedImage }) {
  const state = useImage(dataset, wish);
  const truth = useTruth(dataset);
  const navigate = useNavigate();
  const [look, setLook] = useState<PictureLook>({ stretch: 'asinh', range: 'sky', colourMap: 'grey' });
  const [tab, setTab] = useState<string | null>('sources');
  const [at, setAt] = useState<PixelPosition | null>(null);
  const [chosen, setChosen] = useState<TruthRow | null>(null);
  const [radius, setRadius] = useState(20);
  const [wantedFaintest, setFaintest] = useState<number | null>(null);
  const [hasMarks, setHasMarks] = useState(true);
  const [pointer] = useState(pointerStore);
  const controls = useRef<PictureControls | null>(null);
  const image = state.state === 'open' ? state.image : undefined;
  const place = useMemo(() => placing(dataset, image), [dataset, image]);
  // The truth has sources, too, whose light reaches the detector from beside it.
  const onImage = useMemo(() => {
    if (place === undefined || !truth.rows) return [];
    return truth.rows
      .map((row) => ({ row, position: place.at(row) }))
      .filter(({ position }) => place.has(position));
  }, [truth.rows, place]);
  const faintest = useMemo(() => wantedFaintest ?? faintestAtFirst(onImage), [wantedFaintest, onImage]);
  const marked = useMemo(
    () => (hasMarks ? onImage.filter(({ row }) => row.magnitude <= faintest).slice(0, MOST_MARKS) : []),
    [onImage, faintest, hasMarks],
  );
  const scene = useMemo<OverlayScene>(
    () => ({
      marks: marked.map(({ row, position }) => ({
        ...position,
        radius: Math.min(14, Math.max(4, 4 + (24 - row.magnitude))),
      })),
      chosen: chosen === null || place === undefined ? null : place.at(chosen),
      region: at !== null && (tab === 'region' || tab === 'profile') ? { ...at, radius } : null,
      cut: tab === 'cuts' || tab === 'explain' ? at : null,
    }),
    [marked, chosen, place, at, tab, radius],
  );
  const onPress = useCallback(
    (position: PixelPosition, mark: number) => {
      setAt(regionPosition(position));
      const hit = marked[mark];
      if (hit !== undefined) setChosen(hit.row);
    },
    [marked],
  );
  const onControls = useCallback((given: PictureControls) => {
    controls.current = given;
  }, []);
  const go = (row: TruthRow): void => {
    setChosen(row);
    if (place === undefined) return;
    setAt(regionPosition(place.at(row)));
    controls.current?.centre(place.at(row), SOURCE_ZOOM);
  };
  return (
    <Grid>
      <Grid.Col span={{ base: 12, lg: 8 }}>
        <Stack gap="xs">
          <Group gap="xs" align="end">
            {image !== undefined && image.images.length > 1 && (
              <Select
                label="Amplifier"
                w={185}
                data={[
                  { value: 'unbiased', label: 'CCD without bias' },
                  { value: 'assembled', label: 'CCD as it was read' },
                  ...image.images.map((entry) => ({ value: String(entry.hdu), label: entry.label })),
                ]}
                value={image.amplifiers.length > 0 ? String(wish) : String(image.hdu)}
                allowDeselect={false}
                onChange={(value) => {
                  setAt(null);
                  void navigate({
                    to: '/look',
                    search: {
                      dataset: dataset.id,
                      ...(value === 'assembled' ? { bias: 'kept' as const } : {}),
                      ...(/^[0-9]+$/.test(value ?? '') ? { hdu: Number(value) } : {}),
                    },
                    replace: true,
                  });
                }}
              />
            )}
            <Select
              label="Stretch"
              w={110}
              data={[...STRETCHES]}
              value={look.stretch}
              allowDeselect={false}
              onChange={(value) => setLook({ ...look, stretch: value as Stretch })}
            />
            <Select
              label="Range"
              w={150}
              data={SHOWN_RANGES.map((value) => ({ value, label: RANGE_WORDS[value] }))}
              value={look.range}
              allowDeselect={false}
              onChange={(value) => setLook({ ...look, range: value as ShownRange })}
            />
            <Select
              label="Colours"
              w={110}
              data={[...COLOUR_MAPS]}
              value={look.colourMap}
              allowDeselect={false}
              onChange={(value) => setLook({ ...look, colourMap: value as ColourMap })}
            />
            <Button variant="default" aria-label="Zoom in" onClick={() => controls.current?.zoomBy(2)}>
              +
            </Button>
            <Button variant="default" aria-label="Zoom out" onClick={() => controls.current?.zoomBy(0.5)}>
              −
            </Button>
            <Button variant="default" onClick={() => controls.current?.fit()}>
              Whole image
            </Button>
          </Group>
          <CcdFrame
            image={image}
            look={look}
            scene={scene}
            onPointer={pointer.set}
            onPress={onPress}
            onControls={onControls}
          >
            {state.state === 'coming' ? progressText(state.progress) : undefined}
          </CcdFrame>
          {state.state === 'failed' && (
            <Alert color="red" title="This image cannot be shown" role="alert">
              {state.problem}
            </Alert>
          )}
          {image !== undefined && <ReadOut image={image} pointer={pointer} />}
          <Group gap="md">
            {dataset.runId !== null && (
              <>
                <Link to="/runs/$runId" params={{ runId: dataset.runId }}>
                  Its run
                </Link>
                <Link to="/runs/$runId/image" params={{ runId: dataset.runId }}>
                  Its focal plane
                </Link>
                <Link to="/compare" search={{ a: dataset.id }}>
                  Compare
                </Link>
              </>
            )}
          </Group>
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 4 }}>
        <Tabs value={tab} onChange={setTab} keepMounted={false}>
          <Tabs.List>
            <Tabs.Tab value="sources">Sources</Tabs.Tab>
            <Tabs.Tab value="explain">Explain</Tabs.Tab>
            <Tabs.Tab value="region">Region</Tabs.Tab>
            <Tabs.Tab value="cuts">Cuts</Tabs.Tab>
            <Tabs.Tab value="profile">Profile</Tabs.Tab>
            <Tabs.Tab value="histogram">Histogram</Tabs.Tab>
            <Tabs.Tab value="header">Header</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="sources" pt="sm">
            {truth.error !== null && (
              <Alert color="red" title="The truth cannot be read" role="alert">
                {truth.error.message}
              </Alert>
            )}
            <SourcePanel
              rows={truth.rows}
              brightest={onImage.slice(0, MOST_LISTED).map(({ row }) => row)}
              shownCount={marked.length}
              chosen={chosen}
              faintest={faintest}
              isShown={hasMarks}
              onFaintest={setFaintest}
              onShown={setHasMarks}
              onGo={go}
            />
          </Tabs.Panel>
          {image !== undefined && (
            <>
              <Tabs.Panel value="explain" pt="sm">
                <ExplainPanel
                  dataset={dataset}
                  image={image}
                  at={at}
                  toCcd={place?.toCcd}
                  truth={truth.rows ?? null}
                  onAt={(position) => {
                    setAt(position);
                    controls.current?.centre(position);
                  }}
                  onGo={go}
                />
              </Tabs.Panel>
              <Tabs.Panel value="region" pt="sm">
                <RegionPanel image={image} at={at} radius={radius} onRadius={setRadius} />
              </Tabs.Panel>
              <Tabs.Panel value="cuts" pt="sm">
                <CutsPanel image={image} at={at} />
              </Tabs.Panel>
              <Tabs.Panel value="profile" pt="sm">
                <ProfilePanel image={image} at={at} radius={radius} onRadius={setRadius} />
              </Tabs.Panel>
              <Tabs.Panel value="histogram" pt="sm">
                <HistogramPanel image={image} />
              </Tabs.Panel>
              <Tabs.Panel value="header" pt="sm">
                <Code
                  block
                  mah={560}
                  tabIndex={0}
                  aria-label="Header"
                  role="region"
                  style={{ overflow: 'auto' }}
                >
                  {image.cards.join('\n')}
                </Code>
              </Tabs.Panel>
            </>
          )}
        </Tabs>
      </Grid.Col>
    </Grid>
  );
}

/** The magnitude down to which sources are marked before one says otherwise, in halves. @param sources brightest first */
function faintestAtFirst(sources: readonly { readonly row: TruthRow }[]): number {
  const last = sources[Math.min(FIRST_MARKS, sources.length) - 1];
  return last === undefined ? NO_TRUTH : Math.ceil(2 * last.row.magnitude) / 2;
}

/** Where sources of the truth lie in the pixels of an image. */
interface Placing {
  at(row: PixelPosition): PixelPosition;
  /** The pixel of the CCD, pixel0, under one of the image; undefined where the image has no light there. */
  toCcd(position: PixelPosition): PixelPosition | undefined;
  /** Whether a position is on pixels that see the sky. */
  has(position: PixelPosition): boolean;
}

/** In the pixels of the CCD, or in those of an amplifier's segment. */
function placing({ detector: name }: Dataset, image: OpenedImage | undefined): Placing | undefined {
  if (image === undefined) return undefined;
  const within =
    (x0: number, y0: number, nx: number, ny: number) =>
    ({ x, y }: PixelPosition): boolean =>
      x >= x0 - 0.5 && y >= y0 - 0.5 && x < x0 + nx - 0.5 && y < y0 + ny - 0.5;
  if (image.images.length === 1 || image.amplifiers.length > 0) {
    const has = within(0, 0, image.nx, image.ny);
    return { at: ({ x, y }) => ({ x, y }), has, toCcd: (position) => (has(position) ? position : undefined) };
  }
  const detector = DETECTORS.find((candidate) => candidate.name === name);
  const label = image.images.find(({ hdu }) => hdu === image.hdu)?.label;
  if (detector === undefined || detector.kind === 'wavefront') return undefined;
  const amplifier = amplifiersOf(detector).find((candidate) => candidate.name === label);
  if (amplifier === undefined) return undefined;
  const { prescanNx, dataNx, dataNy } = segmentLayout(detector);
  const has = within(prescanNx, 0, dataNx, dataNy);
  return {
    at: ({ x, y }) => {
      const { rawX, rawY } = pixel0ToRaw(detector, amplifier, x, y);
      return { x: rawX, y: rawY };
    },
    has,
    toCcd: (position) =>
      has(position) ? rawToPixel0(detector, amplifier, position.x, position.y) : undefined,
  };
}

function progressText(progress: FetchProgress | null): string {
  if (progress === null) return 'The image is asked for …';
  if (progress.stage === 'making')
    return 'Its pixels were dropped to save room and are being made again, bit for bit; it is shown as soon as it is there …';
  const total = progress.total > 0 ? ` of ${bytesText(progress.total)}` : '';
  return `${bytesText(progress.bytes)}${total} …`;
}
