/** What the address of a comparison of two runs holds. */
import { isId } from '../service/is-id.js';

/** The runs, and what of them is shown. */
export interface RunComparison {
  readonly a?: string;
  readonly b?: string;
  /** Visit and snap of the first run. */
  readonly exposure?: string;
  readonly type?: 'eimage' | 'raw';
}

/** Reads it; what makes no sense is left out. */
export function readRunComparison({ a, b, exposure, type }: Record<string, unknown>): RunComparison {
  return {
    ...(isId(a) ? { a } : {}),
    ...(isId(b) ? { b } : {}),
    ...(typeof exposure === 'string' && /^[0-9]+-[0-9]+$/.test(exposure) ? { exposure } : {}),
    ...(type === 'eimage' || type === 'raw' ? { type } : {}),
  };
}
