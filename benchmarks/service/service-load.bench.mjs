// The service under load: both cores simulate, while clients watch, submit and download.
//
//   node benchmarks/service/service-load.bench.mjs [--seconds 300] [--watching 200] [--submitting 50] [--downloading 10]
//
// Each watching client holds a stream of events open and asks for the state of its run every five seconds; each submitting client submits a run
// of one detector every ten seconds; each downloading client fetches files of 16 MB one after the other. The peer is the same service at rest:
// the ratio tells what the load costs. Service, workers, database and clients share the machine.
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { cli, report, residentMb, root } from '../support/measured-run.mjs';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '300' },
    watching: { type: 'string', default: '200' },
    submitting: { type: 'string', default: '50' },
    downloading: { type: 'string', default: '10' },
  },
});
const api = join(root, 'packages/service/api/dist/index.js');
if (!existsSync(api) || !existsSync('/proc/self/status')) {
  console.log('skipped: needs a build ("make build") and Linux (/proc)');
  process.exit(0);
}
const { createClient, readEvents } = await import(api);
const PASSWORD = 'correct horse battery';
const EXPECTED_MS = 250;

const home = mkdtempSync(join(tmpdir(), 'imsim-od-load-'));
chmodSync(home, 0o711);
const serve = ['serve', '--home', home, '--port', '0', '--log-level', 'warn'];
const server = spawn(process.execPath, [cli, ...serve], {
  env: { ...process.env, IMSIM_OD_REQUESTS_PER_MINUTE: '10000000' },
  stdio: ['ignore', 'ignore', openSync(join(home, 'load.log'), 'a', 0o600)],
});
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function untilListening() {
  for (let turn = 0; turn < 600; turn++) {
    const note = join(home, 'server.json');
    if (existsSync(note)) return JSON.parse(readFileSync(note, 'utf8'));
    if (server.exitCode !== null) throw new Error(readFileSync(join(home, 'load.log'), 'utf8'));
    await sleep(100);
  }
  throw new Error('the service does not listen after a minute');
}

/** Requests of a run; the seed keeps their recipes apart. */
function requests(seed, changes = {}) {
  const sky = [{ type: 'synthetic', seed, faintIMag: 22 }];
  const pointing = { raDeg: 53, decDeg: -27.5 };
  return [{ visitId: seed, pointing, band: 'r', detectors: 'R22_S11', sky, products: ['truth'], ...changes }];
}

async function untilSucceeded(client, id) {
  for (;;) {
    const { state } = await client.call('readRun', { params: { id } });
    if (state === 'succeeded') return;
    if (state === 'failed' || state === 'cancelled') throw new Error(`run ${id} ${state}`);
    await sleep(200);
  }
}

const errors = new Map();
const count = (error) => {
  const text = `${error.code ?? error.name}: ${error.message}`.slice(0, 200);
  errors.set(text, (errors.get(text) ?? 0) + 1);
};

async function timed(times, act) {
  const startedMs = performance.now();
  try {
    await act();
    times.push(performance.now() - startedMs);
  } catch (error) {
    count(error);
  }
}

const percentile = (times, share) => {
  const sorted = [...times].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? NaN;
};

/** Clients in a thread of their own, so that what they do with the bytes does not delay the clients that are measured. */
function startThread(role, options) {
  const worker = new Worker(new URL('./load-clients.mjs', import.meta.url), {
    workerData: { role, api, ...options },
  });
  return {
    stop: () => {
      worker.postMessage('stop');
      return new Promise((resolve, reject) => {
        worker.once('message', resolve);
        worker.once('error', reject);
      });
    },
  };
}

try {
  const { url, setupUrl } = await untilListening();
  const anyone = createClient({ baseUrl: url });
  await anyone.call('setup', {
    body: { secret: setupUrl.split('#')[1], name: 'ada', password: PASSWORD },
  });
  const { text: token } = await anyone.call('login', { body: { name: 'ada', password: PASSWORD } });
  const client = createClient({ baseUrl: url, token, retries: 0 });

  // A file of 16 MB or so: the raw image of a CCD.
  const first = await client.call('submitRun', { body: { requests: requests(1, { products: ['raw'] }) } });
  await untilSucceeded(client, first.id);
  const { items } = await client.call('searchDatasets', { query: { expression: "type = 'raw'" } });
  const [file] = items;

  const atRest = [];
  for (let turn = 0; turn < 300; turn++)
    await timed(atRest, () => client.call('readRun', { params: { id: first.id } }));

  // Enough to keep every core busy to the end: the watched run.
  const big = Array.from(
    { length: 20 },
    (_each, index) =>
      requests(1000 + index, { detectors: 'all', sky: [{ type: 'synthetic', seed: 1, faintIMag: 26 }] })[0],
  );
  const watched = await client.call('submitRun', { body: { requests: big } });
  await sleep(3000);

  const ending = new AbortController();
  const status = [];
  const lists = [];
  let events = 0;
  const watch = async (index) => {
    await sleep((index * 5000) / Number(values.watching));
    const stream = client
      .open('events', { query: { runs: watched.id }, signal: ending.signal })
      .then(async (answer) => {
        for await (const event of readEvents(answer.body)) if (event.seq >= 0) events++;
      })
      .catch((error) => {
        if (!ending.signal.aborted) count(error);
      });
    while (!ending.signal.aborted) {
      await timed(status, () => client.call('readRun', { params: { id: watched.id } }));
      if (index % 10 === 0) await timed(lists, () => client.call('listRuns', { query: { limit: 50 } }));
      await sleep(5000);
    }
    await stream;
  };
  const watching = Array.from({ length: Number(values.watching) }, (_each, index) => watch(index));
  const submitting = startThread('submit', { url, token, clients: Number(values.submitting) });
  const downloading = startThread('download', {
    url,
    token,
    clients: Number(values.downloading),
    datasetId: file.id,
    bytes: file.bytes,
  });
  let peakMb = 0;
  const sampling = setInterval(() => (peakMb = Math.max(peakMb, residentMb(server.pid))), 1000);
  const seconds = Number(values.seconds);
  await sleep(seconds * 1000);
  clearInterval(sampling);
  const submitted = await submitting.stop();
  const downloaded = await downloading.stop();
  ending.abort();
  await Promise.all(watching);
  for (const [text, times] of [...submitted.errors, ...downloaded.errors])
    errors.set(text, (errors.get(text) ?? 0) + times);
  const { counts } = await client.call('readRun', { params: { id: watched.id } });

  const ms = (value) => `${value.toFixed(1)} ms`;
  const [restMs, loadMs] = [percentile(atRest, 0.99), percentile(status, 0.99)];
  console.log(
    `${values.watching} watching, ${values.submitting} submitting, ${values.downloading} downloading, ${seconds} s:`,
  );
  report('status call, p99', ms(loadMs), `expected less than ${EXPECTED_MS} ms`);
  report('status call, median', ms(percentile(status, 0.5)), `${status.length} calls`);
  report('status call at rest, p99', ms(restMs), `loaded / rest ${(loadMs / restMs).toFixed(1)}`);
  report('list of 50 runs, p99', ms(percentile(lists, 0.99)), `${lists.length} calls`);
  report('submit, p99', ms(percentile(submitted.times, 0.99)), `${submitted.times.length} runs`);
  report(
    'downloaded',
    `${((downloaded.bytes / 1e6) * (1 / seconds)).toFixed(0)} MB/s`,
    `${downloaded.times.length} files of ${(file.bytes / 1e6).toFixed(1)} MB`,
  );
  report('events', String(events), 'over all streams');
  report('detectors drawn meanwhile', String(counts.succeeded ?? 0), 'of the watched run');
  report('service and workers, resident', `${peakMb.toFixed(0)} MB`, '');
  report('errors', String([...errors.values()].reduce((sum, each) => sum + each, 0)), 'expected none');
  for (const [text, times] of errors) console.log(`    ${times} × ${text}`);
  if (errors.size > 0) process.exitCode = 1;
} finally {
  server.kill('SIGTERM');
  await new Promise((resolve) => (server.exitCode === null ? server.once('exit', resolve) : resolve()));
  rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 300 });
}
