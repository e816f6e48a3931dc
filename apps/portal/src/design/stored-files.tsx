/** Files of a sky that the service has: chosen from a list, and called by their names. */
import { ApiError, type Dataset } from '@imsim-od/api';
import { Select } from '@mantine/core';
import { useCallback } from 'react';
import { bytesText } from '../page-parts/quantity.js';
import { isId } from '../service/is-id.js';
import { useCall } from '../service/use-call.js';

const MOST = 200;

/** What a stored file is likely to be, by its format and name; the service looks into it when it is used. */
export function kindOfFile(format: string, name: string): 'catalog' | 'table' | 'fits' {
  if (format.startsWith('fits')) return 'fits';
  if (format === 'parquet' || format === 'csv') return 'table';
  return /\.(ecsv|vot|votable|xml|csv)(\.gz)?$/i.test(name) ? 'table' : 'catalog';
}

/** Whether a stored file is likely to be an archive of SED files, by its name. */
export const isSedArchive = (name: string): boolean => /\.tar$/i.test(name);

/** The catalogs, tables and maps that the user may read. */
function useStoredFiles(): readonly Dataset[] {
  return useCall('searchDatasets', { query: { type: ['catalog'], limit: MOST } }).data?.items ?? [];
}

const fileAt = (files: readonly Dataset[], path: string): Dataset | undefined =>
  files.find(({ id }) => path === `dataset:${id}`);

/** The name of `dataset:ID`, where it is known; else the path itself. */
export function useStoredNames(): (path: string) => string {
  const files = useStoredFiles();
  return useCallback((path) => fileAt(files, path)?.name ?? path, [files]);
}

/** Why a stored file cannot be used, by its state. */
const FAULT_OF_STATE: Readonly<Record<Dataset['state'], string | undefined>> = {
  present: undefined,
  making: undefined,
  dropped: 'The bytes of this file were dropped',
  missing: 'The bytes of this file are missing in the store',
  corrupt: 'The bytes of this file are damaged in the store',
};

/** What the service says of the file at `dataset:ID`, also where it is none of the many that are listed. */
export function useStoredName(path: string): {
  readonly name: string;
  /** Why it cannot be used, a sentence without its point; undefined: it can. */
  readonly fault: string | undefined;
} {
  const listed = fileAt(useStoredFiles(), path);
  const id = /^dataset:(.+)$/.exec(path)?.[1] ?? '';
  const { data, error } = useCall(
    'readDataset',
    { params: { id } },
    { enabled: isId(id) && listed === undefined },
  );
  const file = listed ?? data;
  const isUnknown = error instanceof ApiError && error.status === 404;
  const fault = isUnknown ? 'This file is gone, or its owner does not share it with you' : undefined;
  return { name: file?.name ?? path, fault: file === undefined ? fault : FAULT_OF_STATE[file.state] };
}

/** Chooses from what the operator offers to every user. */
export function LibraryFile({
  label,
  kinds,
  onChoose,
}: {
  readonly label: string;
  readonly kinds: readonly string[];
  readonly onChoose: (path: string, kind: string) => void;
}) {
  const entries = (useCall('listLibrary', {}).data?.items ?? []).filter(
    ({ state, kind }) => state === 'ready' && kinds.includes(kind),
  );
  if (entries.length === 0) return null;
  return (
    <Select
      aria-label={label}
      placeholder="From the library"
      size="xs"
      searchable
      data={entries.map(({ name, description }) => ({
        value: name,
        label: description === '' ? name : `${name}: ${description}`,
      }))}
      value={null}
      onChange={(name) => {
        const entry = entries.find((one) => one.name === name);
        if (entry !== undefined) onChoose(`library:${entry.name}`, entry.kind);
      }}
    />
  );
}

/** Chooses a file. */
export function StoredFile({
  label,
  placeholder,
  fits = () => true,
  onChoose,
}: {
  readonly label: string;
  readonly placeholder: string;
  readonly fits?: (file: Dataset) => boolean;
  readonly onChoose: (file: Dataset) => void;
}) {
  const files = useStoredFiles().filter(fits);
  if (files.length === 0) return null;
  return (
    <Select
      aria-label={label}
      placeholder={placeholder}
      size="xs"
      searchable
      data={files.map(({ id, name, bytes }) => ({ value: id, label: `${name}, ${bytesText(bytes)}` }))}
      value={null}
      onChange={(id) => {
        const file = files.find((one) => one.id === id);
        if (file !== undefined) onChoose(file);
      }}
    />
  );
}
