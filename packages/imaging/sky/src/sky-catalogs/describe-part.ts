/** What a file of a folder of sky catalogs is by itself, where it is no table: a configuration, or spectra as HDF5. */
import { Hdf5File } from '../hdf5/hdf5-file.js';
import type { CatalogFolder } from './catalog-folder.js';
import { readConfiguration, REQUEST_IS_NO_CATALOG } from './configuration.js';
import { SkyCatalogError } from './errors.js';

/**
 * Reads a file that is no table and says in a sentence what it holds. Throws `SkyCatalogError` for what is no YAML,
 * `TableFormatError` for what is no HDF5, and what the folder throws: also for a file that a configuration includes.
 */
export async function describeSkyCatalogPart(
  folder: CatalogFolder,
  name: string,
  isYaml: boolean,
): Promise<string> {
  if (isYaml) {
    const configuration = await readConfiguration(folder, name);
    if (configuration === 'request')
      throw new SkyCatalogError(`${folder.name}/${name}`, REQUEST_IS_NO_CATALOG);
    return configuration === 'part'
      ? 'It lists no object_types: it may be a part that a configuration of sky catalogs includes.'
      : `It is the configuration of sky catalogs of ${[...configuration.types.keys()].join(', ')}.`;
  }
  const source = await folder.open(name);
  try {
    (await Hdf5File.open(source)).close();
    return 'It holds HDF5: spectra or light curves of sky catalogs in the same folder.';
  } finally {
    await source.close();
  }
}
