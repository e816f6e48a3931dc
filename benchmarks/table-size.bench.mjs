// A large Parquet table in no order: rows looked at for each CPU second and the memory of drawing one detector from it, beside pyarrow
// reading the same columns batch by batch in the same run.
//
//   node benchmarks/table-size.bench.mjs [--gigabytes 3] [--folder FOLDER]
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { cli, measure, python, report } from './support/measured-run.mjs';

const { values } = parseArgs({
  options: { gigabytes: { type: 'string', default: '3' }, folder: { type: 'string', default: tmpdir() } },
});
const folder = mkdtempSync(join(values.folder, 'imsim-od-bench-'));
const table = join(folder, 'field.parquet');
const usage = join(folder, 'usage.json');

/** Random bits do not pack: 48 bytes a row. Row groups of 250,000, each all over a field of 20 degrees: 200,000 a square degree. */
const WRITE = `
import sys
import numpy as np, pyarrow as pa, pyarrow.parquet as pq
path, size = sys.argv[1], float(sys.argv[2]) * 1e9
rng = np.random.default_rng(1)
schema = pa.schema([('id', pa.int64())] + [(n, pa.float64()) for n in ('ra', 'dec', 'mag_r', 'half_light_radius', 'sersic')])
rows, group = int(size / 48), 250_000
with pq.ParquetWriter(path, schema, compression='snappy', use_dictionary=False) as out:
    for start in range(0, rows, group):
        n = min(group, rows - start)
        r, t = 10 * np.sqrt(rng.random(n)), 2 * np.pi * rng.random(n)
        dec = -27.5 + r * np.sin(t)
        columns = [rng.integers(0, 1 << 60, n), 53 + r * np.cos(t) / np.cos(np.radians(dec)), dec,
                   18 + 10 * rng.random(n), 0.2 + rng.random(n), rng.random(n) * 4 + 0.5]
        out.write_table(pa.table(columns, schema=schema), row_group_size=group)
print(rows)
`;
const PEER = `
import json, sys, time
import numpy as np, pyarrow as pa, pyarrow.parquet as pq
pa.set_cpu_count(1)
start = time.process_time()
n = kept = 0
for batch in pq.ParquetFile(sys.argv[1]).iter_batches(250_000, columns=['ra', 'dec', 'mag_r', 'half_light_radius', 'sersic', 'id']):
    ra, dec = batch['ra'].to_numpy(), batch['dec'].to_numpy()
    kept += int(np.count_nonzero((abs(ra - 53) < 0.75) & (abs(dec + 27.5) < 0.66)))
    n += batch.num_rows
print(json.dumps(dict(rows=n, cpuS=time.process_time() - start)))
`;

try {
  const script = (name, text) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const written = await measure(usage, python, [script('write.py', WRITE), table, values.gigabytes]);
  const rows = Number(written.stdout);
  console.log(
    `Parquet table of ${rows.toLocaleString('en')} rows, ${(statSync(table).size / 1e9).toFixed(2)} GB, in no order:`,
  );
  const rate = (cpuS) => `${Math.round(rows / cpuS).toLocaleString('en')}/CPU-s`;
  const request = join(folder, 'request.yaml');
  writeFileSync(
    request,
    'pointing: { raDeg: 53, decDeg: -27.5 }\nband: r\ndetectors: R22_S11\nproducts: [truth]\nsky: [{ type: table, path: field.parquet }]\n',
  );
  const plan = await measure(usage, process.execPath, [cli, 'plan', request]);
  report('plan of one detector: rows', rate(plan.cpuS), 'expected 300,000/CPU-s or more');
  report('', `${plan.cpuS.toFixed(1)} CPU-s ${plan.rssMb.toFixed(0)} MB`, 'expected 500 MB or less');
  const peer = await measure(usage, python, [script('peer.py', PEER), table]);
  report('pyarrow, all columns by batches: rows', rate(JSON.parse(peer.stdout).cpuS), '');
} finally {
  rmSync(folder, { recursive: true, force: true });
}
