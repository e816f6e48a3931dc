import { describe, it } from 'vitest';
import { siteContract } from '@imsim-od/site/contract';
import { localCapabilities, makeLocalTestSite } from './testing/local-test-site.js';

describe('the local site keeps the contract of sites: it', () => {
  for (const { name, run, timeoutMs } of siteContract(() => makeLocalTestSite(), localCapabilities))
    it(name, run, timeoutMs);
});
