import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { askCli, runCli, temporaryFolder } from './run-cli.js';

const folder = temporaryFolder();

interface Explained {
  readonly sources: readonly { objectId: string; electrons: number; distancePx: number }[];
  readonly expectedElectrons: number;
  readonly skyElectrons: number;
  readonly realisedElectrons: number;
  readonly raw: { expectedAdu: number; sigmaAdu: number; amplifier: string };
  readonly files: { eimage: { value: number }; raw: { value: number; deviationSigma: number } };
}

describe('explain', () => {
  it('says of a catalog what made a pixel, with the values of the files beside the recipe', () => {
    // The boresight is the middle of R22_S11 but for a hundredth of a pixel.
    writeFileSync(join(folder, 'stars.csv'), 'id,ra,dec,mag_r\nbright,53.0,-30.0,20\nfar,53.05,-30.0,21\n');
    writeFileSync(
      join(folder, 'visit.yaml'),
      [
        'pointing: { raDeg: 53, decDeg: -30 }',
        'band: r',
        'detectors: [R22_S11, R22_S12]',
        'products: [eimage, raw]',
        'sky: [{ type: table, path: stars.csv }]',
      ].join('\n'),
    );
    const made = runCli(['simulate', 'visit.yaml', '--out', 'out', '--workers', '1'], folder);
    expect(made.status, made.stderr).toBe(0);
    const args = ['explain', 'out', '--detector', 'R22_S11', '--pixel', '2047,2001'];
    const explained = askCli<Explained>([...args, '--json'], folder);
    expect(explained.sources[0]).toMatchObject({ objectId: 'bright' });
    expect(explained.sources[0]!.distancePx).toBeLessThan(2);
    expect(explained.files.eimage.value).toBe(explained.realisedElectrons);
    const { raw, files } = explained;
    expect(files.raw.deviationSigma).toBeCloseTo((files.raw.value - raw.expectedAdu) / raw.sigmaAdu, 9);
    // one draw from a bell curve, fixed by the seed
    expect(Math.abs(files.raw.deviationSigma)).toBeLessThan(5);
    const { status, stdout } = runCli(args, folder);
    expect(status).toBe(0);
    expect(stdout).toMatch(/^R22_S11, pixel 2047,2001 \(FITS 2048,2002\)/);
    expect(stdout).toMatch(/bright +\d+\.\d +\d+\.\d\d % +point +20\.00/);
    expect(stdout).toContain('the file has the same: out/eimage_');
    expect(stdout).toContain(`raw, amplifier ${raw.amplifier}`);

    const recipe = readdirSync(join(folder, 'out')).find((name) => /^recipe.*R22_S12/.test(name))!;
    for (const [wrong, exitCode, message] of [
      [
        ['out', '--pixel', '1,1'],
        2,
        /out: holds 2 recipes; say which with --detector, or give one of recipe_/,
      ],
      [
        ['out', '--pixel', '1,1', '--detector', 'R01_S00'],
        2,
        /holds no recipe of R01_S00; there are recipe_/,
      ],
      [['out', '--pixel', '1;1', '--detector', '94'], 2, /argument '1;1' is invalid. Give two whole numbers/],
      [['out', '--pixel', '4096,1', '--detector', '94'], 3, /4096,1 is not on R22_S11.*x 0 to 4095/],
      [
        [`out/${recipe}`, '--pixel', '1,1', '--detector', 'R22_S11'],
        2,
        /is the recipe of R22_S12, not of R22_S11/,
      ],
      [['.', '--pixel', '1,1'], 3, /holds no recipe_\*\.json/],
      [['out', '--detector', '94', '--pixel', '1,1', '--sources', '-1'], 2, /--sources/],
    ] as const) {
      const run = runCli(['explain', ...wrong], folder);
      expect(run.stderr).toMatch(message);
      expect(run.status).toBe(exitCode);
    }
    writeFileSync(join(folder, 'stars.csv'), 'id,ra,dec,mag_r\nother,53.0,-30.0,20\n');
    expect(runCli(args, folder).stderr).toContain('is not the file this recipe was made from');
  });
});
