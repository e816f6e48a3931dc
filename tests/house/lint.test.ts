/**
 * The linter refuses what the house refuses. Each fixture is laid over the clean one, as a workspace of its own in a temporary folder, and
 * judged by the project's own configuration: a rule that stops seeing its fault fails here.
 */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import { repositoryRoot } from '@imsim-od/testing';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const fixtures = join(repositoryRoot, 'tests/house/fixtures');

const CRUISER = [
  join(repositoryRoot, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs'),
  '--config',
  join(repositoryRoot, '.dependency-cruiser.cjs'),
  'packages',
  'apps',
];

let scratch = '';
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'imsim-od-lint-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Lays the clean fixture and one more over it into a fresh folder, and links its packages as npm would. */
function layOut(fixture: string): string {
  const folder = mkdtempSync(join(scratch, `${fixture}-`));
  cpSync(join(fixtures, 'clean'), folder, { recursive: true });
  cpSync(join(fixtures, fixture), folder, { recursive: true });
  linkPackages(folder);
  return folder;
}

function linkPackages(folder: string): void {
  const scope = join(folder, 'node_modules/@imsim-od');
  mkdirSync(scope, { recursive: true });
  for (const name of readdirSync(join(folder, 'packages/imaging'))) {
    symlinkSync(join(folder, 'packages/imaging', name), join(scope, name));
  }
}

function cruise(cwd: string): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, CRUISER, { cwd, encoding: 'utf8' });
  return { status, output: stdout + stderr };
}

interface Finding {
  readonly rule: string | null;
  readonly isError: boolean;
}

/** ESLint in this process with the project's configuration: starting it anew takes longer than its work. */
async function lint(cwd: string): Promise<readonly Finding[]> {
  const eslint = new ESLint({ cwd, overrideConfigFile: join(repositoryRoot, 'eslint.config.js') });
  const results = await eslint.lintFiles(['.']);
  return results.flatMap((file) =>
    file.messages.map(({ ruleId, severity }) => ({ rule: ruleId, isError: severity === 2 })),
  );
}

describe('dependency rules', () => {
  it.each([
    ['package-cycle', 'cycle'],
    ['file-cycle', 'cycle'],
    ['type-cycle', 'cycle'],
    ['reach-by-path', 'reach-into-src'],
    ['reach-by-name', 'unresolvable'],
    ['reach-from-app', 'reach-into-src-from-outside'],
    ['upward-arrow', 'upward-arrow-from-fits'],
    ['app-imported', 'app-imported'],
    ['node-in-imaging', 'node-in-imaging'],
    ['node-part-in-imaging', 'node-part-in-imaging'],
  ])('refuse %s by the rule %s', (fixture, rule) => {
    const { status, output } = cruise(layOut(fixture));
    expect(output).toMatch(new RegExp(`error ${rule}:`));
    expect(status).toBeGreaterThan(0);
  });

  it('see a cycle through two packages from file to file', () => {
    const { output } = cruise(layOut('package-cycle'));
    expect(output).toContain('packages/imaging/fits/src/index.ts');
    expect(output).toContain('packages/imaging/kernel/src/index.ts');
  });

  it('pass the clean fixture', () => {
    expect(cruise(layOut('clean'))).toMatchObject({ status: 0 });
  });
});

describe('rules on single files', () => {
  const faults = [
    ['reach-by-name', 'no-restricted-imports'],
    ['math-sin', 'house/pixel-path'],
    ['math-by-string', 'house/pixel-path'],
    ['math-destructured', 'house/pixel-path'],
    ['math-renamed', 'house/pixel-path'],
    ['math-through-global', 'house/pixel-path'],
    ['math-random', 'house/pixel-path'],
    ['power-operator', 'house/pixel-path'],
    ['power-assignment', 'house/pixel-path'],
    ['clock', 'house/pixel-path'],
    ['clock-by-new', 'house/pixel-path'],
    ['performance-clock', 'house/pixel-path'],
    ['locale', 'house/pixel-path'],
    ['node-global', 'no-restricted-globals'],
    ['any-type', '@typescript-eslint/no-explicit-any'],
    ['ts-ignore', '@typescript-eslint/ban-ts-comment'],
  ] as const;

  it.each(faults)('refuse %s by the rule %s', async (fixture, rule) => {
    expect(await lint(layOut(fixture))).toEqual([{ rule, isError: true }]);
  });

  it('pass the clean fixture', async () => {
    expect(await lint(layOut('clean'))).toEqual([]);
  });

  it('refuse a file of more than 800 lines and warn above 500', async () => {
    const folder = layOut('clean');
    const lines = (count: number): string => '// a line\n'.repeat(count - 1) + 'export {};';
    writeFileSync(join(folder, 'packages/imaging/fits/src/card.ts'), lines(801));
    writeFileSync(join(folder, 'packages/imaging/fits/src/long.ts'), lines(501));
    writeFileSync(join(folder, 'packages/imaging/fits/src/fits.ts'), lines(500));
    const findings = await lint(folder);
    expect(findings).toHaveLength(3);
    expect(findings).toContainEqual({ rule: 'house/file-length', isError: true });
    expect(findings.filter(({ rule }) => rule === 'max-lines')).toHaveLength(2);
  });
});
