/** The mosaic of a focal plane, drawn by OpenSeadragon: pictures come and are put in their places while one looks. */
import { DETECTORS } from '@imsim-od/camera';
import OpenSeadragon from 'openseadragon';
import { pageNonce } from '../app/page-nonce.js';
import { detectorUnder, HALF_MM, placeOf } from './plane-geometry.js';
import { type DetectorPictures, tileCutter } from './plane-tiles.js';
import classes from './plane-viewer.module.css';

/** The mosaic. */
export interface PlaneViewer {
  /** Puts in what is not there yet. @param exposure whose pictures they are; another than before begins with an empty plane */
  show(exposure: string, pictures: readonly DetectorPictures[]): void;
  zoomBy(factor: number): void;
  /** All of the camera. */
  showPlane(): void;
  /** The pictures that are there. */
  showPictures(): void;
  close(): void;
}

const SVG = 'http://www.w3.org/2000/svg';
/** Detectors up to which a run is shown closely by itself. */
const FEW = 21;

/** Draws into an element. @param onPress the detector that was pressed @param onPoint the one under the pointer */
export function planeViewer(
  element: HTMLElement,
  onPress: (detectorId: number) => void,
  onPoint: (detectorName: string | null) => void,
): PlaneViewer {
  keepStylesOut();
  const viewer = new OpenSeadragon.Viewer({
    element,
    drawer: 'canvas',
    showNavigationControl: false,
    showNavigator: false,
    // The first picture must not take the view home to itself.
    preserveViewport: true,
    // The thumbnail first, which is there at once; then what is finer.
    immediateRender: false,
    animationTime: 0.3,
    maxZoomPixelRatio: 4,
    minPixelRatio: 0.5,
    minZoomImageRatio: 0.5,
    visibilityRatio: 0.3,
    maxImageCacheCount: 600,
    // No limit: thumbnails must not wait behind tiles of previews, of which the worker takes two at a time.
    imageLoaderLimit: 0,
    gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
    gestureSettingsTouch: { clickToZoom: false },
  });
  const cutter = tileCutter();
  let shownExposure: string | undefined;
  const there = new Set<number>();
  const loaded = new Set<OpenSeadragon.TiledImage>();
  /** Until somebody moves it, the view holds what has come: detectors that arrive are in sight. */
  let isFollowing = true;
  const whole = new OpenSeadragon.Rect(0, 0, 2 * HALF_MM, 2 * HALF_MM);
  // Without a picture OpenSeadragon draws nothing, its overlays neither.
  const waiting = outlines();
  waiting.classList.add(classes['waiting'] ?? '');
  element.append(waiting);
  viewer.addOverlay({ element: outlines(), location: whole });
  viewer.viewport.fitBounds(whole, true);
  viewer.canvas.setAttribute('role', 'application');
  viewer.canvas.setAttribute(
    'aria-label',
    'Focal plane; arrow keys move it, plus and minus zoom, 0 shows all',
  );

  // Told in the page: how many detectors have something to be seen, and how fine the finest of it is.
  let finest = 0;
  viewer.addHandler('tile-loaded', ({ tiledImage, tile }) => {
    waiting.remove();
    loaded.add(tiledImage);
    finest = Math.max(finest, tile.level);
    element.setAttribute('data-loaded', String(loaded.size));
    element.setAttribute('data-level', String(finest));
  });

  const stopFollowing = (): void => {
    isFollowing = false;
  };
  for (const act of [
    'canvas-drag',
    'canvas-scroll',
    'canvas-pinch',
    'canvas-key',
    'canvas-double-click',
  ] as const)
    viewer.addHandler(act, stopFollowing);

  const placeOfEvent = (position: OpenSeadragon.Point) => viewer.viewport.pointFromPixel(position);
  viewer.addHandler('canvas-click', ({ quick, position }) => {
    if (!quick) return;
    const { x, y } = placeOfEvent(position);
    const detector = detectorUnder(x, y);
    if (detector !== undefined && there.has(detector.id)) onPress(detector.id);
  });
  const follow = ({ clientX, clientY }: PointerEvent): void => {
    const { left, top } = element.getBoundingClientRect();
    const { x, y } = placeOfEvent(new OpenSeadragon.Point(clientX - left, clientY - top));
    onPoint(detectorUnder(x, y)?.name ?? null);
  };
  element.addEventListener('pointermove', follow);

  const showPictures = (immediately = false): void => {
    const places = DETECTORS.filter(({ id }) => there.has(id)).map(placeOf);
    if (places.length === 0) return;
    const [left, top] = [Math.min(...places.map(({ x }) => x)), Math.min(...places.map(({ y }) => y))];
    const right = Math.max(...places.map(({ x, width }) => x + width));
    const bottom = Math.max(...places.map(({ y, height }) => y + height));
    viewer.viewport.fitBounds(new OpenSeadragon.Rect(left, top, right - left, bottom - top), immediately);
  };

  const beginAnew = (): void => {
    viewer.world.removeAll();
    there.clear();
    loaded.clear();
    finest = 0;
    isFollowing = true;
    for (const name of ['data-pictures', 'data-loaded', 'data-level']) element.removeAttribute(name);
  };

  return {
    show: (exposure, pictures) => {
      if (shownExposure !== undefined && shownExposure !== exposure) beginAnew();
      shownExposure = exposure;
      const before = there.size;
      for (const of of pictures) {
        const { detectorId } = of;
        const detector = DETECTORS[detectorId];
        if (there.has(detectorId) || detector === undefined) continue;
        there.add(detectorId);
        const { x, y, width, turnDeg } = placeOf(detector);
        viewer.addTiledImage({
          tileSource: cutter.sourceOf(of),
          x,
          y,
          width,
          degrees: turnDeg,
          success: () => element.setAttribute('data-pictures', String(viewer.world.getItemCount())),
        });
      }
      if (!isFollowing || there.size === before) return;
      if (there.size <= FEW) showPictures(true);
      else viewer.viewport.fitBounds(whole, true);
    },
    zoomBy: (factor) => {
      stopFollowing();
      viewer.viewport.zoomBy(factor);
      viewer.viewport.applyConstraints();
    },
    showPlane: () => {
      stopFollowing();
      viewer.viewport.fitBounds(whole);
    },
    showPictures: () => showPictures(),
    close: () => {
      element.removeEventListener('pointermove', follow);
      viewer.destroy();
      cutter.close();
      waiting.remove();
    },
  };
}

/** OpenSeadragon adds a style for touch screens unless it finds its own; ours has the page's nonce, and keeps the outline of the focus. */
function keepStylesOut(): void {
  if (document.querySelector('style[data-openseadragon-mobile-css]') !== null) return;
  const style = document.createElement('style');
  style.nonce = pageNonce();
  style.setAttribute('data-openseadragon-mobile-css', 'true');
  document.head.appendChild(style);
}

/** The borders of all detectors, so that one sees where pictures will be. */
function outlines(): HTMLElement {
  const holder = document.createElement('div');
  holder.className = classes['outlines'] ?? '';
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('viewBox', `0 0 ${2 * HALF_MM} ${2 * HALF_MM}`);
  svg.setAttribute('width', '100%');
  svg.setAttribute('height', '100%');
  svg.setAttribute('aria-hidden', 'true');
  for (const detector of DETECTORS) {
    const { x, y, width, height, turnDeg } = placeOf(detector);
    const outline = document.createElementNS(SVG, 'rect');
    outline.setAttribute('class', classes['outline'] ?? '');
    for (const [name, value] of Object.entries({ x, y, width, height }))
      outline.setAttribute(name, String(value));
    outline.setAttribute('transform', `rotate(${turnDeg} ${x + width / 2} ${y + height / 2})`);
    svg.append(outline);
  }
  holder.append(svg);
  return holder;
}
