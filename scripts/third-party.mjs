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
  'MPL-2.0',
]);

/** Tools whose own library code is compiled into what ships. */
const COMPILED_IN = ['node_modules/assemblyscript'];

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
function licenceText(path) {
  const files = readdirSync(join(root, path));
  const file = files.find((name) => /^licen[cs]e(-mit)?(\.(md|txt))?$/i.test(name));
  if (file !== undefined) return readText(`${path}/${file}`).trim();
  const readme = files.find((name) => /^readme(\.md)?$/i.test(name));
  const section = readme && /^#+ *licen[cs]e *\n|^licen[cs]e\n[-=]+\n/im.exec(readText(`${path}/${readme}`));
  if (!section) throw new Error(`${path} has no licence file; find its text before shipping it.`);
  return section.input.slice(section.index + section[0].length).trim();
}

function describePackage(path) {
  const { name, version, license } = readJson(`${path}/package.json`);
  if (!ACCEPTED.has(license))
    throw new Error(`${name} ${version} is under '${license}', which the project does not accept.`);
  return { name, version, license, url: `https://www.npmjs.com/package/${name}`, text: licenceText(path) };
}

function render(packages) {
  const rows = packages.map(
    ({ name, version, license, url }) => `| [${name}](${url}) | ${version} | ${license} |`,
  );
  const texts = packages.map(({ name, license, text }) => {
    // The Apache licence is the project's own: its text is in LICENSE.
    if (license === 'Apache-2.0')
      return `### ${name}\n\nApache License 2.0; its text is in [LICENSE](LICENSE).`;
    return `### ${name}\n\n\`\`\`text\n${text}\n\`\`\``;
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
    '## Licence texts',
    '',
    texts.join('\n\n'),
    '',
  ].join('\n');
}

const byName = (a, b) => (a.name < b.name ? -1 : 1);
const text = render(shippedPaths().map(describePackage).sort(byName));

if (!process.argv.includes('--check')) {
  writeFileSync(page, text);
} else if (readFileSync(page, 'utf8') !== text) {
  console.error('THIRD-PARTY.md is stale; write it anew by `npm run third-party`.');
  process.exit(1);
}
