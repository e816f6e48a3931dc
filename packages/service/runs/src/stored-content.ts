/** The files of an input by content, as a worker is told of them: where the archive's store has each. */
import type { Archive } from '@imsim-od/archive';
import type { CatalogContent, StoredCatalog } from './planner.js';

/** The input with its places in the store. */
export function storedContent(
  store: Archive['store'],
  { files, sedArchive }: Pick<CatalogContent, 'sedArchive'> & { readonly files: readonly NamedContent[] },
): StoredCatalog {
  const [first] = files;
  const placed = ({ name, sha256 }: NamedContent) => ({ name, path: store.pathOf(sha256), sha256 });
  return {
    name: first?.name ?? '',
    files: files.map(placed),
    ...(first === undefined ? {} : { indexFolder: store.indexFolderOf(first.sha256) }),
    ...(sedArchive === undefined ? {} : { sedArchive: placed(sedArchive) }),
  };
}

interface NamedContent {
  readonly name: string;
  readonly sha256: string;
}
