/** What the addresses of the screens hold after their `?`: each reader takes what its screen knows, and leaves out what makes no sense. */
import { ADMIN_PARTS } from '../admin/admin-parts.js';
import { readRunComparison } from '../compare/run-comparison-search.js';
import { readDataSearch } from '../data/data-search.js';
import { readRunListSearch } from '../runs/run-list-search.js';
import { isId } from '../service/is-id.js';
import { isPathInside } from './is-path-inside.js';

type Search = Readonly<Record<string, unknown>>;

/** By screen. */
export const ROUTE_SEARCHES = {
  /** Where one goes after logging in. */
  login: ({ back }: Search): { back?: string } => (isPathInside(back) ? { back } : {}),
  /** A run whose request is opened, to be changed. */
  design: ({ change }: Search): { change?: string } => (isId(change) ? { change } : {}),
  runs: readRunListSearch,
  run: ({ task }: Search): { task?: number } => (isIndex(task) ? { task } : {}),
  compareRuns: readRunComparison,
  planeImage: ({ exposure }: Search): { exposure?: string } =>
    typeof exposure === 'string' && /^[0-9]+-[0-9]+$/.test(exposure) ? { exposure } : {},
  look: ({ dataset, hdu, bias }: Search): { dataset?: string; hdu?: number; bias?: 'kept' } => ({
    ...(isId(dataset) ? { dataset } : {}),
    ...(isIndex(hdu) ? { hdu } : {}),
    ...(bias === 'kept' ? { bias } : {}),
  }),
  compare: ({ a, b, twin }: Search): { a?: string; b?: string; twin?: string } => ({
    ...(isId(a) ? { a } : {}),
    ...(isId(b) ? { b } : {}),
    ...(isId(twin) ? { twin } : {}),
  }),
  data: readDataSearch,
  admin: ({ part }: Search): { part?: (typeof ADMIN_PARTS)[number] } => {
    const known = ADMIN_PARTS.find((name) => name === part);
    return known === undefined ? {} : { part: known };
  },
};

function isIndex(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
