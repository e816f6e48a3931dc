/** A service of its own for a test, as its users have it: the built program in the background, an embedded database, a home in a folder. */
import { spawn } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../../../apps/imsim-od/bin/imsim-od.js', import.meta.url));
const PASSWORD = 'a password of some length';

/** A command that has ended. */
export interface EndedCommand {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A running service and its administrator's command line. */
export interface ServiceProcess {
  /** Where commands run, and where the service has its `home`. */
  readonly folder: string;
  /** Runs `imsim-od` as a user who has logged in. */
  run(args: readonly string[]): Promise<EndedCommand>;
  /** The same, for a command that must end well. @returns what it prints */
  must(args: readonly string[], input?: string): Promise<string>;
  /** Stops the service and removes the folder. */
  close(): Promise<void>;
}

/** Starts a service. @param prepare makes what the service needs in the folder @param options of `serve` */
export async function startService(
  prepare: (folder: string) => void,
  options: readonly string[] = [],
): Promise<ServiceProcess> {
  const folder = mkdtempSync(join(tmpdir(), 'imsim-od-service-'));
  // The embedded database runs as a user of its own where the service is root's.
  chmodSync(folder, 0o711);
  prepare(folder);
  const run = (args: readonly string[], input = ''): Promise<EndedCommand> =>
    new Promise((resolve) => {
      const child = spawn(process.execPath, [program, ...args], {
        cwd: folder,
        env: {
          PATH: process.env['PATH'],
          HOME: folder,
          IMSIM_OD_HOME: join(folder, 'home'),
          XDG_CONFIG_HOME: join(folder, 'config'),
          IMSIM_OD_WORKERS: '2',
        },
      });
      let stdout = '';
      let stderr = '';
      child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      child.on('close', (status) => resolve({ status, stdout, stderr }));
      child.stdin.end(input);
    });
  const must = async (args: readonly string[], input?: string): Promise<string> => {
    const { status, stdout, stderr } = await run(args, input);
    if (status !== 0)
      throw new Error(`imsim-od ${args.join(' ')} exited ${String(status)}\n${stdout}\n${stderr}`);
    return stdout;
  };
  const close = async (): Promise<void> => {
    await run(['serve', '--stop']);
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await must(['serve', '--background', '--port', '0', ...options]);
    const { url, setupUrl } = JSON.parse(readFileSync(join(folder, 'home/server.json'), 'utf8')) as {
      readonly url: string;
      readonly setupUrl: string;
    };
    const setup = await fetch(`${url}/api/v1/setup`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ secret: setupUrl.split('#')[1], name: 'ada', password: PASSWORD }),
    });
    if (setup.status !== 201) throw new Error(await setup.text());
    await must(['login', url, '--name', 'ada', '--password-stdin'], PASSWORD);
  } catch (error) {
    await close();
    throw error;
  }
  return { folder, run, must, close };
}
