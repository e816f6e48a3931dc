/** The frame's end of the channel: carries the page's requests out with JS9, and tells what the picture and the pointer do. */
import {
  type Affine,
  type AnswerMessage,
  GREETING,
  type RequestMessage,
  type RequestName,
  type ViewerEvent,
  type ViewerRequests,
} from '../viewer/protocol.js';
import { type Js9, type Js9Image, LEAST_DISPLAY_PX } from './js9.js';

const LOOK_AGAIN_MS = 25;
/** A press that moved further is a drag, CSS pixels. */
const DRAG_PX = 4;

const images = new Map<number, Js9Image>();
let count = 0;
let current: Js9Image | undefined;
let port: MessagePort | undefined;
/** Refuses the image that is being opened: JS9 tells of a fault in a file later than it returns. */
let refuseOpening: ((problem: string) => void) | undefined;
/** Requests are carried out one after another. */
let last: Promise<unknown> = Promise.resolve();

const tell = (event: ViewerEvent): void => port?.postMessage(event);
const numberOf = (image: Js9Image): number =>
  [...images].find(([, candidate]) => candidate === image)?.[0] ?? 0;

/** Where FITS pixels lie in the frame; the half pixel goes through JS9's own transform, which mirrors about pixel edges. */
function affineOf(image: Js9Image): Affine {
  const { left, top } = image.display.canvas.getBoundingClientRect();
  const { transform } = image.params;
  const half = (row: 0 | 1): number =>
    transform === undefined ? 0.5 : ((transform[0]?.[row] ?? 0) + (transform[1]?.[row] ?? 0)) / 2;
  const o = image.imageToDisplayPos({ x: 0, y: 0 });
  const a = image.imageToDisplayPos({ x: 1, y: 0 });
  const b = image.imageToDisplayPos({ x: 0, y: 1 });
  return [a.x - o.x, a.y - o.y, b.x - o.x, b.y - o.y, o.x + half(0) + left, o.y + half(1) + top];
}

/** The FITS position under a place of the frame. */
function positionAt(image: Js9Image, clientX: number, clientY: number): { x: number; y: number } {
  const [a, b, c, d, e, f] = affineOf(image);
  const determinant = a * d - b * c;
  const X = clientX - e;
  const Y = clientY - f;
  return { x: (d * X - c * Y) / determinant, y: (a * Y - b * X) / determinant };
}

type Acts = {
  readonly [N in RequestName]: (
    js9: Js9,
    takes: ViewerRequests[N]['takes'],
  ) => ViewerRequests[N]['answers'] | Promise<ViewerRequests[N]['answers']>;
};

const shown = (): { display: Js9Image } => {
  if (current === undefined) throw new Error('No image is open.');
  return { display: current };
};

const ACTS: Acts = {
  open: (js9, { name, bytes }) =>
    new Promise((resolve, reject) => {
      refuseOpening = (problem) => reject(new Error(problem));
      const image = ++count;
      const filename = `${image}-${name}`;
      js9.Load(new Blob([bytes]), {
        filename,
        onload: (opened) => {
          refuseOpening = undefined;
          images.set(image, opened);
          current = opened;
          js9.SetPan((opened.raw.width + 1) / 2, (opened.raw.height + 1) / 2, { display: opened });
          js9.SetZoom('toFit', { display: opened });
          resolve({ image });
        },
      });
    }),
  show: (js9, { image }) => {
    const wanted = images.get(image);
    if (wanted === undefined) throw new Error(`There is no image ${image}.`);
    current = wanted;
    js9.DisplayImage({ display: wanted });
    tellDrawn(wanted);
    return null;
  },
  stretch: (js9, { stretch, range }) => {
    if (typeof range === 'string') js9.SetScale(range, shown());
    else js9.SetScale(range.black, range.white, shown());
    js9.SetScale(stretch, shown());
    return null;
  },
  colourMap: (js9, { name }) => {
    js9.SetColormap(name, shown());
    return null;
  },
  zoom: (js9, { zoom }) => {
    const { display } = shown();
    if (zoom === 'fit') js9.SetPan((display.raw.width + 1) / 2, (display.raw.height + 1) / 2, { display });
    js9.SetZoom(zoom === 'fit' ? 'toFit' : zoom, { display });
    return null;
  },
  pan: (js9, { x, y }) => {
    js9.SetPan(x, y, shown());
    return null;
  },
};

function tellDrawn(image: Js9Image): void {
  tell({ event: 'drawn', image: numberOf(image), affine: affineOf(image), zoom: image.rgb.sect.zoom });
}

async function carryOut(js9: Js9, { n, name, takes }: RequestMessage): Promise<AnswerMessage> {
  try {
    if (!Object.hasOwn(ACTS, name)) throw new Error(`There is no request ${String(name)}.`);
    const act = ACTS[name] as (js9: Js9, takes: unknown) => unknown;
    return { n, answers: await act(js9, takes) };
  } catch (error) {
    return { n, problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Pointer and presses over the picture; JS9 itself pans with a drag. */
function followPointer(): void {
  let down: { x: number; y: number } | undefined;
  document.addEventListener('pointermove', ({ clientX, clientY }) => {
    if (current !== undefined) tell({ event: 'pointer', ...positionAt(current, clientX, clientY) });
  });
  document.addEventListener('pointerdown', ({ clientX, clientY }) => {
    down = { x: clientX, y: clientY };
  });
  document.addEventListener('pointerup', ({ clientX, clientY }) => {
    const isPress = down !== undefined && Math.hypot(clientX - down.x, clientY - down.y) < DRAG_PX;
    down = undefined;
    if (isPress && current !== undefined) tell({ event: 'press', ...positionAt(current, clientX, clientY) });
  });
}

/** Makes the picture as large as the frame. A browser gives a frame of a hidden page no width: then the picture stays until there is room. */
function fillFrame(js9: Js9): void {
  const { innerWidth, innerHeight } = window;
  if (Math.min(innerWidth, innerHeight) >= LEAST_DISPLAY_PX) js9.ResizeDisplay(innerWidth, innerHeight);
}

/** What JS9 makes a plugin's object with; it must be a function of the old kind. */
function noWindow(): void {
  return undefined;
}

function start(js9: Js9): void {
  const complain = js9.error.bind(js9);
  js9.error = (...facts) => {
    refuseOpening?.(typeof facts[0] === 'string' ? facts[0] : 'The file cannot be shown.');
    refuseOpening = undefined;
    return complain(...facts);
  };
  js9.RegisterPlugin('ImSimOnDemand', 'Bridge', noWindow, {
    winDims: [0, 0],
    onimagedisplay: (image: Js9Image) => {
      if (image === current) tellDrawn(image);
    },
  });
  followPointer();
  fillFrame(js9);
  window.addEventListener('resize', () => fillFrame(js9));
  window.addEventListener('message', ({ source, data, ports }) => {
    if (source !== window.parent || data !== GREETING || ports[0] === undefined || port !== undefined) return;
    const [given] = ports;
    port = given;
    given.onmessage = ({ data: request }: MessageEvent<RequestMessage>) => {
      last = last.then(async () => given.postMessage(await carryOut(js9, request)));
    };
  });
  window.parent.postMessage(GREETING, '*');
}

// `inited` alone is true, too, where the WebAssembly part has failed.
const looking = setInterval(() => {
  const js9 = window.JS9;
  if (js9?.inited !== true || window.Module?.calledRun !== true) return;
  clearInterval(looking);
  start(js9);
}, LOOK_AGAIN_MS);
