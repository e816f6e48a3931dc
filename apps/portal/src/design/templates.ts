/** Requests that a person keeps in this browser, by name. */
import type { Json } from './request-document.js';

const KEY = 'imsim-od.templates';

/** Those that are kept. */
export function readTemplates(): Readonly<Record<string, Json>> {
  try {
    const kept: unknown = JSON.parse(window.localStorage.getItem(KEY) ?? '{}');
    if (typeof kept !== 'object' || kept === null || Array.isArray(kept)) return {};
    return Object.fromEntries(
      Object.entries(kept).filter(
        (pair): pair is [string, Json] => typeof pair[1] === 'object' && pair[1] !== null,
      ),
    );
  } catch {
    return {};
  }
}

/** Keeps these. */
export function writeTemplates(templates: Readonly<Record<string, Json>>): void {
  window.localStorage.setItem(KEY, JSON.stringify(templates));
}
