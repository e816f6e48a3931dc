/** The live preview of instance catalogs that are too large to be read whole: by the service's index, with the pixels of the run. */
import { isValidation } from '@imsim-od/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FIELD_HEADER } from '../../apps/server/src/testing/field-catalog.js';
import type { TestUser } from '../../apps/server/src/testing/test-server.js';
import { hasBrowser, type PortalUnderTest, SET_UP_MS, startPortal } from './support/portal.js';
import {
  BASE,
  drawnWindow,
  PLACES,
  previewed,
  sha256Of,
  skyAt,
  uploaded,
} from './support/previewed-pixels.js';

/** One more than a worker holds without an index, or what is promised. */
const OBJECTS = isValidation ? 2_000_000 : 200_001;

/** Stars in and beside the window and far off, one of them bright; faint ones over two degrees, even and without chance. */
function catalog(objects: number): string {
  const near = PLACES.map(([x, y], i) => ({ ...skyAt(x, y), magnorm: 13.5 + i }));
  const far = { ...skyAt(6500, 2250), magnorm: 6 };
  const lines = [...near, far].map(
    ({ raDeg, decDeg, magnorm }, i) =>
      `object bright${i} ${raDeg} ${decDeg} ${magnorm} s 0 0 0 0 0 0 point none none`,
  );
  for (let k = lines.length; k < objects; k++) {
    const raDeg = 51.9 + 2.2 * ((k * 0.6180339887498949) % 1);
    const decDeg = -28.5 + (2 * k) / objects;
    const magnorm = 21 + 6 * ((k * 0.7548776662466927) % 1);
    lines.push(
      `object ${k} ${raDeg.toFixed(6)} ${decDeg.toFixed(6)} ${magnorm.toFixed(3)} s 0 0 0 0 0 0 point none none`,
    );
  }
  return `${FIELD_HEADER}${lines.join('\n')}\n`;
}

describe.skipIf(!hasBrowser)('the preview of large catalogs', { sequential: true }, () => {
  let portal: PortalUnderTest;
  let grace: TestUser;
  beforeAll(async () => {
    portal = await startPortal({});
    grace = await portal.server.user('grace');
  }, SET_UP_MS);
  afterAll(() => portal.close());

  it(
    'is the run’s electron image, bit for bit, of what the index has near the detector, and of what reaches it from afar',
    { timeout: 240_000 },
    async () => {
      const path = await uploaded(grace.client, 'large.txt', catalog(OBJECTS), '/large');
      const design = { ...BASE, sky: [{ type: 'instanceCatalog', path }] };
      // Within what was read, and well beyond it.
      const moved = { ...design, pointing: { raDeg: 53.01, decDeg: -27.49 }, exposureS: 45 };
      const away = { ...design, pointing: { raDeg: 52.5, decDeg: -27.8 } };
      const documents = [design, moved, away];
      const answers = await previewed(portal, 'grace', documents);
      expect(answers.flatMap(({ leftOut }) => leftOut)).toEqual([]);
      for (const [i, document] of documents.entries()) {
        expect(answers[i]?.sourcesPlaced).toBeGreaterThan(1000);
        expect(answers[i]?.sha256, String(i)).toBe(sha256Of(await drawnWindow(grace.client, document)));
      }
    },
  );
});
