/**
 * Draws cut-outs beside the page with the simulator that the batch runs use. It holds one kernel and the sources that
 * were drawn last; of questions that wait only the latest of each slot is answered.
 */
import { createKernel, type Kernel } from '@imsim-od/kernel';
import tablesUrl from '@imsim-od/kernel/tables.bin?url';
import wasmUrl from '@imsim-od/kernel/kernel.wasm?url';
import {
  countSky,
  type CutoutContext,
  CutoutMemory,
  expandRequest,
  type PixelWindow,
  readRequest,
  type Recipe,
  type Request,
  simulateCutout,
} from '@imsim-od/simulator';
import type { EntryLoader, PreviewInputs } from './entry-loader.js';
import { unreadSources } from './unread-sources.js';
import type { CountQuestion, PixelQuestion, PreviewAnswer, PreviewQuestion } from './preview-protocol.js';

/** What is used of a worker's own scope. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<PreviewQuestion>) => void) | null;
  postMessage(answer: PreviewAnswer, transfer: readonly Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;
const memory = new CutoutMemory();
let loader: Promise<EntryLoader> | undefined;
/** Time between two words about the reading of files. */
const TOLD_EVERY_MS = 100;
const waiting = new Map<string, PreviewQuestion>();
let kernel: Promise<Kernel> | undefined;
let isAtWork = false;
/** What is drawn while nobody waits, once the first cut-out was. */
let toWarm: (() => void)[] | undefined;

scope.onmessage = ({ data }) => {
  const key = data.kind === 'pixels' ? data.slot : data.kind;
  waiting.delete(key);
  waiting.set(key, data);
  if (!isAtWork) void work();
};

async function work(): Promise<void> {
  isAtWork = true;
  for (;;) {
    await questionsThatCame();
    const next = nextQuestion();
    const warming = toWarm?.length ? toWarm : undefined;
    if (next === undefined && !warming) break;
    if (next === undefined) {
      warmUp(warming?.shift());
      continue;
    }
    waiting.delete(next[0]);
    await answer(next[1]);
  }
  isAtWork = false;
}

async function answer(question: PreviewQuestion): Promise<void> {
  try {
    if (question.kind === 'pixels') await answerPixels(question);
    else answerCounts(question);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    scope.postMessage({ kind: 'fault', number: question.number, message }, []);
  }
}

/** Lets questions that have come meanwhile take the place of those that wait. */
function questionsThatCame(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 0));
}

/** The question to answer next: pixels first, somebody looks at them. */
function nextQuestion(): readonly [string, PreviewQuestion] | undefined {
  const all = [...waiting.entries()];
  return all.find(([, { kind }]) => kind === 'pixels') ?? all[0];
}

/**
 * Draws a cut-out that nobody asked for, while nobody waits: the browser compiles what it has run a few times, and the first change
 * that is made is then as quick as the later ones.
 */
function warmUp(draw: (() => void) | undefined): void {
  try {
    draw?.();
  } catch {
    // What is wrong will be said when it is asked for.
  }
}

/** A recipe that differs a little from another, as one that is changed in the page does. */
const CHANGES: readonly ((visit: Recipe['visit'], little: number) => Partial<Recipe['visit']>)[] = [
  ({ seeingFwhm500Arcsec: seeing }, little) => ({ seeingFwhm500Arcsec: seeing * (1 + little) }),
  ({ obsMjdTai, rotSkyPosDeg }, little) => ({
    obsMjdTai: obsMjdTai + little,
    rotSkyPosDeg: rotSkyPosDeg + little,
  }),
  ({ raDeg }, little) => ({ raDeg: raDeg + little / 10 }),
  ({ exposureS }, little) => ({ exposureS: exposureS * (1 + little) }),
];
/** Each change is tried so often. */
const WARMING_ROUNDS = 2;

/** Little changes of a cut-out, each to be drawn on its own; beside what is kept of it. */
function warmingOf(recipe: Recipe, window: PixelWindow, context: CutoutContext): (() => void)[] {
  const beside = { ...context, memory: new CutoutMemory(memory) };
  return Array.from({ length: WARMING_ROUNDS }, (_, round) =>
    CHANGES.map((change) => () => {
      const visit = { ...recipe.visit, ...change(recipe.visit, 0.01 * (round + 1)) };
      simulateCutout({ ...recipe, visit }, window, beside);
    }),
  ).flat();
}

async function answerPixels({ number, slot, document, detector, window }: PixelQuestion): Promise<void> {
  kernel ??= loadKernel();
  kernel.catch(() => (kernel = undefined));
  const ready = await kernel;
  let began = performance.now();
  const request = requestFor(document, detector);
  const [recipe] = expandRequest(request, unreadSources(request.sky)).recipes;
  if (recipe === undefined) throw new Error('the request names no detector');
  const askedMs = performance.now();
  const { inputs, leftOut } = await readInputs(request, recipe, number);
  began += performance.now() - askedMs;
  const context = { kernel: ready, catalogs: inputs, memory };
  const cutout = simulateCutout(recipe, window, context);
  toWarm ??= warmingOf(recipe, window, context);
  const electrons = cutout.electrons as Int32Array<ArrayBuffer>;
  scope.postMessage(
    {
      ...cutout,
      kind: 'pixels',
      number,
      slot,
      detector,
      electrons,
      leftOut,
      drawnMs: performance.now() - began,
    },
    [electrons.buffer],
  );
}

/** The files of the request's sky; what reads them comes with the first of them. */
async function readInputs(request: Request, recipe: Recipe, number: number): Promise<PreviewInputs> {
  const standIns = unreadSources(request.sky);
  if (standIns.length === 0) return { inputs: standIns, leftOut: [] };
  loader ??= import('./entry-loader.js').then(
    (module) => new module.EntryLoader({ baseUrl: location.origin }),
  );
  loader.catch(() => (loader = undefined));
  let toldMs = performance.now();
  return (await loader).inputsOf(request, recipe, (progress) => {
    if (performance.now() - toldMs < TOLD_EVERY_MS) return;
    toldMs = performance.now();
    scope.postMessage({ kind: 'reading', number, ...progress }, []);
  });
}

function answerCounts({ number, document }: CountQuestion): void {
  const request = requestFor(document, ['all', 'guiders']);
  const inputs = unreadSources(request.sky);
  const { recipes } = expandRequest({ ...request, snaps: 1 }, inputs);
  const { detectors } = countSky(recipes, inputs);
  const counts = detectors.map(({ detectorId, objects }) => [detectorId, objects] as const);
  scope.postMessage({ kind: 'counts', number, counts }, []);
}

function requestFor(document: unknown, detectors: string | readonly string[]): Request {
  const changed = { ...(document as object), detectors };
  return readRequest([{ origin: 'design', document: changed }]).request;
}

async function loadKernel(): Promise<Kernel> {
  const [wasm, tables] = await Promise.all([bytesAt(wasmUrl), bytesAt(tablesUrl)]);
  return createKernel({ wasm, tables });
}

async function bytesAt(url: string): Promise<Uint8Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the preview's files are not there: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}
