/** Same recipe, same bytes in a headless Chromium: request to FITS inside the page, against the command line's checksums. */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { chromiumLaunchOptions, chromiumPath, repositoryRoot } from '@imsim-od/testing';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PageProduct } from './browser/simulate-in-page.js';
import { scienceFolder, simulateScene } from './support/run-science.js';
import { SAME_BYTES_REQUEST, fitsDigests } from './support/same-bytes-request.js';

const chromiumBinary = chromiumPath();
const root = scienceFolder();
const site = join(root, 'site');
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.wasm': 'application/wasm',
};

/** Serves the built page's folder on a loopback port. */
function serve(folder: string): Promise<Server> {
  const server = createServer((request, response) => {
    const name = new URL(request.url ?? '/', 'http://page').pathname.replace(/\/$/, '/index.html');
    try {
      const body = readFileSync(join(folder, name));
      response
        .writeHead(200, { 'content-type': TYPES[extname(name)] ?? 'application/octet-stream' })
        .end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server)));
}

describe.skipIf(chromiumBinary === undefined)('request to FITS in a page', () => {
  let server: Server;

  beforeAll(async () => {
    await build({
      root: join(repositoryRoot, 'tests/science/browser'),
      base: './',
      configFile: false,
      logLevel: 'warn',
      resolve: { conditions: ['source', 'module', 'browser', 'default'] },
      build: { outDir: site, emptyOutDir: true, target: 'esnext' },
    });
    for (const name of ['kernel.wasm', 'tables.bin']) {
      copyFileSync(join(repositoryRoot, 'packages/imaging/kernel/generated', name), join(site, name));
    }
    server = await serve(site);
  });

  afterAll(() => server?.close());

  it('gives the bytes that the command line gives', async () => {
    const folder = join(root, 'node');
    mkdirSync(folder);
    writeFileSync(join(folder, 'request.json'), JSON.stringify(SAME_BYTES_REQUEST));
    const { outputs } = await simulateScene(folder);
    const browser = await chromium.launch(chromiumLaunchOptions(String(chromiumBinary)));
    try {
      const page = await browser.newPage();
      const faults: string[] = [];
      page.on('pageerror', (error) => faults.push(String(error)));
      await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
      await page.waitForFunction(() => window.simulateInPage !== undefined);
      const made = await page.evaluate(
        (request): Promise<PageProduct[]> => window.simulateInPage?.(request) ?? Promise.resolve([]),
        SAME_BYTES_REQUEST,
      );
      expect(faults).toEqual([]);
      const inPage = fitsDigests(made);
      expect(Object.keys(inPage)).toHaveLength(6);
      expect(inPage).toEqual(fitsDigests(outputs));
    } finally {
      await browser.close();
    }
  });
});
