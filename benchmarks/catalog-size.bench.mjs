// A large instance catalog: objects parsed for each CPU second against Python's csv and astropy on the same lines in the same
// run, and memory of planning and of drawing one detector from it. With a folder that holds the sources of imSim
// (github.com/LSSTDESC/imSim), the objects of one detector are read by imSim's own reader, too.
//
//   node benchmarks/catalog-size.bench.mjs [--objects 2000000] [--imsim FOLDER]
import { createWriteStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cli, measure, python, report, root } from './support/measured-run.mjs';

const { values } = parseArgs({
  options: { objects: { type: 'string', default: '2000000' }, imsim: { type: 'string' } },
});
const objects = Number(values.objects);
const folder = mkdtempSync(join(tmpdir(), 'imsim-od-bench-'));
const catalog = join(folder, 'field.txt');
const usage = join(folder, 'usage.json');
const HEADER =
  'rightascension 60.49\ndeclination -38.16\nmjd 60143.4\nfilter 2\nrottelpos 40\nobshistid 398414\nseeing 0.75\n';
const READ = `
import { readInstanceCatalog } from '${join(root, 'packages/imaging/sky/dist/index.js')}';
import { openFileSource } from '${join(root, 'packages/imaging/sky/dist/node/index.js')}';
const near = (ra, dec) => Math.abs(ra - 60.49) < 0.3 && Math.abs(dec + 38.16) < 0.3;
const options = { all: {}, check: { checkOnly: true }, near: { keep: near } }[process.argv[3]];
const before = process.cpuUsage();
const { objectLines } = await readInstanceCatalog(await openFileSource(process.argv[2]), options);
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ objects: objectLines, cpuS: (user + system) / 1e6 }));
`;
const PEER = `
import csv, json, sys, time
path, way = sys.argv[1:]
start = time.process_time()
n = 0
if way == 'csv':
    with open(path) as lines:
        for row in csv.reader(lines, delimiter=' '):
            if row[0] == 'object':
                [float(row[i]) for i in (2, 3, 4, 6, 7, 8, 9, 10, 11)]
                n += 1
else:
    from astropy.io import ascii
    with open(path) as lines:
        rows = [line for line in lines if line.startswith('object')]
    start = time.process_time()
    n = len(ascii.read(rows, format='fast_no_header', delimiter=' ', guess=False))
print(json.dumps(dict(objects=n, cpuS=time.process_time() - start)))
`;
/** imSim's reader alone, without what of imSim needs the Science Pipelines; a plain tangent projection of one detector with the reach that ours gets. */
const IMSIM = `
import json, sys, time, types
path, folder, objects = sys.argv[1:]
package = types.ModuleType('imsim')
package.__path__ = [folder + '/imsim']
sys.modules['imsim'] = package
area = types.ModuleType('imsim.utils')
area.RUBIN_AREA = 319000  # cm^2; turns flux into electrons, which reading does not do
sys.modules['imsim.utils'] = area
import galsim
from imsim.instcat import InstCatalog
centre = galsim.CelestialCoord(60.49 * galsim.degrees, -38.16 * galsim.degrees)
pixel = galsim.AffineTransform(0.2, 0, 0, 0.2, origin=galsim.PositionD(2048.5, 2048.5))
wcs = galsim.TanWCS(pixel, centre)
start = time.process_time()
kept = InstCatalog(path, wcs).getNObjects()
print(json.dumps(dict(objects=int(objects), cpuS=time.process_time() - start, kept=kept)))
`;

async function writeField() {
  const out = createWriteStream(catalog);
  out.write(HEADER);
  let state = 1;
  const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296;
  for (let i = 0; i < objects; i++) {
    const [radius, angle] = [1.9 * Math.sqrt(random()), 2 * Math.PI * random()];
    const dec = -38.16 + radius * Math.sin(angle);
    const ra = 60.49 + (radius * Math.cos(angle)) / Math.cos((dec * Math.PI) / 180);
    const line = `object ${3e13 + i} ${ra} ${dec} ${(18 + 10 * random()).toFixed(7)} galaxySED/Inst.10E10.0005Z.spec.gz ${random().toFixed(9)} 0.0018735 0.0011452 -0.0010336 0 0 sersic2d ${(0.2 + random()).toFixed(8)} 0.15957742 ${(360 * random()).toFixed(6)} 1 none CCM 0.0096073 3.1\n`;
    if (!out.write(line)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'close');
}

const rate = ({ stdout }) => {
  const { objects: seen, cpuS } = JSON.parse(stdout);
  return `${Math.round(seen / cpuS).toLocaleString('en')}/CPU-s`;
};

try {
  await writeField();
  writeFileSync(join(folder, 'read.mjs'), READ);
  writeFileSync(join(folder, 'peer.py'), PEER);
  const ours = (way) => measure(usage, process.execPath, [join(folder, 'read.mjs'), catalog, way]);
  const peer = (way) => measure(usage, python, [join(folder, 'peer.py'), catalog, way]);
  console.log(`instance catalog of ${objects.toLocaleString('en')} objects:`);
  report('every object read and kept', rate(await ours('all')), 'expected 300,000/CPU-s or more');
  report('every object checked', rate(await ours('check')), '');
  report('objects of one detector kept', rate(await ours('near')), '');
  report("Python's csv and float", rate(await peer('csv')), '');
  report('astropy.io.ascii, its fast reader', rate(await peer('astropy')), '');
  if (values.imsim !== undefined) {
    writeFileSync(join(folder, 'imsim-peer.py'), IMSIM);
    const imsim = await measure(usage, python, [
      join(folder, 'imsim-peer.py'),
      catalog,
      values.imsim,
      String(objects),
    ]);
    report("imSim's reader, objects of one detector", rate(imsim), '');
  }
  const args = ['--detectors', 'R22_S11'];
  const draw = () =>
    measure(usage, process.execPath, [
      cli,
      'simulate',
      catalog,
      ...args,
      '--products',
      'truth',
      '--out',
      join(folder, 'out'),
    ]);
  const told = ({ cpuS, rssMb }) => `${cpuS.toFixed(1)} CPU-s ${rssMb.toFixed(0)} MB`;
  report('simulate one detector, making the index', told(await draw()), 'expected 500 MB or less');
  rmSync(join(folder, 'out'), { recursive: true });
  report('simulate one detector, by the index', told(await draw()), 'expected 500 MB or less');
  report(
    'plan of all detectors',
    told(await measure(usage, process.execPath, [cli, 'plan', catalog, '--detectors', 'all'])),
    'expected 500 MB or less',
  );
} finally {
  rmSync(folder, { recursive: true, force: true });
}
