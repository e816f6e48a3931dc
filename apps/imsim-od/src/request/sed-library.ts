/** The library of SED files that a command was given. */
import { SedLibrary } from '@imsim-od/sky';
import { openSedFolder } from '@imsim-od/sky/node';

/** The environment's name for the library, as other simulators have it. */
export const SED_LIBRARY_VARIABLE = 'SIMS_SED_LIBRARY_DIR';

/** Libraries that are kept open, with their spectra: a service's worker may be asked for several by turns. */
const MOST_OPEN = 3;

const open = new Map<string, Promise<SedLibrary>>();

/** The library in a folder, or in an archive of one, its files read once for all catalogs and visits. Throws where it is neither. */
export function sedLibraryIn(path: string): Promise<SedLibrary> {
  const known = open.get(path);
  open.delete(path);
  const opened = known ?? openSedFolder(path).then((access) => new SedLibrary(access));
  open.set(path, opened);
  const [oldest] = open.keys();
  if (open.size > MOST_OPEN && oldest !== undefined) open.delete(oldest);
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
