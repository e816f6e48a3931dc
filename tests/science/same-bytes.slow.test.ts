/** Same recipe, same bytes: Node 20 and Node 24, any number of workers, any order or subset of detectors and products. */
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { node24Path } from '@imsim-od/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { type SimulateOptions, scienceFolder, simulateScene } from './support/run-science.js';
import { SAME_BYTES_REQUEST, digestsOf, fitsDigests } from './support/same-bytes-request.js';

const root = scienceFolder();
const node24 = node24Path();

async function digestsOfRun(
  name: string,
  request: object,
  options: SimulateOptions = {},
): Promise<Record<string, string>> {
  const folder = join(root, name);
  mkdirSync(folder);
  writeFileSync(join(folder, 'request.json'), JSON.stringify(request));
  const { outputs } = await simulateScene(folder, options);
  for (const { path, sha256 } of outputs) {
    expect(createHash('sha256').update(readFileSync(path)).digest('hex'), path).toBe(sha256);
  }
  return fitsDigests(outputs);
}

describe('the bytes of e-image, raw and truth', () => {
  let reference: Record<string, string>;

  beforeAll(async () => {
    reference = await digestsOfRun('reference', SAME_BYTES_REQUEST, { args: ['--workers', '1'] });
  });

  it('are six files, all different', () => {
    expect(Object.keys(reference)).toHaveLength(6);
    expect(new Set(Object.values(reference)).size).toBe(6);
  });

  it.each([2, 3])('are the same with %d workers and the detectors in another order', async (workers) => {
    const request = { ...SAME_BYTES_REQUEST, detectors: [...SAME_BYTES_REQUEST.detectors].reverse() };
    expect(
      await digestsOfRun(`workers-${workers}`, request, { args: ['--workers', String(workers)] }),
    ).toEqual(reference);
  });

  it('are the same for one detector alone', async () => {
    const request = { ...SAME_BYTES_REQUEST, detectors: 'R01_S00' };
    expect(await digestsOfRun('one-detector', request)).toEqual(digestsOf(reference, /R01_S00/));
  });

  it.each(['eimage', 'raw', 'truth'])('are the same when %s alone is asked for', async (product) => {
    const prefix = { eimage: /^eimage_/, raw: /^amp_/, truth: /^truth_/ }[product] ?? /^$/;
    const request = { ...SAME_BYTES_REQUEST, products: [product] };
    const expected = digestsOf(reference, prefix);
    expect(Object.keys(expected)).toHaveLength(2);
    expect(await digestsOfRun(`only-${product}`, request)).toEqual(expected);
  });

  it.skipIf(node24 === undefined)('are the same under Node 24', async () => {
    expect(await digestsOfRun('node-24', SAME_BYTES_REQUEST, { node: String(node24) })).toEqual(reference);
  });

  it('are others with another seed', async () => {
    const other = await digestsOfRun('other-seed', { ...SAME_BYTES_REQUEST, seed: 4 });
    expect(Object.keys(other)).toEqual(Object.keys(reference));
    for (const [name, digest] of Object.entries(other)) expect(digest, name).not.toBe(reference[name]);
  });
});
