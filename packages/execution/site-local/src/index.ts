/** The machine we are on, as a site: jobs are processes of it. */
export { openLocalSite } from './local-site.js';
export type { InProcessContext, LocalSiteOptions, RunInProcess } from './local-site-options.js';
