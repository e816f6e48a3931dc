/** The cut-out on the screen, the one that it is compared with beside it, and what is said of them. */
import type { PixelWindow } from '@imsim-od/simulator';
import { Alert, Badge, Group, Loader, Progress, Text, Title } from '@mantine/core';
import { type PointerEvent, type ReactNode, useLayoutEffect, useMemo, useRef, useState } from 'react';
import { useDesigned } from '../design/design-state.js';
import { bytesText, countText } from '../page-parts/quantity.js';
import { COMPARISONS } from './effects-in-preview.js';
import { type ComparisonView, PreviewComparison } from './preview-comparison.js';
import classes from './preview.module.css';
import type { PixelAnswer } from './preview-protocol.js';
import { greys, stretchFor } from './stretch.js';
import { type PreviewClient, type PreviewState, usePixels } from './use-preview.js';

/** Side of the cut-out in pixels. */
export const SIDE = 512;

/** What is drawn, and the fields that stand around it. */
export interface PreviewPictureProps {
  readonly client: PreviewClient | null;
  /** Name of the detector. */
  readonly detector: string;
  readonly window: PixelWindow;
  /** Name of the effect without which the second picture is drawn; null: there is none. */
  readonly without: string | null;
  readonly zoom: string;
  readonly place: ReactNode;
  readonly zooms: ReactNode;
  readonly comparisons: ReactNode;
}

/** The heading. */
export function PreviewTitle({ isDrawing }: { readonly isDrawing: boolean }) {
  return (
    <Group justify="space-between">
      <Title order={2} size="h4" id="preview-title">
        Live preview
      </Title>
      {isDrawing && <Loader size="xs" role="status" aria-label="Drawing" />}
    </Group>
  );
}

/** The picture of the design, drawn anew with each change of it. */
export function PreviewPicture({
  client,
  detector,
  window,
  without,
  zoom,
  place,
  zooms,
  comparisons,
}: PreviewPictureProps) {
  // Of a request with faults nothing is drawn.
  const document = useDesigned((state) => (state.isValid ? state.document : null));
  const question = useMemo(
    () => (document === null ? null : { slot: 'design' as const, document, detector, window }),
    [document, detector, window],
  );
  const other = useMemo(() => {
    if (question === null || without === null) return null;
    const effects = { ...(question.document['effects'] as object | undefined), [without]: false };
    return { ...question, slot: 'other' as const, document: { ...question.document, effects } };
  }, [question, without]);
  const drawn = usePixels(client, question);
  const compared = usePixels(client, other);
  const { answer } = drawn;
  const pair = usePair(drawn, compared, without);
  const [view, setView] = useState<ComparisonView>('beside');
  const [share, setShare] = useState(50);
  const [under, setUnder] = useState('');
  const canvas = useRef<HTMLCanvasElement>(null);

  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    const first = pair?.designed ?? answer;
    if (!context || first === null || (pair !== null && view === 'difference')) return;
    const stretch = stretchFor(first.electrons);
    const image = context.createImageData(SIDE, SIDE);
    greys(first.electrons, SIDE, stretch, image.data);
    context.putImageData(image, 0, 0);
    if (pair === null) return;
    const { other: second } = pair;
    const isDark = pair.without === 'background';
    greys(second.electrons, SIDE, isDark ? stretchFor(second.electrons) : stretch, image.data);
    const edge = Math.round((share / 100) * SIDE);
    context.putImageData(image, 0, 0, edge, 0, SIDE - edge, SIDE);
    context.fillStyle = '#ffb347';
    context.fillRect(edge - 1, 0, 2, SIDE);
  }, [answer, pair, share, view]);

  const look = (event: PointerEvent<HTMLCanvasElement>): void => {
    const first = pair?.designed ?? answer;
    if (first === null) return;
    const box = event.currentTarget.getBoundingClientRect();
    const x = Math.floor(((event.clientX - box.left) / box.width) * SIDE);
    const y = SIDE - 1 - Math.floor(((event.clientY - box.top) / box.height) * SIDE);
    if (x < 0 || y < 0 || x >= SIDE || y >= SIDE) return;
    const at = y * SIDE + x;
    const beside =
      pair === null ? '' : `, ${countText(pair.other.electrons[at] ?? 0)} ${labelOf(pair.without)}`;
    setUnder(
      `pixel ${first.x0 + x}, ${first.y0 + y}: ${countText(first.electrons[at] ?? 0)} electrons${beside}`,
    );
  };

  return (
    <>
      <PreviewTitle isDrawing={drawn.isDrawing || compared.isDrawing} />
      {place}
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
        {zooms}
        <Text size="xs" className="numeric">
          {under || (answer === null ? 'loading the kernel and its tables' : figures(answer))}
        </Text>
      </Group>
      {comparisons}
      {pair !== null && (
        <PreviewComparison
          canvas={canvas}
          designed={pair.designed}
          other={pair.other}
          label={labelOf(pair.without)}
          view={view}
          onView={setView}
          share={share}
          onShare={setShare}
        />
      )}
      <Remarks {...drawn} fault={drawn.fault ?? compared.fault} />
      <Text size="xs" c="dimmed">
        The pixels are those that the run’s electron image will have.{' '}
        <Badge size="xs" variant="light">
          not in preview
        </Badge>{' '}
        bleed, dark current, crosstalk, transfer and read-out act on the whole CCD.
      </Text>
    </>
  );
}

/** Two pictures of one design. */
interface Pair {
  readonly designed: PixelAnswer;
  readonly other: PixelAnswer;
  /** The effect that the other one is without. */
  readonly without: string;
}

/** The last two pictures that belong together: while one of the next two is drawn, neither takes the place of its former. */
function usePair(designed: PreviewState, other: PreviewState, without: string | null): Pair | null {
  const [pair, setPair] = useState<Pair | null>(null);
  const next = pairOf(designed, other, without);
  if (next === undefined || (next?.designed === pair?.designed && next?.other === pair?.other)) return pair;
  setPair(next);
  return next;
}

/** null: there is none; undefined: not yet. */
function pairOf(
  designed: PreviewState,
  other: PreviewState,
  without: string | null,
): Pair | null | undefined {
  if (without === null || designed.fault !== null || other.fault !== null) return null;
  if (designed.isDrawing || other.isDrawing || designed.answer === null || other.answer === null)
    return undefined;
  return { designed: designed.answer, other: other.answer, without };
}

const labelOf = (effect: string): string => COMPARISONS.find(({ value }) => value === effect)?.label ?? '';

/** What went wrong, what is being read, and what the picture lacks. */
function Remarks({ fault, reading, answer }: PreviewState) {
  return (
    <>
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
    </>
  );
}

function figures({ drawnMs, sourcesPlaced, profileFwhmArcsec, skyElectron }: PixelAnswer): string {
  return `FWHM ${profileFwhmArcsec.toFixed(2)}″, sky ${countText(skyElectron)} e⁻, ${countText(sourcesPlaced)} sources, ${Math.round(drawnMs)} ms`;
}
