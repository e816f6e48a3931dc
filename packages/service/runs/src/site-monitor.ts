/** Pages of a site's own monitor, by the address that its administrator gave. */
import type { RunSite } from './runs.js';

/**
 * Address of the monitor's page about a run, or about one of its jobs.
 *
 * In the site's `monitorUrl`, `{run}` stands for the run's id and `{job}` for the site's id of a job; both are encoded for a URL.
 * @returns null where the site has no monitor, or where its pages are about jobs and there is none yet
 */
export function monitorUrlOf(
  site: RunSite | undefined,
  { runId, siteJob }: { readonly runId: string; readonly siteJob: string | null },
): string | null {
  const template = site?.monitorUrl;
  if (template === undefined) return null;
  if (siteJob === null && template.includes('{job}')) return null;
  return template
    .replaceAll('{run}', () => encodeURIComponent(runId))
    .replaceAll('{job}', () => encodeURIComponent(siteJob ?? ''));
}
