/** A set of datasets as files: what each is called in a folder or a ZIP, and lists of them for download managers. */
import { API_PREFIX } from '@imsim-od/api';
import type { Dataset } from '@imsim-od/archive';

/** A dataset and its path among the files of its set. */
export interface NamedDataset {
  readonly dataset: Dataset;
  readonly path: string;
}

/**
 * Paths under which a set's files do not meet: the name; of several with one name each below its folder of the archive; where these are the
 * same, too, with the end of the dataset's id. No path leads out of where it is unpacked.
 */
export function nameFiles(datasets: readonly Dataset[]): readonly NamedDataset[] {
  const byName = countBy(datasets.map(({ name }) => plain(name)));
  const below = datasets.map(({ name, folder }) => {
    const own = plain(name);
    const parts = folder
      .split('/')
      .filter((part) => part !== '')
      .map(plain);
    return (byName.get(own) ?? 0) < 2 ? own : [...parts, own].join('/');
  });
  const byPath = countBy(below);
  return datasets.map((dataset, index) => {
    const path = below[index] ?? dataset.id;
    if ((byPath.get(path) ?? 0) < 2) return { dataset, path };
    const dot = path.lastIndexOf('.');
    const end = dataset.id.slice(-8);
    return {
      dataset,
      path:
        dot > path.lastIndexOf('/') + 1 ? `${path.slice(0, dot)}.${end}${path.slice(dot)}` : `${path}.${end}`,
    };
  });
}

/** Where a dataset's bytes are had. */
export function contentUrl(origin: string, { id }: Pick<Dataset, 'id'>): string {
  return `${origin}${API_PREFIX}/datasets/${id}/content`;
}

/** One entry of a Metalink. */
export function metalinkEntry(origin: string, { dataset, path }: NamedDataset): string {
  const { bytes, sha256 } = dataset;
  return [
    `  <file name="${xml(path)}">`,
    `    <size>${bytes}</size>`,
    `    <hash type="sha-256">${sha256}</hash>`,
    `    <url>${xml(contentUrl(origin, dataset))}</url>`,
    '  </file>\n',
  ].join('\n');
}

export const METALINK_HEAD =
  '<?xml version="1.0" encoding="UTF-8"?>\n<metalink xmlns="urn:ietf:params:xml:ns:metalink">\n';
export const METALINK_END = '</metalink>\n';

/** A part of a path without what file systems or XML would take amiss. */
function plain(part: string): string {
  const text = part.replaceAll(/[\p{Cc}/\\:*?"<>|]/gu, '_');
  return /^\.*$/.test(text) ? `_${text}` : text;
}

function xml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

function countBy(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}
