/** What `plan` says will be made, against what `simulate` makes. */
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { askCli, temporaryFolder } from './run-cli.js';

const folder = temporaryFolder();

interface Planned {
  readonly total: { readonly objects: number; readonly bytes: number; readonly detectors?: number };
}
interface Made {
  readonly detectors: readonly { readonly summary: { readonly sourcesDrawn: number } }[];
}

it('counts what will be drawn: rows that reach the detectors, displaced, lensed and cut, and the bytes of every product', () => {
  // A grid of stars and galaxies over four detectors' width; a quarter of them is too faint.
  const rows = Array.from({ length: 3600 }, (_, i) => {
    const [ra, dec] = [53 + 0.01 * ((i % 60) - 30), -28 + 0.01 * (Math.floor(i / 60) - 30)];
    return `${i},${ra.toFixed(4)},${dec.toFixed(4)},${20 + (i % 4)},${i % 2},${0.5}`;
  });
  writeFileSync(join(folder, 'grid.csv'), `id,ra,dec,mag,hlr,redshift\n${rows.join('\n')}\n`);
  writeFileSync(
    join(folder, 'grid.yaml'),
    `pointing: { raDeg: 53.0, decDeg: -28.0 }
band: r
detectors: [R22_S11, R22_S01]
products: [eimage, raw, truth, preview]
sky:
  - type: table
    path: grid.csv
    magnitudeLimits: { faintest: 22.5 }
    offset: { eastArcsec: 400 }
    lensing: { kappa: 0.05 }
`,
  );
  const { total } = askCli<Planned>(['plan', 'grid.yaml', '--json'], folder);
  const { detectors } = askCli<Made>(['simulate', 'grid.yaml', '--out', 'grid', '--json'], folder);
  const drawn = detectors.reduce((sum, { summary }) => sum + summary.sourcesDrawn, 0);
  expect(drawn).toBeGreaterThan(500);
  expect(total.objects).toBe(drawn);
  const bytes = readdirSync(join(folder, 'grid')).reduce(
    (sum, name) => sum + statSync(join(folder, 'grid', name)).size,
    0,
  );
  expect(Math.abs(total.bytes / bytes - 1)).toBeLessThan(0.03);
});
