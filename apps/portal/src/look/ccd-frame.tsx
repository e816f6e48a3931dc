/** An image in the viewer's frame with our overlay above it. Drag pans, the wheel zooms; arrow keys, + and -, 0 do the same. */
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from 'react';
import classes from './ccd-frame.module.css';
import { drawOverlay, fromScreen, nearestMark, type OverlayScene } from './overlay.js';
import { problemText } from '../image-pixels/fetch-file.js';
import { MOST_IMAGES, type OpenedImage } from '../image-pixels/opened-image.js';
import { skyOf } from '../image-pixels/pixel-painter.js';
import type { PixelPosition } from '../image-pixels/pointer-store.js';
import { framedViewer } from './viewer/framed-viewer.js';
import type { ImageViewer } from './viewer/image-viewer.js';
import type { Affine, ColourMap, Range, Stretch } from './viewer/protocol.js';

/** Ranges of values to choose from: from the sky up to bright sources, what the viewer finds for faint structure, all there is. */
export const SHOWN_RANGES = ['sky', 'zscale', 'dataminmax'] as const;
export type ShownRange = (typeof SHOWN_RANGES)[number];

/** How the picture is shown. */
export interface PictureLook {
  readonly stretch: Stretch;
  readonly range: ShownRange;
  readonly colourMap: ColourMap;
}

/** What the page can do with the picture. */
export interface PictureControls {
  zoomBy(factor: number): void;
  fit(): void;
  /** Puts a pixel0 position in the middle, not smaller than a zoom. */
  centre(position: PixelPosition, leastZoom?: number): void;
}

interface Shown {
  readonly viewer: ImageViewer;
  /** Numbers in the viewer, by the keys of images. */
  readonly numbers: Map<string, number>;
}

const ZOOM_STEP = 1.5;
const PAN_PART = 0.125;
const HIT_CSS = 12;
const LARGEST_ZOOM = 32;
/** The range of the sky: black so far below its level, white so far above, in its noise. */
const [BLACK_BELOW, WHITE_ABOVE] = [1, 60];

/** The frame. */
export function CcdFrame({
  image,
  look,
  scene,
  onPointer,
  onPress,
  onControls,
  children,
}: {
  readonly image: OpenedImage | undefined;
  readonly look: PictureLook;
  readonly scene: OverlayScene;
  readonly onPointer: (position: PixelPosition) => void;
  /** @param mark index of the mark that was hit, or -1 */
  readonly onPress: (position: PixelPosition, mark: number) => void;
  readonly onControls: (controls: PictureControls) => void;
  /** Shown over the picture while there is nothing to see. */
  readonly children?: ReactNode;
}) {
  const frame = useRef<HTMLIFrameElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const stage = useRef<HTMLDivElement>(null);
  const shown = useRef<Shown | null>(null);
  const view = useRef<{ affine: Affine; zoom: number } | null>(null);
  const now = useRef({ scene, onPointer, onPress });
  const [mounting, setMounting] = useState(0);
  const [problem, setProblem] = useState<string | null>(null);
  const [isShown, setShown] = useState(false);

  const draw = useCallback(() => {
    if (canvas.current !== null && view.current !== null)
      drawOverlay(canvas.current, view.current.affine, now.current.scene);
  }, []);
  useEffect(() => {
    now.current = { scene, onPointer, onPress };
    draw();
  }, [scene, onPointer, onPress, draw]);

  useEffect(() => {
    if (frame.current === null) return;
    const viewer = framedViewer(frame.current);
    shown.current = { viewer, numbers: new Map() };
    const leave = viewer.watch((event) => {
      if (event.event === 'drawn') {
        view.current = { affine: event.affine, zoom: event.zoom };
        stage.current?.setAttribute('data-affine', JSON.stringify(event.affine));
        draw();
        return;
      }
      const position = { x: event.x - 1, y: event.y - 1 };
      if (event.event === 'pointer') now.current.onPointer(position);
      else if (view.current !== null)
        now.current.onPress(
          position,
          nearestMark(now.current.scene.marks, view.current.affine, position, HIT_CSS),
        );
    });
    return () => {
      leave();
      viewer.close();
      shown.current = null;
      view.current = null;
    };
  }, [mounting, draw]);

  useEffect(() => {
    if (image === undefined || shown.current === null) return;
    const { viewer, numbers } = shown.current;
    let isLeft = false;
    const show = async (): Promise<void> => {
      setProblem(null);
      setShown(false);
      const number = numbers.get(image.key);
      if (number === undefined && numbers.size >= MOST_IMAGES) {
        // Only a new frame gives the memory of closed images back.
        setMounting((count) => count + 1);
        return;
      }
      if (number === undefined) numbers.set(image.key, await viewer.open(image.name, await image.takeFits()));
      else await viewer.show(number);
      if (!isLeft) setShown(true);
    };
    show().catch((error: unknown) => {
      if (!isLeft) setProblem(problemText(error));
    });
    return () => {
      isLeft = true;
    };
  }, [image, mounting]);

  const { stretch, range: wanted, colourMap } = look;
  const range = useMemo<Range>(() => {
    if (wanted !== 'sky' || image === undefined) return wanted === 'sky' ? 'zscale' : wanted;
    const { level, noise } = skyOf(image.values);
    return { black: level - BLACK_BELOW * noise, white: level + WHITE_ABOVE * noise };
  }, [wanted, image]);
  useEffect(() => {
    if (isShown) shown.current?.viewer.stretch(stretch, range).catch(() => undefined);
  }, [isShown, stretch, range]);
  useEffect(() => {
    if (isShown) shown.current?.viewer.colourMap(colourMap).catch(() => undefined);
  }, [isShown, colourMap]);

  const centreOfView = useCallback((): PixelPosition | null => {
    if (view.current === null || stage.current === null) return null;
    return fromScreen(view.current.affine, stage.current.clientWidth / 2, stage.current.clientHeight / 2);
  }, []);
  const panTo = useCallback(({ x, y }: PixelPosition) => {
    shown.current?.viewer.pan(x + 1, y + 1).catch(() => undefined);
  }, []);
  const zoomTo = useCallback((zoom: number | 'fit') => {
    const wanted = zoom === 'fit' ? zoom : Math.min(LARGEST_ZOOM, zoom);
    shown.current?.viewer.zoom(wanted).catch(() => undefined);
  }, []);
  const zoomBy = useCallback((factor: number) => zoomTo((view.current?.zoom ?? 1) * factor), [zoomTo]);
  useEffect(() => {
    onControls({
      zoomBy,
      fit: () => zoomTo('fit'),
      centre: (position, leastZoom) => {
        if (leastZoom !== undefined && (view.current?.zoom ?? 0) < leastZoom) zoomTo(leastZoom);
        panTo(position);
      },
    });
  }, [onControls, zoomBy, zoomTo, panTo]);

  const onKeyDown = (event: KeyboardEvent): void => {
    const centre = centreOfView();
    if (centre === null || view.current === null || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = (PAN_PART * (stage.current?.clientWidth ?? 0)) / view.current.zoom;
    const acts: Readonly<Record<string, () => void>> = {
      ArrowLeft: () => panTo({ x: centre.x - step, y: centre.y }),
      ArrowRight: () => panTo({ x: centre.x + step, y: centre.y }),
      ArrowUp: () => panTo({ x: centre.x, y: centre.y + step }),
      ArrowDown: () => panTo({ x: centre.x, y: centre.y - step }),
      '+': () => zoomBy(ZOOM_STEP),
      '=': () => zoomBy(ZOOM_STEP),
      '-': () => zoomBy(1 / ZOOM_STEP),
      0: () => zoomTo('fit'),
      Enter: () => now.current.onPress(centre, -1),
    };
    const act = acts[event.key];
    if (act === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  };

  return (
    <div
      ref={stage}
      className={classes['stage']}
      role="group"
      tabIndex={0}
      aria-label="Image; arrow keys move it, plus and minus zoom, 0 shows all, Enter measures in the middle"
      data-shown={isShown ? image?.key : undefined}
      onKeyDown={onKeyDown}
    >
      <iframe
        key={mounting}
        ref={frame}
        className={classes['frame']}
        title="FITS viewer"
        src="/js9/frame.html"
        sandbox="allow-scripts"
      />
      <canvas ref={canvas} className={classes['overlay']} aria-hidden="true" />
      {(children !== undefined || problem !== null || (image !== undefined && !isShown)) && (
        <div className={classes['busy']} role="status">
          {children ?? problem ?? 'The viewer draws the image …'}
        </div>
      )}
    </div>
  );
}
