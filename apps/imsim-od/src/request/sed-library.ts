/** The library of SED files that a command was given. */
import { SedLibrary } from '@imsim-od/sky';
import { openSedFolder } from '@imsim-od/sky/node';

/** The environment's name for the library, as other simulators have it. */
export const SED_LIBRARY_VARIABLE = 'SIMS_SED_LIBRARY_DIR';

const open = new Map<string, Promise<SedLibrary>>();

/** The library in a folder, its files read once for all catalogs and visits. Throws where it is no folder. */
export function sedLibraryIn(folder: string): Promise<SedLibrary> {
  const known = open.get(folder);
  if (known !== undefined) return known;
  const opened = openSedFolder(folder).then((access) => new SedLibrary(access));
  open.set(folder, opened);
  return opened;
}

/** The folder that the environment names; undefined where it names none. */
export function environmentSedDir(): string | undefined {
  return process.env[SED_LIBRARY_VARIABLE] || undefined;
}

/** The library that the environment names; undefined where it names none. Throws where it is no folder. */
export async function environmentSedLibrary(): Promise<SedLibrary | undefined> {
  const folder = environmentSedDir();
  return folder === undefined ? undefined : sedLibraryIn(folder);
}
