// What may import what. Imports between packages are followed to their sources (the `source` condition of each package's exports), so
// that a cycle through two packages is seen as the cycle it is. ARCHITECTURE.md draws the same arrows.

/**
 * The arrows between the packages of each wing. A package that is not named here may import no other. A name alone is a package of the same
 * wing; a path is one of another wing, or `database` at the ground.
 */
const ARROWS = {
  imaging: {
    names: [],
    'portable-math': [],
    kernel: ['portable-math'],
    astro: ['portable-math'],
    fits: [],
    camera: ['astro', 'names', 'portable-math'],
    sky: ['astro', 'fits', 'names', 'portable-math'],
    simulator: ['astro', 'camera', 'fits', 'kernel', 'names', 'portable-math', 'sky'],
    survey: ['astro', 'names', 'simulator'],
  },
  execution: {
    site: [],
    'site-local': ['site'],
    workflow: ['site', 'packages/database'],
  },
  service: {
    api: ['packages/imaging/simulator'],
    identity: ['packages/database'],
    archive: [
      'packages/database',
      'packages/imaging/astro',
      'packages/imaging/fits',
      'packages/imaging/names',
    ],
    runs: [
      'archive',
      'packages/database',
      'packages/execution/site',
      'packages/execution/workflow',
      'packages/imaging/simulator',
    ],
    'truth-query': [],
  },
};

/** What a package's own tests may import besides. */
const TEST_ARROWS = { runs: ['packages/execution/site-local'] };

const TEST_FILE = '[.]test[.]tsx?$';
const PACKAGES = '^packages/(?:imaging/|execution/|service/)?([^/]+)/';

const folderOf = (wing, name) => (name.includes('/') ? name : `packages/${wing}/${name}`);

/** Imaging and execution know nothing of each other nor of the service. */
function upwardArrows([wing, arrows]) {
  return Object.entries(arrows).flatMap(([name, below]) => {
    const root = `^packages/${wing}/${name}/`;
    const inTests = [`${root}src/testing/`, `${root}.*${TEST_FILE}`];
    const rule = (from, allowed, suffix) => ({
      name: `upward-arrow-from-${name}${suffix}`,
      severity: 'error',
      comment: `${name} may import ${allowed.join(', ') || 'no other package'}.`,
      from,
      to: {
        path: '^packages/',
        pathNot: `^(packages/testing|${[name, ...allowed].map((other) => folderOf(wing, other)).join('|')})/`,
      },
    });
    const forTests = TEST_ARROWS[name];
    if (forTests === undefined) return [rule({ path: root }, below, '')];
    return [
      rule({ path: root, pathNot: inTests }, below, ''),
      rule({ path: inTests }, [...below, ...forTests], '-in-tests'),
    ];
  });
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'cycle',
      severity: 'error',
      comment:
        'No file reaches itself again by imports, within a package or through others; types count too.',
      from: {},
      to: { circular: true },
    },
    ...Object.entries(ARROWS).flatMap(upwardArrows),
    ...Object.entries(ARROWS).map(([wing, arrows]) => ({
      name: 'unknown-package',
      severity: 'error',
      comment: 'Every package has its arrows in .dependency-cruiser.cjs and in ARCHITECTURE.md.',
      from: { path: `^packages/${wing}/`, pathNot: `^packages/${wing}/(${Object.keys(arrows).join('|')})/` },
      to: {},
    })),
    {
      name: 'reach-into-src',
      severity: 'error',
      comment: 'Another package is imported by its name, never by a path into its folder.',
      from: { path: PACKAGES },
      to: {
        path: '^(packages|apps)/',
        pathNot: '^packages/(?:imaging/|execution/|service/)?$1/',
        dependencyTypes: ['local'],
        dependencyTypesNot: ['aliased-workspace'],
      },
    },
    {
      name: 'reach-into-src-from-outside',
      severity: 'error',
      comment: 'Apps, tests and scripts, too, import packages by name.',
      from: { path: '^(apps|tests|scripts)/' },
      to: { path: '^packages/', dependencyTypes: ['local'], dependencyTypesNot: ['aliased-workspace'] },
    },
    {
      name: 'upward-arrow-from-database',
      severity: 'error',
      comment: 'database is at the ground: it imports no other package.',
      from: { path: '^packages/database/' },
      to: { path: '^packages/', pathNot: '^packages/(testing|database)/' },
    },
    {
      name: 'app-imported',
      severity: 'error',
      comment: 'Apps import packages, never the reverse, nor each other.',
      from: { path: '^(?:packages|apps/([^/]+))/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'portal-beyond-the-contract',
      severity: 'error',
      comment:
        'The portal knows the server by the contract alone; the imaging packages run in browsers, too.',
      from: { path: '^apps/portal/src/', pathNot: TEST_FILE },
      to: { path: '^packages/', pathNot: '^packages/(service/api|imaging)/' },
    },
    {
      name: 'node-in-imaging',
      severity: 'error',
      comment: 'The imaging packages run in browsers; what needs Node lives under src/node/.',
      from: {
        path: '^packages/imaging/[^/]+/src/',
        pathNot: ['^packages/imaging/[^/]+/src/node/', TEST_FILE],
      },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'node-part-in-imaging',
      severity: 'error',
      comment: 'Only tests, apps and other src/node/ folders import a src/node/ folder.',
      from: {
        path: '^packages/imaging/[^/]+/src/',
        pathNot: ['^packages/imaging/[^/]+/src/node/', TEST_FILE],
      },
      to: { path: '^packages/imaging/[^/]+/src/node/' },
    },
    {
      name: 'test-imported',
      severity: 'error',
      comment: 'Nothing imports a test, and only tests import @imsim-od/testing.',
      from: {
        path: '^(packages/(imaging|execution|service)/[^/]+|packages/database|apps/[^/]+)/src/',
        pathNot: [TEST_FILE, '/src/testing/'],
      },
      to: { path: [TEST_FILE, '^packages/testing/'] },
    },
    {
      name: 'unresolvable',
      severity: 'error',
      comment: 'The import leads nowhere: a misspelt path, or a sub-path that the package does not export.',
      from: {},
      // `?url` asks Vite for the address of a file; the portal's build stops where there is none.
      to: { couldNotResolve: true, pathNot: '/(dist|generated)/|[?]url$' },
    },
    {
      name: 'undeclared-dependency',
      severity: 'error',
      comment:
        'A package lists what it imports in its own package.json, and ships nothing from devDependencies.',
      from: {
        path: '^(packages/(imaging|execution|service)/[^/]+|packages/database|apps/[^/]+)/src/',
        pathNot: [TEST_FILE, '/src/testing/'],
      },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'], dependencyTypesNot: ['type-only'] },
    },
  ],
  options: {
    doNotFollow: { path: ['(^|/)node_modules/'] },
    exclude: { path: ['(^|/)(dist|generated|[.]cache|coverage|assembly)/', '^tests/house/fixtures/'] },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.mjs', '.cjs', '.json'],
    },
  },
};
