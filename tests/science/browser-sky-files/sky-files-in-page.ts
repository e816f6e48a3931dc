/** The page's side of the test of dropped files: `File` objects in, what the readers make of them out. */
import { asByteSource, BlobRangeSource, readInstanceCatalog, readSkyTable } from '@imsim-od/sky';

/** What a page read of a file. */
export interface PageSources {
  readonly ids: readonly string[];
  readonly raDeg: readonly number[];
  readonly magnitude: readonly number[];
}

declare global {
  interface Window {
    readInPage?: (name: string, bytes: readonly number[], isCatalog: boolean) => Promise<PageSources>;
  }
}

window.readInPage = async (name, bytes, isCatalog) => {
  const source = new BlobRangeSource(name, new File([Uint8Array.from(bytes)], name));
  const { sources } = isCatalog
    ? await readInstanceCatalog(asByteSource(source))
    : await readSkyTable(source, { band: 'r' });
  return { ids: sources.objectId, raDeg: [...sources.raDeg], magnitude: [...sources.magnitude] };
};
