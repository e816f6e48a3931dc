/** The map of lensing of an entry: uploaded, or one that is there. */
import { Group, Text } from '@mantine/core';
import { FileUpload } from '../upload/file-upload.js';
import { useDesign, useSaid } from './design-state.js';
import { kindOfFile, LibraryFile, StoredFile, useStoredNames } from './stored-files.js';

/** Images, and tables of HEALPix cells. */
const MAP_KINDS: readonly string[] = ['fits', 'table'];

/** The choice. @param path where the request names the map's file */
export function LensMapChoice({ path }: { readonly path: string }) {
  const { set } = useDesign();
  const nameOf = useStoredNames();
  const said = useSaid(path);
  return (
    <Group gap="xs" mt="sm" role="group" aria-label="Map of lensing">
      <Text size="sm">Map of lensing: {typeof said === 'string' && said !== '' ? nameOf(said) : 'none'}</Text>
      <FileUpload
        label="Upload a map"
        what="Map of lensing"
        folder="/catalogs"
        refuse={({ kind, name }) =>
          MAP_KINDS.includes(String(kind))
            ? undefined
            : `${name} is no map: maps of lensing are FITS images, or tables of HEALPix cells.`
        }
        onReady={({ datasetId }) => set(path, `dataset:${datasetId}`)}
      />
      <LibraryFile label="Take a map of the library" kinds={MAP_KINDS} onChoose={(name) => set(path, name)} />
      <StoredFile
        label="Take a map that is there"
        placeholder="Uploaded before"
        fits={({ format, name }) => MAP_KINDS.includes(kindOfFile(format, name))}
        onChoose={({ id }) => set(path, `dataset:${id}`)}
      />
    </Group>
  );
}
