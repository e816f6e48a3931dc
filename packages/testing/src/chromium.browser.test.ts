import { chromium } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { chromiumLaunchOptions, chromiumPath } from './index.js';

const path = chromiumPath();

describe.skipIf(path === undefined)('Chromium', () => {
  it('starts with our options and runs WebAssembly SIMD', async () => {
    const browser = await chromium.launch(chromiumLaunchOptions(String(path)));
    try {
      const page = await browser.newPage();
      // A module whose one function drops a v128 constant: it validates only where SIMD is known.
      const knowsSimd = await page.evaluate(() => {
        const constant = new Array<number>(16).fill(0);
        const body = [0, 0xfd, 12, ...constant, 0x1a, 0x0b];
        const bytes = [
          0,
          97,
          115,
          109,
          1,
          0,
          0,
          0,
          1,
          4,
          1,
          96,
          0,
          0,
          3,
          2,
          1,
          0,
          10,
          body.length + 2,
          1,
          body.length,
          ...body,
        ];
        return WebAssembly.validate(new Uint8Array(bytes));
      });
      expect(knowsSimd).toBe(true);
    } finally {
      await browser.close();
    }
  });
});
