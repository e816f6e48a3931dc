/** The page's side of the test of dropped files: `File` objects in, what the readers make of them out. */
import {
  asByteSource,
  BlobRangeSource,
  FilesFolder,
  readInstanceCatalog,
  readSkyCatalog,
  readSkyTable,
  SedLibrary,
  type SourceTable,
} from '@imsim-od/sky';

/** What a page read of a file. */
export interface PageSources {
  readonly ids: readonly string[];
  readonly raDeg: readonly number[];
  readonly magnitude: readonly number[];
}

/** A file of a folder that was dropped, by its path below. */
export type DroppedFile = readonly [path: string, bytes: readonly number[]];

declare global {
  interface Window {
    readSpectraInPage?: (
      folder: readonly DroppedFile[],
      library: readonly DroppedFile[],
    ) => Promise<{ stars: PageSources; table: PageSources; approximated: readonly number[]; sha256: string }>;
    readInPage?: (name: string, bytes: readonly number[], isCatalog: boolean) => Promise<PageSources>;
  }
}

window.readInPage = async (name, bytes, isCatalog) => {
  const source = new BlobRangeSource(name, new File([Uint8Array.from(bytes)], name));
  const { sources } = isCatalog
    ? await readInstanceCatalog(asByteSource(source))
    : await readSkyTable(source, { band: 'r' });
  return sourcesOf(sources);
};

function sourcesOf({ objectId, raDeg, magnitude }: SourceTable): PageSources {
  return { ids: objectId, raDeg: [...raDeg], magnitude: [...magnitude] };
}

const dropped = (files: readonly DroppedFile[]): Map<string, File> =>
  new Map(files.map(([path, bytes]) => [path, new File([Uint8Array.from(bytes)], path)]));

/** Reads a folder of sky catalogs, and the table `spectra.csv` in it, with a folder of SED files beside. */
window.readSpectraInPage = async (folder, library) => {
  const files = dropped(library);
  const sedLibrary = new SedLibrary({
    name: 'dropped',
    open: (path) => {
      const file = files.get(path);
      return Promise.resolve(file && asByteSource(new BlobRangeSource(path, file)));
    },
  });
  const place = new FilesFolder('folder', dropped(folder));
  const time = { midMjdTai: 61_000, exposureS: 30 };
  const stars = await readSkyCatalog(place, { band: 'r', time, sedLibrary });
  const table = await readSkyTable(await place.open('spectra.csv'), { band: 'r', sedLibrary });
  return {
    stars: sourcesOf(stars.sources),
    table: sourcesOf(table.sources),
    approximated: [...stars.sources.sedApproximated, ...table.sources.sedApproximated],
    sha256: (await sedLibrary.digest(table.sedUses?.names ?? []))?.sha256 ?? '',
  };
};
