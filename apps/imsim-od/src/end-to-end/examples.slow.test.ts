/** Every file of `examples/` is run. Large ones keep their words and lose detectors or depth. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryRoot } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { askCli, runCli, temporaryFolder } from './run-cli.js';

const folder = temporaryFolder();
const examples = join(repositoryRoot, 'examples');

/** What is cut from an example so that it takes seconds. */
const CUTS: Readonly<Record<string, readonly string[]>> = {
  'first-light.yaml': [],
  'whole-focal-plane.yaml': ['--detectors', 'R01_S00,R43_S22', '--set', 'sky.0.faintIMag=20'],
  'two-rafts-dc2-rotation.yaml': ['--detectors', 'R32_S11', '--set', 'sky.0.faintIMag=20'],
  'lensed-sky.yaml': ['--set', 'sky.0.faintIMag=22'],
  'instance-catalog.yaml': [],
  'no-effects.yaml': ['--set', 'sky.0.faintIMag=20'],
  'catalogs/small-field.txt': ['--products', 'eimage,truth'],
};
/** Files that other examples read, or that are run by another command. */
const OTHERS = ['README.md', 'draw-spec.json', 'catalogs/more-stars.txt', 'visits.db'];

interface Report {
  readonly detectors: readonly { status: string }[];
  readonly outputs: readonly { bytes: number }[];
}

interface Plan {
  readonly detectors: readonly object[];
  readonly total: { objects: number; cpuS: number; wallS: number; memoryMb: number; bytes: number };
}

describe('examples', () => {
  it('are all run by this test and listed in their README', () => {
    const files = readdirSync(examples, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name).slice(examples.length + 1));
    expect(files.sort()).toEqual([...Object.keys(CUTS), ...OTHERS].sort());
    const readme = readFileSync(join(examples, 'README.md'), 'utf8');
    for (const file of files)
      if (file !== 'README.md' && !file.includes('more-stars')) expect(readme).toContain(`(${file})`);
  });

  it.each(Object.entries(CUTS))('%s is simulated', (name, cuts) => {
    const out = join(folder, name.replaceAll('/', '-'));
    const report = askCli<Report>(['simulate', join(examples, name), ...cuts, '--out', out, '--json']);
    expect(report.detectors.every(({ status }) => status === 'made')).toBe(true);
    expect(report.outputs.length).toBeGreaterThan(0);
  });

  it.each(Object.keys(CUTS))('%s is planned and shown as it stands', (name) => {
    const plan = askCli<Plan>(['plan', join(examples, name), '--json']);
    expect(plan.total.objects).toBeGreaterThan(0);
    expect(plan.total.bytes).toBeGreaterThan(1e6);
    expect(plan.total.wallS).toBeLessThanOrEqual(plan.total.cpuS);
    expect(plan.detectors).toHaveLength(name.startsWith('whole') ? 189 : name.startsWith('two') ? 18 : 1);
    expect(runCli(['show', join(examples, name)]).status).toBe(0);
    expect(runCli(['plan', join(examples, name)]).stdout).toContain('of memory');
  });

  it('draw-spec.json is drawn', () => {
    const out = join(folder, 'scene.fits');
    const drawn = askCli<{ nx: number; ny: number; sources: number }>([
      ...['draw', join(examples, 'draw-spec.json'), '--out', out, '--json'],
    ]);
    expect(drawn).toMatchObject({ nx: 256, ny: 192, sources: 3 });
    const { hdus } = askCli<{ hdus: { statistics: { mean: number } }[] }>(['inspect', out, '--json']);
    // Sky 100 and 150,000 electrons of sources over 256 x 192 pixels; 1 %: what lies off the image, and noise.
    expect(hdus[0]!.statistics.mean / (100 + 150_000 / (256 * 192))).toBeCloseTo(1, 2);
  });
});
