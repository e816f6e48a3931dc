/** A scheduler database dropped on a page is read there, in a headless Chromium, as Node reads it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPageSource } from '@imsim-od/survey/node';
import { readSurvey } from '@imsim-od/survey';
import { chromiumLaunchOptions, chromiumPath, repositoryRoot } from '@imsim-od/testing';
import { chromium } from 'playwright-core';
import { build, preview } from 'vite';
import { expect, it } from 'vitest';
import { scienceFolder } from './support/run-science.js';

const chromiumBinary = chromiumPath();
const site = join(scienceFolder(), 'survey-site');
const example = join(repositoryRoot, 'examples/visits.db');
const WHERE = "band = 'r' and airmass < 1.2";

it.skipIf(chromiumBinary === undefined)('a page reads the visits that Node reads', async () => {
  const root = join(repositoryRoot, 'tests/science/browser-survey');
  const outDir = { outDir: site, emptyOutDir: true, target: 'esnext' };
  await build({
    root,
    base: './',
    configFile: false,
    logLevel: 'warn',
    resolve: { conditions: ['source', 'module', 'browser', 'default'] },
    build: outDir,
  });
  const server = await preview({
    root,
    configFile: false,
    logLevel: 'warn',
    build: outDir,
    preview: { port: 0 },
  });
  const browser = await chromium.launch(chromiumLaunchOptions(String(chromiumBinary)));
  try {
    const page = await browser.newPage();
    const faults: string[] = [];
    page.on('pageerror', (error) => faults.push(String(error)));
    await page.goto(String(server.resolvedUrls?.local[0]));
    await page.waitForFunction(() => window.surveyInPage !== undefined);
    const inPage = await page.evaluate(([bytes, where]) => window.surveyInPage?.(bytes, where), [
      [...readFileSync(example)],
      WHERE,
    ] as const);
    expect(faults).toEqual([]);
    const source = openPageSource(example);
    expect(inPage).toEqual(await readSurvey(source, { where: WHERE }));
    expect(inPage?.visits).toHaveLength(4);
    source.close();
  } finally {
    await browser.close();
    await server.close();
  }
});
