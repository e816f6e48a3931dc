/** The machine we are on, as a site: jobs are processes of it. */
export { openLocalSite } from './local-site.js';
export {
  InProcessLimitError,
  InProcessLostError,
  type InProcessContext,
  type LocalSiteOptions,
  type RunInProcess,
} from './local-site-options.js';
