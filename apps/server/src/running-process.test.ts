import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lookFor, thisProcess } from './running-process.js';

describe('a process by its name in a file', () => {
  it('is there as long as it runs, and not under its number alone', () => {
    const self = thisProcess();
    expect(lookFor(self)).toBe('runs');
    expect(lookFor({ ...self, startId: `${self.startId}1` })).toBe('gone');
    expect(lookFor({ ...self, hostname: 'another' })).toBe('elsewhere');
    expect(lookFor({ ...self, pid: 2 ** 30 })).toBe('gone');
  });

  it.skipIf(process.platform !== 'linux')(
    'is gone when it ended, though its parent has not asked how',
    async () => {
      // The shell's child ends at once; the sleep that takes the shell's place never asks about it.
      const script = 'sh -c "echo \\$\\$; exec sleep 0.2" & exec sleep 30';
      const parent = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'] });
      try {
        const [text] = (await once(parent.stdout, 'data')) as [Buffer];
        const pid = Number(text.toString());
        const startId = (): string => {
          const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
          return `${boot}:${
            readFileSync(`/proc/${pid}/stat`, 'utf8')
              .replace(/^.*\) /s, '')
              .split(' ')[19]
          }`;
        };
        const child = { ...thisProcess(), pid, startId: startId() };
        expect(lookFor(child)).toBe('runs');
        await expect.poll(() => readFileSync(`/proc/${pid}/stat`, 'utf8')).toMatch(/\) Z /);
        expect(lookFor(child)).toBe('gone');
      } finally {
        parent.kill('SIGKILL');
      }
    },
  );
});
