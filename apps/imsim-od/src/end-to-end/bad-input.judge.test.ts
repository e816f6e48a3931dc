/** Every way of giving bad input: one clear message, exit 3, nothing on stdout, nothing left. */
import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { repositoryRoot } from '@imsim-od/testing';
import { runCli, temporaryFolder } from './run-cli.js';

const folder = temporaryFolder();

/** Writes a file below the test's folder and returns its relative name. */
function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, content);
  return name;
}

const HEADER = readFileSync(join(repositoryRoot, 'examples/catalogs/small-field.txt'), 'utf8')
  .split('\n')
  .filter((line) => !line.startsWith('object') && !line.startsWith('includeobj'))
  .join('\n');
const STAR =
  'object 1 53.01 -27.44 18.0 starSED/kurucz/km20_5750.fits_g40_5790.gz 0 0 0 0 0 0 point none none';

/** Pseudo-random bytes without NUL in the first place, always the same. */
const NOISE = Uint8Array.from({ length: 20_000 }, (_, i) => (Math.imul(i + 1, 2_654_435_761) >>> 13) & 255);

function request(lines: string): string {
  return `pointing:\n  raDeg: 53.0\n  decDeg: -27.5\nband: r\n${lines}`;
}

const CASES: readonly (readonly [string, () => string[], RegExp])[] = [
  ['a missing file', () => ['nowhere.yaml'], /nowhere\.yaml: no such file/],
  ['a folder in place of a file', () => ['.'], /is a folder/],
  [
    'a missing catalog',
    () => [file('a.yaml', request('sky: [{type: instanceCatalog, path: gone.txt}]'))],
    /gone\.txt/,
  ],
  [
    'a truncated gzip',
    () => [file('cut.txt.gz', gzipSync(`${HEADER}\n${`${STAR}\n`.repeat(500)}`).subarray(0, 300))],
    /cut\.txt\.gz.*(truncated|cut|ends|incomplete|damaged)/i,
  ],
  [
    'an unknown key',
    () => [file('b.yaml', request('exposurS: 30\n'))],
    /b\.yaml:5: unknown key exposurS; did you mean exposureS/,
  ],
  [
    'an unknown nested key',
    () => [file('c.yaml', request('sky:\n  - type: synthetic\n    faintMag: 20\n'))],
    /c\.yaml:7: .*faintMag.*did you mean faintIMag/,
  ],
  [
    'an unknown detector',
    () => [file('d.yaml', request('detectors: R22_S31\n'))],
    /d\.yaml:5: detectors: 'R22_S31' names no detector.*Did you mean 'R22_S01'/,
  ],
  [
    'an unknown detector on the command line',
    () => [file('d2.yaml', request('')), '--detectors', 'R22,R99_S00'],
    /--detectors: .*'R99_S00' names no detector/,
  ],
  [
    'a wavefront sensor',
    () => [file('e.yaml', request('detectors: R00_SW0\n'))],
    /e\.yaml:5: .*out of focus/,
  ],
  [
    'NaN',
    () => [file('f.yaml', request('exposureS: .nan\n'))],
    /f\.yaml:5: exposureS is NaN; it must be a finite number/,
  ],
  [
    'infinity',
    () => [file('g.yaml', request('seeingFwhm500Arcsec: .inf\n'))],
    /g\.yaml:5: seeingFwhm500Arcsec is Infinity/,
  ],
  ['an impossible value', () => [file('h.yaml', request('exposureS: -5\n'))], /h\.yaml:5: exposureS is -5/],
  [
    'an impossible pointing',
    () => [file('i.yaml', 'band: r\npointing: {raDeg: 10, decDeg: 95}\n')],
    /decDeg is 95/,
  ],
  ['a missing pointing', () => [file('j.yaml', 'band: r\n')], /pointing is missing/],
  [
    'a field that never rises',
    () => [file('k.yaml', 'band: r\npointing: {raDeg: 10, decDeg: 80}\n')],
    /never rises/,
  ],
  ['a key given twice', () => [file('l.yaml', request('band: g\n'))], /l\.yaml:5:1: .*unique/],
  ['a list in place of a request', () => [file('m.yaml', '- band: r\n')], /mapping/],
  ['text that is no request', () => [file('n.yaml', 'band: [r\n')], /n\.yaml:\d+:\d+: not YAML or JSON/],
  [
    'a bad --set',
    () => [file('o.yaml', request('')), '--set', 'band=q'],
    /--set band: .*one of u, g, r, i, z, y/,
  ],
  [
    'an unknown product',
    () => [file('p.yaml', request('')), '--products', 'eimage,fits'],
    /--products: .*eimage, raw, truth, preview/,
  ],
  ['random bytes as a request', () => [file('noise.yaml', NOISE)], /noise\.yaml: is (binary|not UTF-8)/],
  [
    'random bytes as a catalog',
    () => [file('q.yaml', request('')), '--catalog', file('noise.txt', NOISE)],
    /noise\.txt/,
  ],
  [
    'random bytes behind a gzip mark',
    () => [file('noise.gz', Buffer.concat([Buffer.from([0x1f, 0x8b]), NOISE]))],
    /noise\.gz/,
  ],
  [
    'a catalog that includes itself',
    () => {
      file('loop/b.txt', 'includeobj a.txt\n');
      return [file('loop/a.txt', `${HEADER}\nincludeobj b.txt\n`)];
    },
    /loop|itself|includes/i,
  ],
  [
    'an include outside the folder',
    () => [file('in/a.txt', `${HEADER}\nincludeobj ../outside.txt\n`)],
    /outside/,
  ],
  ['an include that is missing', () => [file('in/c.txt', `${HEADER}\nincludeobj nope.txt\n`)], /nope\.txt/],
  ['a catalog without pointing', () => [file('r.txt', 'filter 2\n')], /r\.txt.*(rightascension|pointing)/is],
  [
    'a model that is not drawn',
    () => [file('s.txt', `${HEADER}\n${STAR.replace('point', 'pinhole 1 2 3 4')}\n`)],
    /pinhole/,
  ],
  [
    'an object brighter than any star under --strict',
    () => [file('t2.txt', `${HEADER}\n${STAR.replace('18.0', '-99')}\n`), '--strict'],
    /t2\.txt.*line \d+.*magnitude -5/,
  ],
  [
    'an object behind the tangent plane under --strict',
    () => [file('t3.txt', `${HEADER}\n${STAR.replace('53.01 -27.44', '233.01 27.44')}\n`), '--strict'],
    /t3\.txt.*line \d+.*behind the tangent plane/,
  ],
  [
    'a faulty object under --strict',
    () => [file('t.txt', `${HEADER}\n${STAR}\n${STAR.replace('18.0', 'bright')}\n`), '--strict'],
    /t\.txt.*(line |:)\d+/,
  ],
  [
    'a file in place of the output folder',
    () => [file('u.yaml', request('')), '--out', file('taken', 'x')],
    /taken/,
  ],
  [
    'an output folder below a file',
    () => [file('u.yaml', request('')), '--out', `${file('taken', 'x')}/below`],
    /taken/,
  ],
];

describe('simulate', () => {
  it.each(CASES)('refuses %s', (_what, args, message) => {
    const given = args();
    const before = readdirSync(folder).sort();
    const { status, stdout, stderr } = runCli(['simulate', ...given], folder);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(status).toBe(3);
    expect(stdout).toBe('');
    expect(readdirSync(folder).sort()).toEqual(before);
  });

  it.skipIf(process.platform !== 'linux')('refuses a folder that cannot be written', () => {
    const { status, stderr } = runCli(
      ['simulate', file('v.yaml', request('')), '--out', '/proc/imsim-od-out'],
      folder,
    );
    expect(stderr).toMatch(/\/proc\/imsim-od-out: /);
    expect(status).toBe(3);
  });

  it.skipIf(!existsSync('/dev/full'))('stops at a full disk and leaves nothing', () => {
    const out = join(folder, 'full');
    mkdirSync(out);
    symlinkSync('/dev/full', join(out, '.partial-amp_00000001-0-r-R22_S11-det094.fits.fz'));
    const small = request('sky: [{type: synthetic, faintIMag: 17}]\nproducts: [eimage, raw]\n');
    const { status, stderr } = runCli(['simulate', file('w.yaml', small), '--out', out], folder);
    expect(stderr).toMatch(/amp_00000001-0-r-R22_S11-det094\.fits\.fz: no space left on the disk/);
    expect(status).toBe(3);
    expect(readdirSync(out)).toEqual([]);
  });
});

describe('catalogs beside a request with its own pointing', () => {
  it('are compared with it and with each other', () => {
    const input = file('own.yaml', request('products: [truth]\n'));
    const first = file('first.txt', 'rightascension 53\ndeclination -27.5\nfilter 3\n');
    const second = file('second.txt', 'rightascension 60\ndeclination -27.5\nfilter 3\n');
    const { status, stdout } = runCli(
      ['plan', input, '--catalog', first, '--catalog', second, '--json'],
      folder,
    );
    expect(status).toBe(0);
    const { notes } = JSON.parse(stdout) as { notes: string[] };
    expect(notes).toContain('first.txt has filter i, but the request says r and wins.');
    expect(notes).toContain('second.txt has rightascension 60, but first.txt says 53 and wins.');
  });
});

describe('a catalog with impossible objects', () => {
  it('is drawn without them, and the run says which were left out', () => {
    const objects = [
      STAR,
      STAR.replace('18.0', '-99'),
      STAR.replace('point', 'sersic2d 1e7 1e7 0 1'),
      STAR.replace('point', 'knots 1 1 0 2000000000'),
      STAR.replace('point', 'streak 1e9 10 0'),
      STAR.replace('53.01 -27.44', '233.01 27.44'),
    ];
    const catalog = file('impossible.txt', `${HEADER}\n${objects.join('\n')}\n`);
    const { status, stdout } = runCli(
      ['simulate', catalog, '--out', 'impossible', '--products', 'truth', '--json'],
      folder,
    );
    expect(status).toBe(0);
    const report = JSON.parse(stdout) as {
      skipped: { reasons: Record<string, { count: number; firstLines: { line: number }[] }> }[];
      detectors: { summary: { sourcesDrawn: number } }[];
    };
    const counts = Object.entries(report.skipped[0]!.reasons).map(([reason, { count }]) => [reason, count]);
    expect(Object.fromEntries(counts)).toEqual({ behind: 1, bright: 1, large: 2, knots: 1 });
    expect(report.detectors[0]!.summary.sourcesDrawn).toBe(1);
  });
});

describe('draw', () => {
  const draw = (spec: string, ...more: string[]) =>
    runCli(['draw', file('spec.json', spec), '--out', 'drawn.fits', ...more], folder);
  const scene = '"nx":32,"ny":32,"psf":{"kind":"kolmogorov","fwhmArcsec":0.7}';

  it.each([
    ['an unknown key', `{${scene},"sky":3}`, /unknown key sky.*skyElectrons/],
    [
      'an unknown source key',
      `{${scene},"sources":[{"kind":"point","x":1,"y":1,"flux":3}]}`,
      /sources\.0: unknown key flux; did you mean fluxElectrons/,
    ],
    ['a missing size', '{"nx":3,"psf":{"kind":"gaussian","fwhmArcsec":1}}', /ny is missing/],
    ['what is not JSON', `{${scene},}`, /spec\.json: not JSON/],
    [
      'a shear of one',
      `{${scene},"sources":[{"kind":"sersic","n":1,"halfLightRadiusArcsec":1,"g1":0.9,"g2":0.9,"x":1,"y":1,"fluxElectrons":3}]}`,
      /shear/,
    ],
    ['a size out of bounds', scene.replace('32', '99999').replace(/^/, '{').concat('}'), /nx/],
  ])('refuses %s', (_what, spec, message) => {
    const { status, stdout, stderr } = draw(spec);
    expect(stderr).toMatch(message);
    expect(status).toBe(3);
    expect(stdout).toBe('');
    expect(existsSync(join(folder, 'drawn.fits'))).toBe(false);
  });

  it('refuses a catalog line it cannot read, with its number', () => {
    const catalog = file('scene.csv', 'x,y,kind,fluxElectrons\n1,1,star,10\n1,one,star,10\n');
    const { status, stderr } = draw(`{${scene}}`, '--catalog', catalog);
    expect(stderr).toMatch(/scene\.csv:3: y is "one"/);
    expect(status).toBe(3);
  });

  it('refuses a place it cannot write to', () => {
    const { status, stderr } = runCli(
      ['draw', file('spec.json', `{${scene}}`), '--out', 'no/such/folder.fits'],
      folder,
    );
    expect(stderr).toMatch(/no\/such\/folder\.fits: no such file or folder/);
    expect(status).toBe(3);
  });
});

describe('inspect and reproduce', () => {
  it.each([
    [['inspect', 'gone.fits'], /gone\.fits: no such file/],
    [['inspect', 'noise.bin'], /neither FITS .* nor a recipe/],
    [['inspect', 'short.fits'], /short\.fits: /],
    [['inspect', 'other.json'], /other\.json: not a recipe/],
    [['reproduce', 'other.json'], /other\.json: not a recipe/],
    [['reproduce', 'noise.bin'], /noise\.bin: not JSON/],
    [['inspect', '.'], /is a folder/],
  ])('%j is refused', (args, message) => {
    file('noise.bin', NOISE);
    file('short.fits', 'SIMPLE  =                    T'.padEnd(1000));
    file('other.json', '{"a": 1}');
    const { status, stdout, stderr } = runCli(args, folder);
    expect(stderr).toMatch(message);
    expect(status).toBe(3);
    expect(stdout).toBe('');
  });
});
