/** Pictures of detectors in their places on the focal plane, on one canvas: a drawing of its own, or a layer over that of the detectors. */
import { DETECTORS, PIXEL_MM } from '@imsim-od/camera';
import { useEffect, useRef } from 'react';
import { HALF_SIDE_MM, SHAPES } from './detector-shape.js';
import classes from './plane-canvas.module.css';

/** Left free at each side, so that a detector's edge stays in sight, mm. */
const EDGE_MM = 1;

/** The canvas. */
export function PlaneCanvas({
  label,
  pictures,
  isLayer = false,
}: {
  /** What it shows; null where what lies below it says so. */
  readonly label: string | null;
  /** By number of detector, the first row at the top. */
  readonly pictures: ReadonlyMap<number, CanvasImageSource>;
  readonly isLayer?: boolean;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const element = canvas.current;
    if (element === null) return;
    const draw = (): void => drawPictures(element, pictures, isLayer);
    draw();
    const watcher = new ResizeObserver(draw);
    watcher.observe(element);
    return () => watcher.disconnect();
  }, [pictures, isLayer]);
  return (
    <canvas
      ref={canvas}
      className={classes[isLayer ? 'layer' : 'picture']}
      data-drawn={pictures.size}
      {...(label === null ? { 'aria-hidden': true } : { role: 'img', 'aria-label': label })}
    />
  );
}

function drawPictures(
  canvas: HTMLCanvasElement,
  pictures: ReadonlyMap<number, CanvasImageSource>,
  isLayer: boolean,
): void {
  const context = canvas.getContext('2d');
  const side = Math.round(canvas.clientWidth * window.devicePixelRatio);
  if (context === null || side === 0) return;
  if (canvas.width !== side || canvas.height !== side) [canvas.width, canvas.height] = [side, side];
  const scale = side / (2 * HALF_SIDE_MM);
  context.setTransform(1, 0, 0, 1, 0, 0);
  context.clearRect(0, 0, side, side);
  // The colours of a layer are values: between two of them there is none, as between more and less there is no violet.
  context.imageSmoothingEnabled = !isLayer;
  for (const [id, picture] of pictures) {
    const [detector, shape] = [DETECTORS[id], SHAPES[id]];
    if (detector === undefined || shape === undefined) continue;
    const [width, height] = [detector.nx * PIXEL_MM - 2 * EDGE_MM, detector.ny * PIXEL_MM - 2 * EDGE_MM];
    context.setTransform(
      scale,
      0,
      0,
      scale,
      (shape.x + HALF_SIDE_MM) * scale,
      (shape.y + HALF_SIDE_MM) * scale,
    );
    context.rotate((-detector.yawDeg * Math.PI) / 180);
    context.drawImage(picture, -width / 2, -height / 2, width, height);
  }
}
