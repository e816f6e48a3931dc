// Sets up what the project stands on, each part only when it is missing or out of date:
//   node    npm packages from package-lock.json: all that `make start` needs, no root
//   tools   Debian packages with the tools that judge the tests, only as root on Debian; elsewhere it prints the line to type
//   python  .venv with the exact packages of tests/python-requirements.txt
// A judge that cannot be set up does not stop here: its tests skip and are counted, or fail under CI=true.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { isInstalled } from './install-stamp.mjs';
import { root } from './workspace.mjs';

const PARTS = { node: setUpNode, tools: setUpTools, python: setUpPython };

for (const part of process.argv.slice(2)) {
  const setUp = PARTS[part];
  if (!setUp) {
    console.error(`setup: there is no part '${part}'; there are ${Object.keys(PARTS).join(', ')}.`);
    process.exit(2);
  }
  setUp();
}

function run(command, args, options = {}) {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', ...options }).status === 0;
}

function answers(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: 'ignore' }).status === 0;
}

// ---- npm packages

function setUpNode() {
  refuseOldNode();
  if (isInstalled()) return;
  console.log('setup: npm packages');
  if (!run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])) {
    console.error(
      'setup: npm ci failed; see above. Is a package registry in reach (npm config get registry)?',
    );
    process.exit(1);
  }
  // An npm that runs no scripts leaves this to us.
  if (!isInstalled() && !run(process.execPath, ['scripts/after-install.mjs'])) process.exit(1);
}

function refuseOldNode() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 20 || (major === 20 && minor >= 19)) return;
  console.error(
    `setup: Node ${process.version} is too old; ImSim On Demand needs 20.19 or later (https://nodejs.org).`,
  );
  process.exit(2);
}

// ---- Debian packages

function setUpTools() {
  const missing = missingDebianPackages();
  if (missing.length === 0) return;
  const isDebian = existsSync('/etc/debian_version');
  if (!isDebian || process.getuid?.() !== 0) {
    console.log(`setup: tests that need ${missing.join(', ')} cannot run; on Debian, install them by`);
    console.log(`  sudo apt-get install --no-install-recommends ${missing.join(' ')}`);
    return;
  }
  console.log(`setup: Debian packages ${missing.join(' ')}`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = ['-qq', '-o', 'Dpkg::Use-Pty=0'];
  const installed =
    run('apt-get', [...quiet, 'update'], { env }) &&
    run('apt-get', [...quiet, 'install', '-y', '--no-install-recommends', ...missing], {
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  if (!installed) console.log('setup: apt-get failed; tests that need these tools cannot run.');
}

function missingDebianPackages() {
  const byCommand = [
    ['fitsverify', 'fitsverify'],
    ['source-extractor', 'source-extractor'],
    ['funpack', 'libcfitsio-bin'],
    ['chromium', 'chromium'],
  ];
  const missing = byCommand.filter(([command]) => !hasCommand(command)).map(([, name]) => name);
  if (!existsSync('/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf')) missing.push('fonts-dejavu-core');
  if (!existsSync(join(root, '.venv/bin/python')) && !findPython()) missing.push('python3', 'python3-venv');
  return missing;
}

function hasCommand(name) {
  return answers('sh', ['-c', `command -v ${name}`]);
}

// ---- Python

/** The first Python of at least 3.11 that can make a virtual environment, or undefined. */
function findPython() {
  const probe = 'import sys, ensurepip, venv; sys.exit(sys.version_info < (3, 11))';
  return ['python3', 'python3.13', 'python3.12', 'python3.11'].find((name) => answers(name, ['-c', probe]));
}

function setUpPython() {
  const requirements = 'tests/python-requirements.txt';
  const folder = join(root, '.venv');
  const python = join(folder, 'bin/python');
  const stamp = join(folder, '.imsim-od-requirements');
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, requirements)))
    .digest('hex');
  if (existsSync(python) && existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;

  console.log('setup: Python packages of the test judges');
  const isNew = !existsSync(python);
  if (isNew) {
    const host = findPython();
    if (!host || !run(host, ['-m', 'venv', '.venv'])) {
      console.log('setup: no Python of 3.11 or later with venv and pip; tests judged by Python cannot run.');
      return;
    }
  }
  const pip = [
    '-m',
    'pip',
    'install',
    '--quiet',
    '--disable-pip-version-check',
    '--no-input',
    '-r',
    requirements,
  ];
  if (run(python, pip)) {
    writeFileSync(stamp, wanted);
    return;
  }
  console.log('setup: pip failed; tests judged by Python cannot run.');
  // Half an environment would make its tests fail where they should skip.
  if (isNew) rmSync(folder, { recursive: true, force: true });
}
