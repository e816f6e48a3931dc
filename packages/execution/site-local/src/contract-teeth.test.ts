import { describe, expect, it } from 'vitest';
import type { SiteAdapter } from '@imsim-od/site';
import { siteContract } from '@imsim-od/site/contract';
import { localCapabilities, makeLocalTestSite } from './testing/local-test-site.js';

/** The adapter with some of its methods spoilt. */
function spoil(site: SiteAdapter, changes: Partial<SiteAdapter>): SiteAdapter {
  const whole: SiteAdapter = {
    name: site.name,
    capabilities: site.capabilities,
    pollIntervalMs: site.pollIntervalMs,
    submit: (specs) => site.submit(specs),
    status: (refs) => site.status(refs),
    cancel: (refs) => site.cancel(refs),
    logs: (ref, range) => site.logs(ref, range),
    collect: (ref, options) => site.collect(ref, options),
    forget: (refs) => site.forget(refs),
    ping: () => site.ping(),
    limits: () => site.limits(),
    close: () => site.close(),
  };
  return { ...whole, ...changes };
}

const faults: readonly {
  fault: string;
  seenBy: RegExp;
  spoilt: (site: SiteAdapter) => Partial<SiteAdapter>;
}[] = [
  {
    fault: 'calls an unknown job failed',
    seenBy: /never that it failed/,
    spoilt: (site) => ({
      status: async (refs) =>
        (await site.status(refs)).map((status) =>
          status.state === 'unknown' ? { ...status, state: 'failed' } : status,
        ),
    }),
  },
  {
    fault: 'calls a lost job failed',
    seenBy: /killed from outside/,
    spoilt: (site) => ({
      status: async (refs) =>
        (await site.status(refs)).map((status) =>
          status.state === 'lost' ? { ...status, state: 'failed' } : status,
        ),
    }),
  },
  {
    fault: 'answers in another order',
    seenBy: /in the order asked/,
    spoilt: (site) => ({ status: async (refs) => [...(await site.status(refs))].reverse() }),
  },
  {
    fault: 'says that it cancels what has ended',
    seenBy: /leaves an ended job as it ended/,
    spoilt: () => ({ cancel: async (refs) => refs.map(({ key }) => ({ key, outcome: 'requested' })) }),
  },
  {
    fault: 'reports a file with another checksum',
    seenBy: /which files a job left/,
    spoilt: (site) => ({
      collect: async (ref, options) => {
        const collected = await site.collect(ref, options);
        return { ...collected, files: collected.files.map((file) => ({ ...file, sha256: '0'.repeat(64) })) };
      },
    }),
  },
  {
    fault: 'mixes the logs',
    seenBy: /keeps both logs apart/,
    spoilt: (site) => ({ logs: (ref, range) => site.logs(ref, { ...range, stream: 'stdout' }) }),
  },
];

describe('the contract sees an adapter that', () => {
  for (const { fault, seenBy, spoilt } of faults) {
    it(fault, async () => {
      const makeSpoilt = async () => {
        const testSite = await makeLocalTestSite();
        return {
          ...testSite,
          open: async () => {
            const site = await testSite.open();
            return spoil(site, spoilt(site));
          },
        };
      };
      const seeing = siteContract(makeSpoilt, localCapabilities).find(({ name }) => seenBy.test(name));
      const sound = siteContract(() => makeLocalTestSite(), localCapabilities).find(({ name }) =>
        seenBy.test(name),
      );
      if (seeing === undefined || sound === undefined) throw new Error(`no case is named ${seenBy}`);
      await expect(sound.run()).resolves.toBeUndefined();
      await expect(seeing.run()).rejects.toThrow();
    });
  }
});
