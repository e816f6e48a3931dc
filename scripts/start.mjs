// The main job, end to end: a service in the background, its first administrator, and first light simulated through it. Every step is a
// command that a user could type; the commands are shown.
import { randomBytes } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { homedir, userInfo } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(fileURLToPath(import.meta.url), '../..');
const program = join(root, 'apps/imsim-od/bin/imsim-od.js');
const out = process.argv[2] ?? 'first-light';

/** Runs a command of ours; its words go to the terminal, except what is captured. */
function run(args, { input, capture = false, quiet = false } = {}) {
  if (!quiet)
    console.log(
      `\n$ npx imsim-od ${args.map((arg) => (/^[\w./:=@-]+$/.test(arg) ? arg : `'${arg}'`)).join(' ')}`,
    );
  const { status, stdout, error } = spawnSync(process.execPath, [program, ...args], {
    cwd: root,
    encoding: 'utf8',
    stdio: [
      input === undefined ? 'inherit' : 'pipe',
      capture ? 'pipe' : 'inherit',
      quiet ? 'pipe' : 'inherit',
    ],
    ...(input === undefined ? {} : { input }),
  });
  if (error) throw error;
  return { status, stdout: stdout ?? '' };
}

function must(result) {
  if (result.status !== 0) process.exit(result.status ?? 1);
  return result;
}

/** The home of the service, as the server finds it. */
function serviceHome() {
  if (process.env.IMSIM_OD_HOME) return process.env.IMSIM_OD_HOME;
  const data = process.env.XDG_DATA_HOME;
  if (data && isAbsolute(data)) return join(data, 'imsim-od');
  return process.getuid?.() === 0 ? '/var/lib/imsim-od' : join(homedir(), '.local/share/imsim-od');
}

/** A name that an account may have, from the one of this system. */
function accountName() {
  const name = userInfo()
    .username.toLowerCase()
    .replace(/[^a-z0-9._-]/g, '');
  return /^[a-z][a-z0-9._-]{1,62}$/.test(name) ? name : 'astronomer';
}

/** Makes the first administrator with the link that the server left for this account, and logs in. */
async function makeAdministrator(url, setupUrl) {
  const name = accountName();
  const password = randomBytes(12).toString('base64url');
  const answer = await fetch(`${url}/api/v1/setup`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ secret: new URL(setupUrl).hash.slice(1), name, password }),
  });
  if (!answer.ok) return false;
  console.log(`\nYou administer this service: name ${name}, password ${password}`);
  console.log('It is shown once. This machine keeps a token; the password is for other machines.');
  must(run(['login', url, '--name', name, '--password-stdin'], { input: password }));
  return true;
}

/** An address of the portal that logs a browser in as the user of this machine's token. */
function portalLink(url) {
  return must(run(['portal', '--url', url], { capture: true, quiet: true })).stdout.trim();
}

must(run(['serve', '--background']));
const { url, setupUrl } = JSON.parse(readFileSync(join(serviceHome(), 'server.json'), 'utf8'));
const isNew = setupUrl !== null && (await makeAdministrator(url, setupUrl));
if (!isNew && run(['account', '--url', url], { capture: true, quiet: true }).status !== 0) {
  console.error(
    `\nThe service at ${url} knows you not yet. Log in, then try again: npx imsim-od login ${url}`,
  );
  process.exit(3);
}
must(run(['submit', 'examples/first-light.yaml', '--url', url, '--name', 'first light', '--out', out]));
console.log(`
The images are in ${out}/; look at preview_*.png, or: ds9 -zscale ${out}/eimage_*.fits
The service goes on until: npx imsim-od serve --stop   (its API: ${url}/api/v1/docs)

Open the portal in a browser; this address logs you in, once, within an hour:
  ${portalLink(url)}`);
