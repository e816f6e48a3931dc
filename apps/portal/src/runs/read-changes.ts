/** The changes of a clone, as they are typed. */
import { excessNesting, oddKey } from '@imsim-od/simulator/yaml-limits';
import { parseDocument } from 'yaml';

/** Changes as `key: value` lines, or what is wrong with them. */
export function readChanges(
  text: string,
): { readonly changes: Readonly<Record<string, unknown>> } | { readonly fault: string } {
  if (text.trim() === '') return { changes: {} };
  const nesting = excessNesting(text);
  if (nesting !== undefined) return { fault: nesting.message };
  let changes: unknown;
  try {
    const parsed = parseDocument(text);
    const fault = parsed.errors[0] ?? oddKey(parsed);
    if (fault !== undefined) return { fault: fault.message };
    changes = parsed.toJS({ maxAliasCount: 10 });
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
  if (typeof changes !== 'object' || changes === null || Array.isArray(changes))
    return { fault: 'Write one change a line, as seeingFwhm500Arcsec: 0.6' };
  return { changes: changes as Record<string, unknown> };
}
