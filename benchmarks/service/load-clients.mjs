// The submitting and the downloading clients of the load benchmark, as a thread. It answers `stop` with what it did.
import { createHash } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';

const { role, api, url, token, clients, datasetId, bytes } = workerData;
const { createClient } = await import(api);
const client = createClient({ baseUrl: url, token, retries: 0 });
const errors = new Map();
const times = [];
let read = 0;
let isEnding = false;
let seed = 100_000;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function submit() {
  const sky = [{ type: 'synthetic', seed: seed++, faintIMag: 20 }];
  const pointing = { raDeg: 53, decDeg: -27.5 };
  const request = { visitId: seed, pointing, band: 'r', detectors: 'R22_S11', sky, products: ['truth'] };
  await client.call('submitRun', { body: { requests: [request] } });
}

async function download() {
  const answer = await client.open('download', { params: { id: datasetId } });
  const hash = createHash('sha256');
  let got = 0;
  for await (const chunk of answer.body) {
    got += chunk.length;
    hash.update(chunk);
  }
  read += got;
  if (got !== bytes) throw new Error(`${got} of ${bytes} bytes came`);
  const digest = `"${hash.digest('hex')}"`;
  if (answer.headers.get('etag') !== digest)
    throw new Error(`ETag ${answer.headers.get('etag')} of a file with SHA-256 ${digest}`);
}

async function go(index) {
  const pauseMs = role === 'submit' ? 10_000 : 0;
  await sleep((index * pauseMs) / clients);
  while (!isEnding) {
    const startedMs = performance.now();
    try {
      await (role === 'submit' ? submit() : download());
      times.push(performance.now() - startedMs);
    } catch (error) {
      const text = `${error.code ?? error.name}: ${error.message}`.slice(0, 200);
      errors.set(text, (errors.get(text) ?? 0) + 1);
    }
    for (let waited = 0; waited < pauseMs && !isEnding; waited += 250) await sleep(250);
  }
}

parentPort.once('message', () => (isEnding = true));
await Promise.all(Array.from({ length: clients }, (_each, index) => go(index)));
parentPort.postMessage({ times, errors: [...errors], bytes: read });
