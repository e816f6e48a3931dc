import { configDefaults, defineConfig } from 'vitest/config';

// Four tiers by the suffix of the file; `npm run test:unit` and its like run one. Two workers: the tests share a laptop. A fifth project,
// `pictures`, is no test: it takes the pictures of the documentation, by hand.

// Full counts (`make validate`) take up to a thousand times as long as those of every run.
const isValidation = process.env['IMSIM_OD_VALIDATE'] === 'true';
const MINUTE = isValidation ? 16 * 60_000 : 60_000;
const everywhere = ['packages/**/src', 'apps/**/src', 'tests'];
const withSuffix = (suffix: string): string[] => everywhere.map((folder) => `${folder}/**/*${suffix}.ts`);
const never = [...configDefaults.exclude, 'tests/house/fixtures/**'];

function tier(name: string, suffix: string, testTimeout: number, otherSuffixes: readonly string[] = []) {
  return {
    extends: true as const,
    test: {
      name,
      include: withSuffix(suffix),
      exclude: [...never, ...otherSuffixes.map((other) => `**/*${other}.ts`)],
      testTimeout,
      hookTimeout: 2 * MINUTE,
    },
  };
}

export default defineConfig({
  resolve: { conditions: ['source'] },
  ssr: { resolve: { conditions: ['source'] } },
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      tier('unit', '.test', MINUTE, ['.judge.test', '.slow.test', '.browser.test']),
      tier('judge', '.judge.test', 5 * MINUTE),
      tier('slow', '.slow.test', 15 * MINUTE),
      tier('browser', '.browser.test', 5 * MINUTE),
      tier('pictures', '.pictures', 10 * MINUTE),
    ],
  },
});
