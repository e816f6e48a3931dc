/** The SED files that catalogs and tables are drawn by: the service's own, or others by name. */
import { Button, Group, Text } from '@mantine/core';
import { FolderUpload } from '../upload/folder-upload.js';
import { useDesign, useFaultAt, useSaid } from './design-state.js';
import { isSedArchive, LibraryFile, StoredFile, useStoredNames } from './stored-files.js';

/** The choice. */
export function SedChoice() {
  const { set } = useDesign();
  const nameOf = useStoredNames();
  const said = useSaid('sedDir');
  const fault = useFaultAt('sedDir');
  return (
    <Group gap="xs" role="group" aria-label="SED files">
      <Text size="sm">
        Spectra of catalogs and tables:{' '}
        {typeof said === 'string' ? nameOf(said) : 'the SED files of the service'}
      </Text>
      <LibraryFile
        label="Take SED files of the library"
        kinds={['seds']}
        onChoose={(path) => set('sedDir', path)}
      />
      <StoredFile
        label="Take SED files that are there"
        placeholder="Uploaded before"
        fits={({ name }) => isSedArchive(name)}
        onChoose={({ id }) => set('sedDir', `dataset:${id}`)}
      />
      <FolderUpload
        label="Upload a folder of SED files"
        kind="seds"
        folder="/catalogs"
        onReady={({ datasetId }) => set('sedDir', `dataset:${datasetId}`)}
      />
      {said !== undefined && (
        <Button size="compact-sm" variant="default" onClick={() => set('sedDir', undefined)}>
          Those of the service
        </Button>
      )}
      {fault !== undefined && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {fault}
        </Text>
      )}
    </Group>
  );
}
