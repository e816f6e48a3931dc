// Runs every check and every tier of tests, and counts them together:
//   node scripts/test.mjs             lint, dependency rules, format, types, then the tiers unit, judge, slow, browser
//   node scripts/test.mjs unit judge  only what is named
// The last line is `N passed, N failed`, with `, N skipped` where there are any. Each check counts as one test. A tier that dies, or a
// file that does not load, counts as one failure. The same line goes to .cache/test-summary for whoever needs it last.
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './workspace.mjs';

const MINUTE_MS = 60_000;
const cache = join(root, '.cache');

const npm = (script) => ['npm', ['run', '--silent', script]];
const CHECKS = {
  lint: npm('lint:code'),
  arrows: npm('lint:arrows'),
  format: npm('format:check'),
  types: npm('typecheck'),
};

/** Tiers with the minutes that each may take on two cores, and the minutes after which it is stopped as hung. */
const TIERS = {
  unit: { budgetMin: 4, limitMin: 12 },
  judge: { budgetMin: 12, limitMin: 30 },
  slow: { budgetMin: 14, limitMin: 40 },
  browser: { budgetMin: 10, limitMin: 25 },
};

/** Full counts (`make validate`) take hours. */
const PATIENCE = process.env.IMSIM_OD_VALIDATE === 'true' ? 16 : 1;

function runCheck(name) {
  const [command, args] = CHECKS[name];
  const { status } = spawnSync(command, args, { cwd: root, stdio: 'inherit' });
  return { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
}

function runTier(name) {
  const report = join(cache, `tests-${name}.json`);
  rmSync(report, { force: true });
  const args = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--project',
    name,
    '--passWithNoTests',
    '--reporter=default',
    '--reporter=json',
  ];
  const { status, signal } = spawnSync(process.execPath, [...args, `--outputFile.json=${report}`], {
    cwd: root,
    stdio: 'inherit',
    timeout: PATIENCE * TIERS[name].limitMin * MINUTE_MS,
  });
  if (signal) console.log(`${name}: stopped by ${signal} (limit ${PATIENCE * TIERS[name].limitMin} min)`);
  const counts = readCounts(report);
  if (status !== 0 && counts.failed === 0) counts.failed = 1;
  return counts;
}

/** Counts from vitest's JSON report; a file that failed without a failed test (it did not load) counts as one failure. */
function readCounts(report) {
  let document;
  try {
    document = JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return { passed: 0, failed: 0, skipped: 0 };
  }
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const file of document.testResults) {
    const statuses = file.assertionResults.map(({ status }) => status);
    for (const status of statuses) {
      if (status === 'passed') counts.passed += 1;
      else if (status === 'failed') counts.failed += 1;
      else counts.skipped += 1;
    }
    if (file.status === 'failed' && !statuses.includes('failed')) counts.failed += 1;
  }
  return counts;
}

function describeRow({ name, passed, failed, skipped, seconds }) {
  const budgetMin = PATIENCE * (TIERS[name]?.budgetMin ?? Infinity);
  const cells = [passed, failed, skipped].map((count) => String(count).padStart(8)).join('');
  const late = seconds > budgetMin * 60 ? `  over its budget of ${budgetMin} min` : '';
  return `${name.padEnd(8)}${cells}${seconds.toFixed(1).padStart(10)} s${late}`;
}

const known = [...Object.keys(CHECKS), ...Object.keys(TIERS)];
const asked = process.argv.slice(2);
const unknown = asked.find((name) => !known.includes(name));
if (unknown !== undefined) {
  console.error(`There is no check or tier '${unknown}'; there are ${known.join(', ')}.`);
  process.exit(2);
}

mkdirSync(cache, { recursive: true });
const rows = [];
for (const name of asked.length > 0 ? asked : known) {
  console.log(`\n== ${name}`);
  const startedMs = performance.now();
  const counts = name in CHECKS ? runCheck(name) : runTier(name);
  rows.push({ name, ...counts, seconds: (performance.now() - startedMs) / 1000 });
}

const sum = (key) => rows.reduce((total, row) => total + row[key], 0);
const [passed, failed, skipped] = ['passed', 'failed', 'skipped'].map(sum);
const summary = `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
writeFileSync(join(cache, 'test-summary'), `${summary}\n`);

console.log(`\n${''.padEnd(8)}  passed  failed skipped      time`);
rows.forEach((row) => console.log(describeRow(row)));
console.log(`\n${summary}`);
process.exitCode = failed > 0 ? 1 : 0;
