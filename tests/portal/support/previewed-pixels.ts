/** Pixels of the live preview, as its worker gives them to a page, and those of the run that they promise. */
import { createHash } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { type Client, uploadCatalog } from '@imsim-od/api';
import { detectorByName, detectorProjection } from '@imsim-od/camera';
import { readRequest, resolveVisit } from '@imsim-od/simulator';
import { expect } from 'vitest';
import { untilEnded } from '../../../apps/server/src/testing/test-server.js';
import { builtPortal } from './built-portal.js';
import type { PortalUnderTest } from './portal.js';

/** A request of one detector for its e-image, without a sky. */
export const BASE = {
  visitId: 7,
  pointing: { raDeg: 53, decDeg: -27.5 },
  band: 'r',
  detectors: ['R22_S11'],
  products: ['eimage'],
};
/** The part of the detector that is looked at, pixel0. */
export const WINDOW = { x0: 1000, x1: 1512, y0: 2000, y1: 2512 };
const [NX, NY] = [4096, 4004];

/** Where pixels of the detector are on the sky. */
export const skyAt = (() => {
  const { visit } = resolveVisit(readRequest([{ origin: 'test', document: BASE }]).request, 'test');
  const projection = detectorProjection(
    detectorByName('R22_S11')!,
    { raDeg: visit.raDeg, decDeg: visit.decDeg },
    visit.rotSkyPosDeg,
  );
  return (x: number, y: number) => projection.pixelToSky(x, y);
})();

/** Places in the window, beside it and off the chip. */
export const PLACES = [
  [1100, 2100],
  [1300.4, 2300.7],
  [960, 2240],
  [1530, 2500],
  [1250, 1900],
  [-30, 2200],
  [3000, 600],
] as const;

/** What the preview answered. */
export interface PreviewAnswer {
  /** Of the window's electrons, 32-bit little-endian, x fastest. */
  readonly sha256: string;
  readonly leftOut: readonly { readonly entry: number; readonly reason: string }[];
  readonly sourcesPlaced: number;
}

/** Uploads a file; gives its path in requests. */
export async function uploaded(
  client: Client,
  name: string,
  content: string | Uint8Array,
  folder: string,
): Promise<string> {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);
  const read = (start: number, end: number) => Promise.resolve(bytes.slice(start, end));
  const result = await uploadCatalog(client, { name, folder, bytes: bytes.length, read });
  return `dataset:${result.datasetId}`;
}

/** Asks the worker of the portal's preview, in a page of a user, one question after another. */
export async function previewed(
  portal: PortalUnderTest,
  user: string,
  documents: readonly object[],
): Promise<readonly PreviewAnswer[]> {
  const script = readdirSync(join(builtPortal(), 'assets')).find((name) =>
    /^preview-worker.*\.js$/.test(name),
  );
  const visitor = await portal.open(user);
  await visitor.page.goto('/runs');
  const answers = await visitor.page.evaluate(
    async ([script, documents, window]) => {
      const worker = new Worker(script, { type: 'module' });
      const found: PreviewAnswer[] = [];
      for (const [number, document] of documents.entries()) {
        const data = await new Promise<
          Omit<PreviewAnswer, 'sha256'> & { electrons: Int32Array<ArrayBuffer> }
        >((resolve, reject) => {
          worker.onerror = (event) => reject(new Error(event.message));
          worker.onmessage = ({ data }: MessageEvent) => {
            const { kind, message } = data as { readonly kind: string; readonly message?: string };
            if (kind === 'fault') reject(new Error(message));
            if (kind === 'pixels') resolve(data as never);
          };
          const [detector] = (document as { detectors: string[] }).detectors;
          worker.postMessage({ kind: 'pixels', number, slot: 'design', document, detector, window });
        });
        const digest = await crypto.subtle.digest('SHA-256', data.electrons);
        const sha256 = Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0'));
        found.push({ sha256: sha256.join(''), leftOut: data.leftOut, sourcesPlaced: data.sourcesPlaced });
      }
      return found;
    },
    [`/assets/${script ?? ''}`, documents, WINDOW] as const,
  );
  expect(visitor.faults()).toEqual([]);
  await visitor.close();
  return answers;
}

/** Electrons of the window in the e-image of a run through the service. */
export async function drawnWindow(client: Client, document: object): Promise<Int32Array<ArrayBuffer>> {
  const { id } = await client.call('submitRun', { body: { requests: [document] } });
  expect((await untilEnded(client, id)).state).toBe('succeeded');
  const { items } = await client.call('searchDatasets', { query: { runId: id, type: ['eimage'] } });
  const answer = await client.open('download', { params: { id: items[0]?.id ?? '' } });
  const file = Buffer.from(await answer.arrayBuffer());
  // The image is the last of the file, padded to blocks of 2880 bytes.
  const data = file.length - Math.ceil((4 * NX * NY) / 2880) * 2880;
  const cut = new Int32Array(512 * 512);
  for (let y = 0; y < 512; y++)
    for (let x = 0; x < 512; x++)
      cut[y * 512 + x] = file.readInt32BE(data + 4 * ((WINDOW.y0 + y) * NX + WINDOW.x0 + x));
  return cut;
}

/** As the page has it of its pixels. */
export const sha256Of = (electrons: Int32Array<ArrayBuffer>): string =>
  createHash('sha256').update(new Uint8Array(electrons.buffer)).digest('hex');
