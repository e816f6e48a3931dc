import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  environmentHolds,
  identify,
  isAlive,
  listPids,
  listPsProcesses,
  readMemoryMb,
  readProcess,
} from '../supervisor/process-table.mjs';

const hasPs = spawnSync('ps', ['--version']).status === 0;

describe('the process table', () => {
  it('knows a process by its number and its start together', async () => {
    const child = spawn('sleep', ['60'], { env: { PATH: '/usr/bin:/bin', MARK: 'one-two' } });
    const pid = child.pid ?? 0;
    const identity = identify(pid);
    expect(identity?.pid).toBe(pid);
    if (identity === undefined) return;
    expect(isAlive(identity)).toBe(true);
    expect(isAlive({ pid, startId: `${identity.startId}0` })).toBe(false); // the number used again by another
    expect(listPids()).toContain(pid);
    expect(environmentHolds(pid, 'MARK=one-two')).toBe(true);
    expect(environmentHolds(pid, 'MARK=one')).toBe(false);
    // right after exec hardly a page of the program is in memory yet
    await expect.poll(() => readMemoryMb({ pid }).rssMb, { timeout: 5_000 }).toBeGreaterThan(0.1);
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(isAlive(identity)).toBe(false);
    expect(readProcess(pid)?.startId).not.toBe(identity.startId);
  });

  it('takes a zombie for dead', async () => {
    // The shell is replaced by a program that never waits for the child it inherits.
    const parent = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [chunk] = (await once(parent.stdout, 'data')) as [Buffer];
    const pid = Number(chunk.toString());
    for (let attempt = 0; attempt < 200 && readProcess(pid)?.state !== 'Z'; attempt++) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const zombie = readProcess(pid);
    expect(zombie?.state).toBe('Z');
    expect(isAlive({ pid, startId: zombie?.startId ?? '' })).toBe(false);
    parent.kill('SIGKILL');
  });

  it('reads names with blanks and parentheses', () => {
    const script = `require('fs').writeFileSync('/proc/self/comm', 'a) R (b'); const { readFileSync } = require('fs');
      console.log(readFileSync('/proc/self/stat', 'latin1'))`;
    const { stdout } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
    expect(stdout).toContain('(a) R (b)'); // such names exist; the parser takes what follows the last parenthesis
    expect(readProcess(process.pid)).toMatchObject({ pid: process.pid, ppid: process.ppid });
  });

  it.skipIf(!hasPs)('says the same through ps, which machines without /proc have', () => {
    const viaPs = listPsProcesses().find(({ pid }) => pid === process.pid);
    const viaProc = readProcess(process.pid);
    expect(viaPs).toMatchObject({ ppid: viaProc?.ppid, group: viaProc?.group, niceness: viaProc?.niceness });
    // ps counts whole seconds of CPU time
    expect(Math.abs((viaPs?.cpuS ?? -9) - (viaProc?.cpuS ?? 0))).toBeLessThanOrEqual(1.1);
    expect((viaPs?.rssMb ?? 0) / readMemoryMb({ pid: process.pid }).rssMb).toBeCloseTo(1, 0);
  });
});
