/** A file of several requests, `---` between them, as the portal exports the visits that were chosen in it. */
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { askCli, runCli, temporaryFolder } from './run-cli.js';

const folder = temporaryFolder();
const file = (name: string, text: string): string => {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
};
const request = (visitId: number, band: string): string =>
  `pointing: { raDeg: 53, decDeg: -27.5 }\nband: ${band}\nvisitId: ${visitId}\ndetectors: R22_S11\nsky: []\nproducts: [truth]\n`;
const two = file('two.yaml', `${request(7, 'r')}---\n${request(8, 'i')}`);

describe('a file of several requests', () => {
  it('is planned and shown request by request, options and settings in all of them', () => {
    const plan = askCli<{
      visits: { visit: { visitId: number; band: string } }[];
      total: { visits: number };
    }>(['plan', two, '--json']);
    expect(plan.visits.map(({ visit }) => [visit.visitId, visit.band])).toEqual([
      [7, 'r'],
      [8, 'i'],
    ]);
    expect(plan.total.visits).toBe(2);
    const shown = askCli<{ visits: { request: object }[] }>([
      'show',
      two,
      '--set',
      'exposureS=15',
      '--detectors',
      'R01_S00',
      '--json',
    ]);
    expect(shown.visits.map(({ request }) => request)).toMatchObject([
      { visitId: 7, band: 'r', exposureS: 15, detectors: ['R01_S00'] },
      { visitId: 8, band: 'i', exposureS: 15, detectors: ['R01_S00'] },
    ]);
  });

  it('is made into a folder for each visit, and refuses two visits of one number', () => {
    expect(runCli(['simulate', two, '--out', join(folder, 'out')]).status).toBe(0);
    expect(readdirSync(join(folder, 'out')).sort()).toEqual(['00000007', '00000008']);
    const same = file('same.yaml', `${request(7, 'r')}---\n${request(7, 'i')}`);
    const run = runCli(['simulate', same, '--out', join(folder, 'same')]);
    expect(run.status).not.toBe(0);
    expect(run.stdout + run.stderr).toContain('another request of the file has visitId 7');
  });

  it('says in which line of which request a fault is, and that a database completes one request alone', () => {
    const bad = file('bad.yaml', `${request(7, 'r')}---\n${request(8, 'q')}`);
    expect(runCli(['plan', bad]).stderr).toMatch(/bad\.yaml:9: band/);
    const run = runCli(['plan', two, '--opsim', 'examples/visits.db', '--where', "band = 'r'"]);
    expect(run.status).not.toBe(0);
    expect(run.stderr).toMatch(/two\.yaml: holds 2 requests; one is wanted here/);
  });
});

describe('what a service keeps', () => {
  it('is not read here: the command says how it comes here', () => {
    const path = file(
      'stored.yaml',
      `${request(7, 'r').replace('sky: []', 'sky: [{ type: instanceCatalog, path: "library:deep" }]')}`,
    );
    for (const command of ['plan', 'show', 'simulate']) {
      const { status, stderr } = runCli([command, path]);
      expect(status).toBe(3);
      expect(stderr).toMatch(/library:deep is kept by a service\. imsim-od library get deep fetches it/);
    }
  });
});
