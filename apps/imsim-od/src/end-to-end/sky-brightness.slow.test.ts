/** The sky that is drawn is told with one number in the plan, in the header of every product, and in the header of the truth. */
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openFits } from '@imsim-od/fits';
import { expect, it } from 'vitest';
import { askCli, runCli, temporaryFolder } from './run-cli.js';

const folder = temporaryFolder();
const NO_SOURCES = ['--set', 'sky=[]', '--detectors', 'R22_S11'];
const request = join(folder, 'request.yaml');
writeFileSync(request, 'pointing: { raDeg: 53, decDeg: -27.4 }\nband: r\n');

interface Planned {
  readonly visit: { readonly skyBrightnessMagPerArcsec2: number; readonly skyBrightnessFrom: string };
}

/** SKYMAG and SKYFROM of the products that have a header, by file. */
function skiesIn(out: string): (readonly [number, string])[] {
  const names = (readdirSync(out, { recursive: true }) as string[]).filter((name) =>
    /\.fits(\.fz)?$/.test(name),
  );
  for (const product of ['amp', 'eimage', 'truth']) expect(names.join()).toContain(product);
  return names.map((name) => {
    const { hdus } = openFits(new Uint8Array(readFileSync(join(out, name))));
    const { header } = hdus.find((hdu) => hdu.header.has('SKYMAG'))!;
    return [header.float('SKYMAG'), header.string('SKYFROM')] as const;
  });
}

it.each([
  ['given', [request, '--set', 'skyBrightnessMagPerArcsec2=20.625'], 20.625, 'request'],
  ['computed', [request], undefined, /dark sky|airmass/],
  [
    'taken from the scheduler',
    ['--opsim', 'examples/visits.db', '--visit', '7007', '--set', 'snaps=1'],
    undefined,
    /scheduler|visits\.db/,
  ],
] as const)('%s', (name, args, given, from) => {
  const out = join(folder, name.replaceAll(' ', '-'));
  const plan = askCli<Planned & { readonly visits?: readonly Planned[] }>([
    'plan',
    ...args,
    ...NO_SOURCES,
    '--json',
  ]);
  const { visit } = plan.visits?.[0] ?? plan;
  if (given !== undefined) expect(visit.skyBrightnessMagPerArcsec2).toBe(given);
  expect(visit.skyBrightnessFrom).toMatch(from);
  const run = runCli(['simulate', ...args, ...NO_SOURCES, '--products', 'eimage,raw,truth', '--out', out]);
  expect(run.stderr).not.toContain('imsim-od:');
  expect(run.status).toBe(0);
  for (const sky of skiesIn(out))
    expect(sky).toEqual([visit.skyBrightnessMagPerArcsec2, visit.skyBrightnessFrom]);
});
