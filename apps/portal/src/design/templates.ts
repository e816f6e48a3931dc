/**
 * Designs that a person keeps in this browser, by name: each as the fragment of the link that would share it, so with all of its chosen visits
 * and its switched-off sky entries.
 */
import { designFromFragment, fragmentOfDesign, type LinkedDesign } from './design-link.js';

const KEY = 'imsim-od.templates';

/** Templates by their names. */
export type Templates = Readonly<Record<string, LinkedDesign>>;

/** Those that are kept; what cannot be read is left out. */
export function readTemplates(): Templates {
  try {
    const kept: unknown = JSON.parse(window.localStorage.getItem(KEY) ?? '{}');
    if (typeof kept !== 'object' || kept === null || Array.isArray(kept)) return {};
    return Object.fromEntries(
      Object.entries(kept).flatMap(([name, said]) => {
        const design = designOf(said);
        return design === undefined ? [] : [[name, design]];
      }),
    );
  } catch {
    return {};
  }
}

/** Keeps these. @throws Error where the browser has no room for them */
export function writeTemplates(templates: Templates): void {
  const said = Object.entries(templates).map(([name, design]) => [name, fragmentOfDesign(design)]);
  try {
    window.localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(said)));
  } catch (cause) {
    throw new Error(
      'This browser keeps some 5 MB for this page, and the templates would need more. Forget one that is not needed, or keep this design as a file by Export YAML.',
      { cause },
    );
  }
}

/** A template as it was kept; those of before they held visits are the request itself. */
function designOf(said: unknown): LinkedDesign | undefined {
  if (typeof said === 'string') return designFromFragment(said);
  if (typeof said !== 'object' || said === null || Array.isArray(said)) return undefined;
  return { document: said as LinkedDesign['document'], visits: null, off: [] };
}
