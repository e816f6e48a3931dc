import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkBeginning } from './plan-requests.js';

const HEADER = `rightascension 53.0
declination -27.5
mjd 59580.1
filter 2
rotskypos 0.0
obshistid 4242
seeing 0.7
vistime 30
`;
const star = (id: number, model = 'point'): string =>
  `object ${id} 53.001 -27.501 19.0 starSED/x.gz 0 0 0 0 0 0 ${model} none CCM 0.1 3.1\n`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'imsim-od-beginning-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function beginning(bytes: Uint8Array): Promise<void> {
  const path = join(folder, 'received');
  writeFileSync(path, bytes);
  return checkBeginning({ name: 'field.txt', files: [{ name: 'field.txt', path }] });
}

describe('the beginning of a catalog', () => {
  const sound = `${HEADER}${Array.from({ length: 12 }, (_each, id) => star(id)).join('')}includeobj later.txt\n${star(99)}`;

  it.each([
    ['plain', Buffer.from(sound)],
    ['packed', gzipSync(sound)],
  ])('of a sound one is never refused, wherever it was cut: %s', async (_kind, bytes) => {
    for (let end = 1; end <= bytes.length; end += 3) await beginning(bytes.subarray(0, end));
    await beginning(bytes);
  });

  it('with a line that cannot be is refused once that line has come whole, not before', async () => {
    const before = `${HEADER}${star(1)}${star(2)}`;
    const text = `${before}${star(3, 'movingPoint')}${star(4)}`;
    const lineEnd = before.length + star(3, 'movingPoint').length;
    for (let end = before.length; end < lineEnd; end++) await beginning(Buffer.from(text.slice(0, end)));
    const line = HEADER.split('\n').length + 2;
    for (const end of [lineEnd, lineEnd + 10, text.length])
      await expect(beginning(Buffer.from(text.slice(0, end)))).rejects.toThrow(`field.txt, line ${line}`);
  });

  it('that is no text is refused', async () => {
    const noise = new Uint8Array(5000).map((_each, i) => (i * 7919) % 256);
    await expect(beginning(noise)).rejects.toMatchObject({ code: 'SKY_CATALOG_FORMAT' });
  });
});
