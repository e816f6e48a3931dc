import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JobLog } from '../supervisor/job-log.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'imsim-od-log-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const keep = (maxBytes: number, chunks: readonly string[]): string => {
  rmSync(join(folder, 'log'), { force: true });
  const path = join(folder, 'log');
  const log = new JobLog(path, maxBytes);
  for (const chunk of chunks) log.write(Buffer.from(chunk));
  log.close();
  return readFileSync(path, 'latin1');
};

describe('the log of a job', () => {
  it('is what was written while it fits', () => {
    expect(keep(4096, ['one\n', '', 'two\n'])).toBe('one\ntwo\n');
    const whole = 'x'.repeat(4096 - 100);
    expect(keep(4096, [whole])).toHaveLength(4096 - 100);
  });

  it('keeps beginning and end of too much, and counts what it left out', () => {
    for (const size of [1, 7, 1000, 5000]) {
      const text = Array.from({ length: 20_000 }, (_, index) => `${index}\n`).join('');
      const chunks = Array.from({ length: Math.ceil(text.length / size) }, (_, index) =>
        text.slice(index * size, (index + 1) * size),
      );
      const kept = keep(4096, chunks);
      expect(kept.length).toBeLessThanOrEqual(4096);
      const parts = /^([^]*)\n\[\.\.\. ([0-9]+) bytes left out \.\.\.\]\n([^]*)$/.exec(kept);
      const [, head = '', leftOut = '', tail = ''] = parts ?? [];
      expect(text.startsWith(head)).toBe(true);
      expect(text.endsWith(tail)).toBe(true);
      expect(tail).toHaveLength(1024);
      expect(head.length + Number(leftOut) + tail.length).toBe(text.length);
    }
  });
});
