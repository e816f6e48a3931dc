/**
 * The contract of a site as a suite that every adapter passes. It knows no test framework:
 *
 *     describe('site-local', () => {
 *       for (const { name, run, timeoutMs } of siteContract(makeTestSite, capabilities)) it(name, run, timeoutMs);
 *     });
 */
import assert from 'node:assert/strict';
import type { SiteCapabilities } from '../site-capabilities.js';
import { cancellingCases } from './cancelling.js';
import type { ContractCase, ContractStep } from './contract-case.js';
import { endingCases } from './ending.js';
import { limitCases } from './limits.js';
import { outputCases } from './outputs.js';
import { submittingCases } from './submitting.js';
import { survivalCases } from './survival.js';
import type { TestSite } from './test-site.js';

export type { ContractCase } from './contract-case.js';
export type { TestSite } from './test-site.js';

const TIMEOUT_MS = 60_000;

/**
 * The cases that hold for a site with these capabilities. Each makes a site of its own and disposes of it; they may run in any order, one after
 * the other. A site with a capability less has fewer cases; it says so in its documentation.
 */
export function siteContract(
  makeTestSite: () => Promise<TestSite>,
  capabilities: SiteCapabilities,
): readonly ContractCase[] {
  const steps: readonly ContractStep[] = [
    ...submittingCases,
    ...endingCases,
    ...cancellingCases,
    ...outputCases,
    ...limitCases,
    ...survivalCases,
  ];
  return steps
    .filter(({ needs = [] }) => needs.every((flag) => capabilities[flag] === true))
    .map(({ name, run }) => ({
      name,
      timeoutMs: TIMEOUT_MS,
      run: async () => {
        const testSite = await makeTestSite();
        try {
          const site = await testSite.open();
          assert.deepEqual(
            site.capabilities,
            capabilities,
            'the adapter states the capabilities it is tested for',
          );
          try {
            await run(site, testSite);
          } finally {
            await site.close();
          }
        } finally {
          await testSite.dispose();
        }
      },
    }));
}
