/** The worker that reads files, so that the page stays quick. Requests are numbered; each has one answer. */
import type { Card } from '@imsim-od/fits';
import { readImageOf, subtract, type WantedImage, writeImage } from './pixel-tasks.js';
import type { Pixels } from './statistics.js';
import { readTruthRows } from './truth-rows.js';

/** What the worker does: what it takes and what it answers. */
const TASKS = {
  readImage: ({ bytes, wish }: { readonly bytes: ArrayBuffer; readonly wish?: WantedImage }) =>
    readImageOf(new Uint8Array(bytes), wish),
  readTruth: ({ bytes, format }: { readonly bytes: ArrayBuffer; readonly format: string }) =>
    readTruthRows(bytes, format),
  subtract: async ({ a, b }: { readonly a: Pixels; readonly b: Pixels }) => subtract(a, b),
  writeImage: async ({ cards, ...pixels }: Pixels & { readonly cards: readonly Card[] }) =>
    writeImage(pixels, cards),
};
export type Tasks = typeof TASKS;

const port = globalThis as unknown as {
  onmessage: (message: MessageEvent<{ n: number; task: keyof Tasks; takes: never }>) => void;
  postMessage(message: unknown, handedOver: Transferable[]): void;
};

port.onmessage = ({ data: { n, task, takes } }) => {
  const work = TASKS[task] as (takes: never) => Promise<unknown>;
  work(takes).then(
    (answers) => port.postMessage({ n, answers }, buffersOf(answers)),
    (error: unknown) =>
      port.postMessage({ n, problem: error instanceof Error ? error.message : String(error) }, []),
  );
};

/** Buffers that are handed over instead of copied. */
function buffersOf(answers: unknown): Transferable[] {
  if (answers instanceof ArrayBuffer) return [answers];
  if (typeof answers !== 'object' || answers === null || Array.isArray(answers)) return [];
  return Object.values(answers).flatMap((value) =>
    value instanceof ArrayBuffer ? [value] : ArrayBuffer.isView(value) ? [value.buffer] : [],
  );
}
