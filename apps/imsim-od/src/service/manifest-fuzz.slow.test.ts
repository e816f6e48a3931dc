/** Manifests against damaged and invented ones: lines with paths within the folder, or a coded error. */
import { damaged, fuzz } from '@imsim-od/testing/fuzz';
import fc from 'fast-check';
import { it } from 'vitest';
import { parseManifest } from './get-datasets.js';
import { pathsOf } from './get-paths.js';

const LINE = {
  id: '018f5a1e-0000-7000-8000-000000000001',
  name: 'eimage.fits',
  folder: 'visit-7/R22_S11',
  bytes: 12,
  sha256: 'a'.repeat(64),
};
const MANIFEST = new TextEncoder().encode(
  [LINE, { ...LINE, id: 'b', folder: '' }].map((line) => `${JSON.stringify(line)}\n`).join(''),
);

it('manifests under fuzz lead nowhere outside the folder, or to a coded error', () =>
  fuzz({
    what: 'manifests',
    inputs: fc.oneof(
      damaged([MANIFEST], ['../', '/', '\\\\', '"', '..', '{', '}', '\n', '\\u0000', 'C:', '.']),
      fc
        .array(
          fc.record({
            id: fc.constantFrom('../../x', 'a/../..', '', LINE.id),
            name: fc.oneof(fc.constantFrom('..', '/etc/passwd', 'a/../../b', '', 'a'), fc.string()),
            folder: fc.constantFrom('..', '', '/', 'a'),
          }),
          { maxLength: 3 },
        )
        .map((lines) => lines.map((line) => JSON.stringify({ ...LINE, ...line })).join('\n')),
    ),
    parse: (input) => {
      const text = typeof input === 'string' ? input : new TextDecoder().decode(input);
      for (const path of pathsOf(parseManifest(text, 'fuzz'), '/out').values())
        if (!path.startsWith('/out/') || path.split(/[/\\]/).includes('..'))
          throw new TypeError(`${path} lies outside /out`);
    },
  }));
