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
  const second = without === null ? null : compared.answer;
  const label = COMPARISONS.find(({ value }) => value === without)?.label ?? '';
  const [view, setView] = useState<ComparisonView>('beside');
  const [share, setShare] = useState(50);
  const [under, setUnder] = useState('');
  const canvas = useRef<HTMLCanvasElement>(null);

  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || answer === null || (second !== null && view === 'difference')) return;
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
  }, [answer, second, share, view, without]);

  const look = (event: PointerEvent<HTMLCanvasElement>): void => {
    if (answer === null) return;
    const box = event.currentTarget.getBoundingClientRect();
    const x = Math.floor(((event.clientX - box.left) / box.width) * SIDE);
    const y = SIDE - 1 - Math.floor(((event.clientY - box.top) / box.height) * SIDE);
    if (x < 0 || y < 0 || x >= SIDE || y >= SIDE) return;
    const electrons = countText(answer.electrons[y * SIDE + x] ?? 0);
    const beside = second === null ? '' : `, ${countText(second.electrons[y * SIDE + x] ?? 0)} ${label}`;
    setUnder(`pixel ${answer.x0 + x}, ${answer.y0 + y}: ${electrons} electrons${beside}`);
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
      {answer !== null && second !== null && (
        <PreviewComparison
          canvas={canvas}
          designed={answer}
          other={second}
          label={label}
          view={view}
          onView={setView}
          share={share}
          onShare={setShare}
        />
      )}
      <Remarks {...drawn} />
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
