// The reference scene (10,000 galaxies, 1,000 stars, 4096 x 4096 pixels, sky 800 e): the whole command line, CSV to FITS on
// disk, against GalSim drawing the same list in the same run, turn by turn.
//
//   node benchmarks/reference-scene.bench.mjs [--turns 3] [--scene FOLDER]
//
// FOLDER holds scene-r.csv, scene-r-truth-bin16.fits and galsim_scene.py; ../shared/bench unless given.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cli, measure, median, python, report, root } from './support/measured-run.mjs';

const { values } = parseArgs({
  options: { turns: { type: 'string', default: '3' }, scene: { type: 'string' } },
});
const scene = values.scene ?? join(root, '../shared/bench');
const turns = Number(values.turns);
const needed = [
  join(scene, 'scene-r.csv'),
  join(scene, 'galsim_scene.py'),
  python,
  join(root, 'apps/imsim-od/dist/main.js'),
];
const missing = needed.filter((path) => !existsSync(path));
if (missing.length > 0) {
  console.log(
    `skipped: ${missing.join(', ')} not found (scene folder by --scene; judges by "make test"; build by "make build")`,
  );
  process.exit(0);
}

const folder = mkdtempSync(join(tmpdir(), 'imsim-od-bench-'));
const judge = join(root, 'tests/science/judges/reference_scene.py');
const usage = join(folder, 'usage.json');

async function draw(kind) {
  const spec = join(folder, `${kind}.json`);
  await measure(usage, python, ['-B', judge, 'spec', spec, kind]);
  const catalog = ['--catalog', join(scene, 'scene-r.csv'), '--catalog-origin', '1'];
  const photometry = ['--zero-point-mag', '28.36', '--exposure-s', '30'];
  return measure(usage, process.execPath, [
    cli,
    'draw',
    spec,
    ...catalog,
    ...photometry,
    '--out',
    join(folder, `${kind}.fits`),
  ]);
}

async function galsim() {
  const args = [join(scene, 'galsim_scene.py'), '--mode', 'rule', '--fits', join(folder, 'galsim.fits')];
  return measure(usage, python, args);
}

async function verdict(kind) {
  const truth = join(scene, 'scene-r-truth-bin16.fits');
  const { stdout } = await measure(usage, python, [
    judge,
    'judge',
    join(folder, `${kind}.fits`),
    truth,
    kind,
  ]);
  return JSON.parse(stdout);
}

try {
  const [ours, theirs, starts] = [[], [], []];
  for (let turn = 0; turn < turns; turn++) {
    starts.push(await measure(usage, process.execPath, ['-e', '0']));
    ours.push(await draw('noisy'));
    theirs.push(await galsim());
  }
  const noiseless = await draw('noiseless');
  const noisyVerdict = await verdict('noisy');
  const truthVerdict = await verdict('noiseless');
  const seconds = (value) => `${value.toFixed(2)} CPU-s`;
  const [mine, peer] = [median(ours.map(({ cpuS }) => cpuS)), median(theirs.map(({ cpuS }) => cpuS))];
  console.log(`reference scene, median of ${turns} turns:`);
  report('GalSim, photons and sky noise, to FITS', seconds(peer), '');
  report('imsim-od draw, photons and sky noise, to FITS', seconds(mine), '');
  report('ratio', `${(peer / mine).toFixed(1)} x`, 'expected 15 x or more');
  report(
    'ratio in each turn',
    theirs.map(({ cpuS }, turn) => (cpuS / ours[turn].cpuS).toFixed(1)).join(', '),
    '',
  );
  report(
    'wall time, GalSim and imsim-od',
    `${median(theirs.map(({ wallS }) => wallS)).toFixed(2)} s, ${median(ours.map(({ wallS }) => wallS)).toFixed(2)} s`,
    '',
  );
  report("of imsim-od's, Node's start alone", seconds(median(starts.map(({ cpuS }) => cpuS))), '');
  report(
    'peak resident memory',
    `${Math.max(...ours.map(({ rssMb }) => rssMb)).toFixed(0)} MB`,
    'expected 300 MB or less',
  );
  report('imsim-od draw, noiseless', seconds(noiseless.cpuS), '');
  report('chi squared per bin of the noisy image', noisyVerdict.chi2.toFixed(4), 'expected 1.00 within 0.02');
  report(
    'noiseless image: sum over that of the truth',
    (truthVerdict.sum / truthVerdict.truthSum).toFixed(6),
    'expected 1 within 0.001',
  );
  report(
    'noiseless image: rms of bright bins over truth',
    truthVerdict.brightRmsFraction.toExponential(1),
    'expected 1e-3 or less',
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
