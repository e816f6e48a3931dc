/**
 * Two names of a job. Its key is ours: chosen before the job is submitted, the same however often it is submitted. Its site job id is
 * the site's: opaque, given by an adapter and read by that adapter alone.
 */
import { SiteError } from './site-error.js';

declare const jobKeyBrand: unique symbol;
declare const siteJobIdBrand: unique symbol;

/** Our name of a job, unique for ever on a site: one key, one job. 1 to 200 of `A-Z a-z 0-9 . _ : + -`, first a letter or digit. */
export type JobKey = string & { readonly [jobKeyBrand]: true };

/** The site's name of a job. Store it, hand it back, never parse it. */
export type SiteJobId = string & { readonly [siteJobIdBrand]: true };

/** A job, asked about. With the key alone every adapter finds it; the site's own id, where we have it, spares a search. */
export interface JobRef {
  readonly key: JobKey;
  readonly siteJobId?: SiteJobId;
}

const KEY_RULE = /^[A-Za-z0-9][A-Za-z0-9._:+-]{0,199}$/;

/** The text as a key. Throws `SITE_BAD_JOB` where it breaks the rule. */
export function toJobKey(text: string): JobKey {
  if (!isJobKey(text)) {
    throw new SiteError(
      'SITE_BAD_JOB',
      `The job key ${JSON.stringify(text.slice(0, 220))} is not 1 to 200 of A-Z a-z 0-9 . _ : + - with a letter or digit first.`,
    );
  }
  return text;
}

/** An id as an adapter got it from its site, or as we stored it. Throws `SITE_BAD_JOB` where it is empty or holds control characters. */
export function toSiteJobId(text: string): SiteJobId {
  if (!isSiteJobId(text)) {
    throw new SiteError(
      'SITE_BAD_JOB',
      `The site job id ${JSON.stringify(text.slice(0, 220))} is empty, too long or not printable.`,
    );
  }
  return text;
}

function isJobKey(text: string): text is JobKey {
  return KEY_RULE.test(text);
}

function isSiteJobId(text: string): text is SiteJobId {
  return /^[\x21-\x7e]{1,200}$/.test(text);
}
