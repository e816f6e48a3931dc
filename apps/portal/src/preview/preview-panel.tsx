/** What will be seen: a cut-out of one detector, drawn here while the request changes, and what an effect does to it. */
import { detectorByName } from '@imsim-od/camera';
import type { PixelWindow } from '@imsim-od/simulator';
import {
  Alert,
  Badge,
  Card,
  Group,
  Loader,
  NumberInput,
  Progress,
  SegmentedControl,
  Select,
  Slider,
  Stack,
  Text,
  Title,
} from '@mantine/core';
import { type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import { bytesText, countText } from '../page-parts/quantity.js';
import { COMPARISONS } from './effects-in-preview.js';
import classes from './preview.module.css';
import { greys, stretchFor } from './stretch.js';
import { type PreviewClient, usePixels } from './use-preview.js';

/** Side of the cut-out in pixels. */
const SIDE = 512;

/** What the panel draws. */
export interface PreviewPanelProps {
  readonly client: PreviewClient | null;
  /** A valid document; null while the request has faults. */
  readonly document: Readonly<Record<string, unknown>> | null;
  /** Names of the detectors to choose from. */
  readonly detectors: readonly string[];
}

/** The panel. */
export function PreviewPanel({ client, document, detectors }: PreviewPanelProps) {
  const [chosen, setChosen] = useState<string | null>(null);
  const detector = chosen !== null && detectors.includes(chosen) ? chosen : (detectors[0] ?? null);
  const size = detectorByName(detector ?? '') ?? { nx: 4096, ny: 4004 };
  const [corner, setCorner] = useState<{ readonly x: number; readonly y: number } | null>(null);
  const window: PixelWindow = useMemo(() => {
    const x0 = Math.min(size.nx - SIDE, corner?.x ?? Math.floor((size.nx - SIDE) / 2));
    const y0 = Math.min(size.ny - SIDE, corner?.y ?? Math.floor((size.ny - SIDE) / 2));
    return { x0, x1: x0 + SIDE, y0, y1: y0 + SIDE };
  }, [corner, size.nx, size.ny]);
  const [without, setWithout] = useState<string | null>(null);
  const [share, setShare] = useState(50);
  const [zoom, setZoom] = useState('1');
  const [under, setUnder] = useState<string>('');
  const canvas = useRef<HTMLCanvasElement>(null);

  const question = useMemo(
    () =>
      document === null || detector === null ? null : { slot: 'design' as const, document, detector, window },
    [document, detector, window],
  );
  const other = useMemo(() => {
    if (question === null || without === null) return null;
    const effects = { ...(question.document['effects'] as object | undefined), [without]: false };
    return { ...question, slot: 'other' as const, document: { ...question.document, effects } };
  }, [question, without]);
  const { answer, fault, isDrawing, reading } = usePixels(client, question);
  const compared = usePixels(client, other);
  const second = without === null ? null : compared.answer;

  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || answer === null) return;
    const stretch = stretchFor(answer.electrons);
    const image = context.createImageData(SIDE, SIDE);
    greys(answer.electrons, SIDE, stretch, image.data);
    context.putImageData(image, 0, 0);
    if (second === null) return;
    const isDark = without === 'background';
    greys(second.electrons, SIDE, isDark ? stretchFor(second.electrons) : stretch, image.data);
    const edge = Math.round((share / 100) * SIDE);
    context.putImageData(image, 0, 0, edge, 0, SIDE - edge, SIDE);
    context.fillStyle = '#ffb347';
    context.fillRect(edge - 1, 0, 2, SIDE);
  }, [answer, second, share, without]);

  const look = (event: PointerEvent<HTMLCanvasElement>): void => {
    if (answer === null) return;
    const box = event.currentTarget.getBoundingClientRect();
    const x = Math.floor(((event.clientX - box.left) / box.width) * SIDE);
    const y = SIDE - 1 - Math.floor(((event.clientY - box.top) / box.height) * SIDE);
    if (x < 0 || y < 0 || x >= SIDE || y >= SIDE) return;
    const value = answer.electrons[y * SIDE + x] ?? 0;
    setUnder(`pixel ${answer.x0 + x}, ${answer.y0 + y}: ${countText(value)} electrons`);
  };

  return (
    <Card withBorder component="section" aria-labelledby="preview-title">
      <Stack gap="xs">
        <Group justify="space-between">
          <Title order={2} size="h4" id="preview-title">
            Live preview
          </Title>
          {isDrawing || compared.isDrawing ? <Loader size="xs" role="status" aria-label="Drawing" /> : null}
        </Group>
        {detector === null ? (
          <Text size="sm">Choose a detector to see a cut-out of it.</Text>
        ) : (
          <>
            <Group grow align="flex-end">
              <Select
                label="Detector"
                data={[...detectors]}
                value={detector}
                onChange={setChosen}
                allowDeselect={false}
                searchable
              />
              <CornerInput
                label="First column"
                value={window.x0}
                max={size.nx - SIDE}
                onSet={(x) => setCorner({ x, y: window.y0 })}
              />
              <CornerInput
                label="First row"
                value={window.y0}
                max={size.ny - SIDE}
                onSet={(y) => setCorner({ x: window.x0, y })}
              />
            </Group>
            <div
              className={classes['frame']}
              tabIndex={0}
              role="group"
              aria-label="Cut-out, scrolls when magnified"
            >
              <canvas
                ref={canvas}
                className={classes['canvas']}
                width={SIDE}
                height={SIDE}
                data-zoom={zoom}
                data-drawn={answer?.number ?? 0}
                role="img"
                aria-label={`Cut-out of ${detector}, ${SIDE} by ${SIDE} pixels`}
                onPointerMove={look}
                onPointerLeave={() => setUnder('')}
              />
            </div>
            <Group justify="space-between" gap="xs">
              <SegmentedControl
                aria-label="Zoom"
                size="xs"
                data={[
                  { value: '1', label: '1×' },
                  { value: '2', label: '2×' },
                  { value: '4', label: '4×' },
                ]}
                value={zoom}
                onChange={setZoom}
              />
              <Text size="xs" className="numeric">
                {under || (answer === null ? 'loading the kernel and its tables' : figures(answer))}
              </Text>
            </Group>
            <Select
              label="Compare with"
              placeholder="nothing"
              data={[...COMPARISONS]}
              value={without}
              onChange={setWithout}
              clearable
            />
            {without !== null && (
              <div>
                <Text size="xs">
                  Left as designed, right {COMPARISONS.find((c) => c.value === without)?.label}
                </Text>
                <Slider
                  value={share}
                  onChange={setShare}
                  label={null}
                  thumbLabel="Where the two pictures meet"
                />
              </div>
            )}
            {fault !== null && (
              <Alert color="orange" title="Not drawn" role="alert">
                {fault}
              </Alert>
            )}
            {reading !== null && (
              <div role="status">
                <Text size="xs">
                  Reading {reading.file}: {bytesText(reading.readBytes)} of {bytesText(reading.ofBytes)}
                </Text>
                <Progress
                  value={(100 * reading.readBytes) / Math.max(1, reading.ofBytes)}
                  aria-label={`Reading of ${reading.file}`}
                />
              </div>
            )}
            {answer !== null && answer.leftOut.length > 0 && (
              <Alert color="blue" title="Not all of the sky is in the preview">
                {answer.leftOut.map(({ entry, reason }) => (
                  <Text key={entry} size="sm">
                    Entry {entry}: {reason}
                  </Text>
                ))}
              </Alert>
            )}
            <Text size="xs" c="dimmed">
              The pixels are those that the run’s electron image will have.{' '}
              <Badge size="xs" variant="light">
                not in preview
              </Badge>{' '}
              bleed, dark current, crosstalk, transfer and read-out act on the whole CCD.
            </Text>
          </>
        )}
      </Stack>
    </Card>
  );
}

function figures({
  drawnMs,
  sourcesPlaced,
  profileFwhmArcsec,
  skyElectron,
}: {
  readonly drawnMs: number;
  readonly sourcesPlaced: number;
  readonly profileFwhmArcsec: number;
  readonly skyElectron: number;
}): string {
  return `FWHM ${profileFwhmArcsec.toFixed(2)}″, sky ${countText(skyElectron)} e⁻, ${countText(sourcesPlaced)} sources, ${Math.round(drawnMs)} ms`;
}

function CornerInput({
  label,
  value,
  max,
  onSet,
}: {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  readonly onSet: (value: number) => void;
}) {
  return (
    <NumberInput
      label={label}
      value={value}
      min={0}
      max={max}
      step={64}
      allowDecimal={false}
      clampBehavior="strict"
      onChange={(next) => {
        if (typeof next === 'number') onSet(next);
      }}
    />
  );
}
