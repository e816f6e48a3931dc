/**
 * Draws cut-outs beside the page with the simulator that the batch runs use. It holds one kernel and the sources that
 * were drawn last; of questions that wait only the latest of each slot is answered.
 */
import { createKernel, type Kernel } from '@imsim-od/kernel';
import tablesUrl from '@imsim-od/kernel/tables.bin?url';
import wasmUrl from '@imsim-od/kernel/kernel.wasm?url';
import { countSky, CutoutMemory, expandRequest, readRequest, simulateCutout } from '@imsim-od/simulator';
import type { CountQuestion, PixelQuestion, PreviewAnswer, PreviewQuestion } from './preview-protocol.js';
import { drawableSky } from './drawable-sky.js';

/** What is used of a worker's own scope. */
interface WorkerScope {
  onmessage: ((event: MessageEvent<PreviewQuestion>) => void) | null;
  postMessage(answer: PreviewAnswer, transfer: readonly Transferable[]): void;
}

const scope = globalThis as unknown as WorkerScope;
const memory = new CutoutMemory();
const waiting = new Map<string, PreviewQuestion>();
let kernel: Promise<Kernel> | undefined;
let isAtWork = false;

scope.onmessage = ({ data }) => {
  const key = data.kind === 'pixels' ? data.slot : data.kind;
  waiting.delete(key);
  waiting.set(key, data);
  if (!isAtWork) void work();
};

async function work(): Promise<void> {
  isAtWork = true;
  for (;;) {
    // Lets questions that have come meanwhile take the place of those that wait.
    await new Promise((resolve) => setTimeout(resolve, 0));
    const next = waiting.entries().next().value;
    if (next === undefined) break;
    waiting.delete(next[0]);
    const question = next[1];
    try {
      if (question.kind === 'pixels') await answerPixels(question);
      else answerCounts(question);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      scope.postMessage({ kind: 'fault', number: question.number, message }, []);
    }
  }
  isAtWork = false;
}

async function answerPixels({ number, slot, document, detector, window }: PixelQuestion): Promise<void> {
  kernel ??= loadKernel();
  kernel.catch(() => (kernel = undefined));
  const ready = await kernel;
  const began = performance.now();
  const { layers, inputs, leftOut } = drawableSky(document, detector);
  const { request } = readRequest(layers);
  const [recipe] = expandRequest(request, inputs).recipes;
  if (recipe === undefined) throw new Error('the request names no detector');
  const cutout = simulateCutout(recipe, window, { kernel: ready, catalogs: inputs, memory });
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

function answerCounts({ number, document }: CountQuestion): void {
  const { layers, inputs } = drawableSky(document, ['all', 'guiders']);
  const { request } = readRequest(layers);
  const { recipes } = expandRequest({ ...request, snaps: 1 }, inputs);
  const { detectors } = countSky(recipes, inputs);
  const counts = detectors.map(({ detectorId, objects }) => [detectorId, objects] as const);
  scope.postMessage({ kind: 'counts', number, counts }, []);
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
