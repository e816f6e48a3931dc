/** The map of lensing of an entry: uploaded, or one that is there. */
import { Group, Text } from '@mantine/core';
import { FileUpload } from '../upload/file-upload.js';
import { useDesign } from './design-state.js';
import { valueAt } from './request-document.js';
import { kindOfFile, LibraryFile, StoredFile, useStoredNames } from './stored-files.js';

/** The choice. @param path where the request names the map's file */
export function LensMapChoice({ path }: { readonly path: string }) {
  const { document, set } = useDesign();
  const nameOf = useStoredNames();
  const said = valueAt(document, path);
  return (
    <Group gap="xs" mt="sm" role="group" aria-label="Map of lensing">
      <Text size="sm">Map of lensing: {typeof said === 'string' && said !== '' ? nameOf(said) : 'none'}</Text>
      <FileUpload
        label="Upload a map"
        what="Map of lensing"
        folder="/catalogs"
        refuse={({ kind, name }) =>
          kind === 'fits'
            ? undefined
            : `${name} is no FITS file: maps of lensing are FITS images or HEALPix tables.`
        }
        onReady={({ datasetId }) => set(path, `dataset:${datasetId}`)}
      />
      <LibraryFile label="Take a map of the library" kinds={['fits']} onChoose={(name) => set(path, name)} />
      <StoredFile
        label="Take a map that is there"
        placeholder="Uploaded before"
        fits={({ format, name }) => kindOfFile(format, name) === 'fits'}
        onChoose={({ id }) => set(path, `dataset:${id}`)}
      />
    </Group>
  );
}
