/** Addresses of a site's own monitor. */
import type { SiteAdapter } from '@imsim-od/site';
import { describe, expect, it } from 'vitest';
import { monitorUrlOf } from './site-monitor.js';

const adapter = { name: 'there' } as SiteAdapter;
const site = (monitorUrl?: string) => ({ adapter, slots: 1, monitorUrl });

describe('the address of a site’s monitor', () => {
  it('holds the ids of run and job, encoded', () => {
    const template = 'https://grid.example/tasks?name={run}&job={job}#{job}';
    expect(monitorUrlOf(site(template), { runId: '1-2', siteJob: 'a/b &c$&' })).toBe(
      'https://grid.example/tasks?name=1-2&job=a%2Fb%20%26c%24%26#a%2Fb%20%26c%24%26',
    );
  });

  it('is of a run before any job where the monitor has pages of runs, else there is none', () => {
    const nobody = { runId: '1-2', siteJob: null };
    expect(monitorUrlOf(site('https://grid.example/{run}'), nobody)).toBe('https://grid.example/1-2');
    expect(monitorUrlOf(site('https://grid.example/'), nobody)).toBe('https://grid.example/');
    expect(monitorUrlOf(site('https://grid.example/{job}'), nobody)).toBeNull();
  });

  it('is not there for a site without a monitor, or one that this server does not have', () => {
    const job = { runId: '1-2', siteJob: '7' };
    expect(monitorUrlOf(site(), job)).toBeNull();
    expect(monitorUrlOf(undefined, job)).toBeNull();
  });
});
