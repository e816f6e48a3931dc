/** Pixels on a canvas that is moved and zoomed by pointer, wheel and keys. What is shown may change while the view stays. */
import { Code } from '@mantine/core';
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react';
import { paint, type PaintedView, type Painting, pixelShownAt } from '../image-pixels/pixel-painter.js';
import type { Pixels } from '../image-pixels/statistics.js';
import classes from './pixel-canvas.module.css';

const STEP = 1.5;
const PAN_PART = 0.125;
const LARGEST_ZOOM = 40;

/** The canvas with its read-out. */
export function PixelCanvas({
  label,
  pixels,
  painting,
  unit,
  view,
  onView,
}: {
  readonly label: string;
  readonly pixels: Pixels;
  readonly painting: Painting;
  readonly unit: string;
  /** What part is seen; null: all of it. */
  readonly view: PaintedView | null;
  readonly onView: (change: (before: PaintedView | null) => PaintedView | null) => void;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [readOut, setReadOut] = useState<string | null>(null);
  const dragged = useRef<{ x: number; y: number } | null>(null);
  const { nx, ny } = pixels;

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const shown = view ?? wholeView(element, nx, ny);
    const draw = (): void => paint(element, pixels, shown, painting);
    draw();
    const watcher = new ResizeObserver(draw);
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [pixels, painting, view, nx, ny]);

  const change = (next: (now: PaintedView) => PaintedView): void => {
    const element = canvas.current;
    if (element !== null) onView((before) => next(before ?? wholeView(element, nx, ny)));
  };
  const zoomBy = (factor: number): void =>
    change(({ centre, zoom }) => ({ centre, zoom: Math.min(LARGEST_ZOOM, Math.max(0.02, zoom * factor)) }));
  const panBy = (cssX: number, cssY: number): void =>
    change(({ centre, zoom }) => ({
      centre: { x: centre.x + cssX / zoom, y: centre.y - cssY / zoom },
      zoom,
    }));

  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    // React listens to wheels passively, where the page would scroll as well.
    const onWheel = (event: WheelEvent): void => {
      event.preventDefault();
      onView((before) => {
        const { centre, zoom } = before ?? wholeView(element, nx, ny);
        return {
          centre,
          zoom: Math.min(LARGEST_ZOOM, Math.max(0.02, zoom * (event.deltaY < 0 ? STEP : 1 / STEP))),
        };
      });
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [nx, ny, onView]);

  const onPointerMove = (event: PointerEvent<HTMLCanvasElement>): void => {
    const element = event.currentTarget;
    if (dragged.current !== null) {
      panBy(dragged.current.x - event.clientX, dragged.current.y - event.clientY);
      dragged.current = { x: event.clientX, y: event.clientY };
      return;
    }
    const { left, top } = element.getBoundingClientRect();
    const at = { x: event.clientX - left, y: event.clientY - top };
    const index = pixelShownAt(at, element, pixels, view ?? wholeView(element, nx, ny), painting);
    setReadOut(
      index < 0
        ? null
        : `x ${(index % nx) + 1}  y ${Math.floor(index / nx) + 1} (FITS)   ${pixels.values[index] ?? 0} ${unit}`,
    );
  };
  const onKeyDown = (event: KeyboardEvent<HTMLCanvasElement>): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const step = PAN_PART * event.currentTarget.clientWidth;
    const acts: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => panBy(-step, 0),
      ArrowRight: () => panBy(step, 0),
      ArrowUp: () => panBy(0, -step),
      ArrowDown: () => panBy(0, step),
      '+': () => zoomBy(STEP),
      '=': () => zoomBy(STEP),
      '-': () => zoomBy(1 / STEP),
      0: () => onView(() => null),
    };
    const act = acts[event.key];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };

  return (
    <>
      <canvas
        ref={canvas}
        className={classes['canvas']}
        role="img"
        tabIndex={0}
        aria-label={`${label}; arrow keys move it, plus and minus zoom, 0 shows all`}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          dragged.current = { x: event.clientX, y: event.clientY };
        }}
        onPointerUp={() => {
          dragged.current = null;
        }}
        onPointerMove={onPointerMove}
        onKeyDown={onKeyDown}
      />
      <Code block data-readout style={{ whiteSpace: 'pre-wrap' }}>
        {readOut ?? 'Point at the image to read pixel and value.'}
      </Code>
    </>
  );
}

function wholeView({ clientWidth, clientHeight }: HTMLCanvasElement, nx: number, ny: number): PaintedView {
  return {
    centre: { x: (nx - 1) / 2, y: (ny - 1) / 2 },
    zoom: Math.min(clientWidth / nx, clientHeight / ny),
  };
}
