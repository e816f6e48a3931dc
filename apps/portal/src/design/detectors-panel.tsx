/** Which detectors to draw: press, drag a box, whole rafts, presets; the keyboard does the same. */
import { type Detector, DETECTORS, detectorById, SCIENCE_DETECTORS, SCIENCE_RAFTS } from '@imsim-od/camera';
import { Button, Card, Group, Select, Stack, Switch, Text, Title } from '@mantine/core';
import { type PointerEvent, useMemo, useRef, useState } from 'react';
import { HALF_SIDE_MM, SHAPES } from '../focal-plane/detector-shape.js';
import { FocalPlane } from '../focal-plane/focal-plane.js';
import { FocalPlaneLegend } from '../focal-plane/focal-plane-legend.js';
import { countText } from '../page-parts/quantity.js';
import { type PreviewClient, useCounts } from '../preview/use-preview.js';
import { useShownSky } from './design-estimate.js';
import { useDesign, useDesigned, useFaultAt, useSaid } from './design-state.js';
import classes from './design.module.css';
import { chosenDetectors, detectorWords, type Json } from './request-document.js';

interface Box {
  readonly x0: number;
  readonly y0: number;
  readonly x1: number;
  readonly y1: number;
}

/** A drag shorter than this, in millimetres, is a press. */
const LEAST_DRAG_MM = 8;

function isDrag({ x0, y0 }: Box, x1: number, y1: number): boolean {
  return Math.hypot(x1 - x0, y1 - y0) >= LEAST_DRAG_MM;
}

const PRESETS: readonly (readonly [string, readonly Detector[]])[] = [
  ['Centre CCD', DETECTORS.filter(({ name }) => name === 'R22_S11')],
  ['Centre raft', SCIENCE_DETECTORS.filter(({ raft }) => raft === 'R22')],
  ['All science', SCIENCE_DETECTORS],
];

/** The panel. @param client counts objects of the synthetic sky; those of files are counted by the service on what is chosen */
export function DetectorsPanel({ client }: { readonly client: PreviewClient | null }) {
  const { set } = useDesign();
  const said = useSaid('detectors');
  const fault = useFaultAt('detectors');
  const counted = useDesigned(({ document, isValid }) =>
    isValid ? JSON.stringify(withoutConditions(document)) : null,
  );
  const modelled = useCounts(client, counted);
  const sky = useShownSky();
  const counts = useMemo(
    () =>
      new Map([
        ...modelled,
        ...(sky?.detectors ?? []).map(({ detectorId, objects }) => [detectorId, objects] as const),
      ]),
    [modelled, sky],
  );
  const chosen = useMemo(() => chosenDetectors(said), [said]);
  const [box, setBox] = useState<Box | null>(null);
  const [showsCounts, setShowsCounts] = useState(false);
  const wasDragged = useRef(false);
  const choose = (ids: Iterable<number>): void => set('detectors', [...detectorWords(new Set(ids))]);
  const toggle = (ids: readonly number[]): void => {
    const next = new Set(chosen);
    const areAllIn = ids.every((id) => next.has(id));
    for (const id of ids)
      if (areAllIn) next.delete(id);
      else next.add(id);
    choose(next);
  };
  const [least, most] = [Math.min(...counts.values()), Math.max(...counts.values())];

  const place = (event: PointerEvent<SVGSVGElement>): readonly [number, number] => {
    const area = event.currentTarget.getBoundingClientRect();
    const scale = (2 * HALF_SIDE_MM) / area.width;
    return [
      (event.clientX - area.left) * scale - HALF_SIDE_MM,
      (event.clientY - area.top) * scale - HALF_SIDE_MM,
    ];
  };
  const begin = (event: PointerEvent<SVGSVGElement>): void => {
    if (event.pointerType === 'touch') return;
    const [x, y] = place(event);
    wasDragged.current = false;
    setBox({ x0: x, y0: y, x1: x, y1: y });
  };
  const move = (event: PointerEvent<SVGSVGElement>): void => {
    if (box === null) return;
    const [x1, y1] = place(event);
    // From here on it is no press of a detector, and its end is wanted wherever it is.
    if (isDrag(box, x1, y1)) event.currentTarget.setPointerCapture(event.pointerId);
    setBox({ ...box, x1, y1 });
  };
  const end = (event: PointerEvent<SVGSVGElement>): void => {
    if (box === null) return;
    setBox(null);
    const [x1, y1] = place(event);
    if (!isDrag(box, x1, y1)) return;
    wasDragged.current = true;
    const inside = SHAPES.filter(
      ({ detector, x, y }) =>
        detector.kind !== 'wavefront' &&
        x > Math.min(box.x0, x1) &&
        x < Math.max(box.x0, x1) &&
        y > Math.min(box.y0, y1) &&
        y < Math.max(box.y0, y1),
    ).map(({ detector }) => detector.id);
    choose(new Set([...(event.shiftKey ? chosen : []), ...inside]));
  };

  return (
    <Card withBorder component="section" aria-labelledby="detectors-title">
      <Stack gap="xs">
        <Group justify="space-between">
          <Title order={2} size="h4" id="detectors-title">
            Detectors
          </Title>
          <Text size="sm" role="status">
            {chosen.size} chosen: {vendorsText(chosen)}
          </Text>
        </Group>
        <Group gap="xs">
          {PRESETS.map(([label, detectors]) => (
            <Button
              key={label}
              size="compact-sm"
              variant="default"
              onClick={() => choose(detectors.map(({ id }) => id))}
            >
              {label}
            </Button>
          ))}
          <Button size="compact-sm" variant="default" onClick={() => choose([])}>
            None
          </Button>
          <Select
            aria-label="Add or take away a raft"
            placeholder="Raft"
            size="xs"
            w={110}
            data={[...SCIENCE_RAFTS]}
            value={null}
            onChange={(raft) => toggle(SCIENCE_DETECTORS.filter((d) => d.raft === raft).map(({ id }) => id))}
          />
        </Group>
        {fault !== undefined && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {chosen.size === 0 ? 'Choose at least one detector.' : fault}
          </Text>
        )}
        <div className={classes['plane']}>
          <FocalPlane
            label="Focal plane; choose detectors"
            detectorRole="checkbox"
            look={(detector) => {
              const isChecked = chosen.has(detector.id);
              const count = counts.get(detector.id);
              const label = `${detector.name}, ${detector.vendor}${isChecked ? ', chosen' : ''}${count === undefined ? '' : `, ${countText(count)} objects`}`;
              if (detector.kind === 'wavefront')
                return {
                  state: 'absent',
                  label: `${detector.name}, a wavefront sensor, is not drawn`,
                  isIdle: true,
                };
              return {
                state: isChecked ? 'chosen' : detector.vendor === 'ITL' ? 'free' : 'plain',
                label,
                isChecked,
                ...(showsCounts && count !== undefined ? { fill: countColour(count, least, most) } : {}),
              };
            }}
            onPress={({ id, raft }, event) => {
              if (wasDragged.current) {
                wasDragged.current = false;
                return;
              }
              const isRaft = event.shiftKey;
              toggle(
                isRaft
                  ? DETECTORS.filter((d) => d.raft === raft && d.kind !== 'wavefront').map((d) => d.id)
                  : [id],
              );
            }}
            onPointerDown={begin}
            onPointerMove={move}
            onPointerUp={end}
          >
            {box !== null && (
              <rect
                className={classes['box']}
                x={Math.min(box.x0, box.x1)}
                y={Math.min(box.y0, box.y1)}
                width={Math.abs(box.x1 - box.x0)}
                height={Math.abs(box.y1 - box.y0)}
              />
            )}
          </FocalPlane>
        </div>
        <Group justify="space-between">
          <FocalPlaneLegend
            entries={[
              { state: 'chosen', label: 'chosen' },
              { state: 'plain', label: 'e2v' },
              { state: 'free', label: 'ITL' },
              { state: 'absent', label: 'wavefront, not drawn' },
            ]}
          />
          <Switch
            label="Colour by number of objects"
            checked={showsCounts}
            disabled={counts.size === 0}
            onChange={(event) => setShowsCounts(event.currentTarget.checked)}
          />
        </Group>
        {showsCounts && (
          <Text size="xs" className="numeric">
            From dark, {countText(least)} objects, to bright, {countText(most)}. Those of catalogs are counted
            on the chosen detectors. A ring marks what is chosen.
          </Text>
        )}
        <Text size="xs" c="dimmed">
          Press to choose, with Shift for a whole raft; drag for a box, with Shift to add. Keys: arrows,
          Space.
        </Text>
      </Stack>
    </Card>
  );
}

/** What decides how many sources there are. */
function withoutConditions({ pointing, band, sky, rotTelPosDeg, rotSkyPosDeg, obsMjdTai }: Json): Json {
  const said = { pointing, band, sky, rotTelPosDeg, rotSkyPosDeg, obsMjdTai };
  return Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined));
}

function vendorsText(chosen: ReadonlySet<number>): string {
  const vendors = new Map<string, number>();
  for (const id of chosen) {
    const vendor = detectorById(id)?.vendor ?? '';
    vendors.set(vendor, (vendors.get(vendor) ?? 0) + 1);
  }
  return [...vendors].map(([vendor, count]) => `${count} ${vendor}`).join(', ') || 'none';
}

/** From dark blue to yellow, over what there is: a synthetic sky differs by a few in a hundred from detector to detector. */
function countColour(count: number, least: number, most: number): string {
  const share = most > least ? (count - least) / (most - least) : 0.5;
  return `hsl(${Math.round(230 - 175 * share)} 70% ${Math.round(25 + 40 * share)}%)`;
}
