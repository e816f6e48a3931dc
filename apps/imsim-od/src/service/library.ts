/** The library of a service: listed, fetched, and filled by administrators. */
import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { basename, join, posix, relative, sep } from 'node:path';
import type { Client } from '@imsim-od/api';
import { CliError, systemErrorAt } from '../errors.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { printJson, printRemark, printResult } from '../standard-streams.js';
import { formatBytes, formatCount } from '../text/quantity-text.js';
import { formatTable } from '../text/text-table.js';
import { connect, type ServiceOptions } from './connection.js';
import { fetchDatasets } from './datasets.js';
import { digestFile } from '../work/digest-file.js';
import { uploadOnce } from './upload-catalogs.js';
import { uploadSedFolder } from './upload-seds.js';

/** Options of `library add`. */
export interface LibraryAddOptions extends ServiceOptions {
  readonly description?: string;
  /** The folder holds SED files, and no sky catalogs. */
  readonly seds?: boolean;
}

/** Lists what is offered. */
export async function listLibrary(options: ServiceOptions): Promise<void> {
  const { items } = await connect(options).call('listLibrary', {});
  if (options.json === true) return printJson(items);
  printResult(
    items.length === 0
      ? 'The library is empty.'
      : formatTable(
          [
            { head: 'name' },
            { head: 'kind' },
            { head: 'objects', align: 'right' },
            { head: 'bytes', align: 'right' },
            { head: 'sha256' },
            { head: 'state' },
            { head: 'what it is' },
          ],
          items.map(({ name, state, readShare, kind, objects, dataset, description }) => [
            name,
            kind,
            objects === null ? '' : formatCount(objects),
            formatBytes(dataset.bytes),
            dataset.sha256.slice(0, 12),
            state === 'reading' ? `reading, ${Math.round(100 * readShare)} %` : state,
            description,
          ]),
        ),
  );
}

/** Fetches one, checked by SHA-256, with the files beside it. */
export async function getFromLibrary(
  name: string,
  options: ServiceOptions & { readonly out: string },
): Promise<ExitCode> {
  const { items } = await connect(options).call('listLibrary', {});
  const entry = items.find((one) => one.name === name);
  if (entry === undefined)
    throw new CliError(
      `the library has nothing called ${name}; it has ${items.map((one) => one.name).join(', ') || 'nothing at all'}`,
      EXIT_CODE.badInput,
    );
  const { folder, ownerId } = entry.dataset;
  const quoted = folder.replaceAll("'", "''");
  return fetchDatasets(
    `ownerId = '${ownerId}' and (folder = '${quoted}' or folder like '${quoted}/%')`,
    options,
  );
}

/** How often it is asked how far the service is. */
const LOOK_MS = 500;
const PROGRESS_STEP = 0.1;

/** Uploads files and offers the last of them, or a folder of sky catalogs or SED files as a whole; waits until the service has read it. */
export async function addToLibrary(
  name: string,
  files: readonly string[],
  options: LibraryAddOptions,
): Promise<void> {
  const client = connect(options);
  const isTaken = (await client.call('listLibrary', {})).items.some(
    (one) => one.name === name && one.state !== 'failed',
  );
  if (isTaken)
    throw new CliError(
      `${name} is taken; imsim-od library remove ${name} makes room, or choose another name`,
      EXIT_CODE.badInput,
    );
  const isFolder = statSync(files[0] ?? '', { throwIfNoEntry: false })?.isDirectory() === true;
  if (isFolder && files.length > 1)
    throw new CliError('one folder at a time can be offered under a name', EXIT_CODE.usage);
  if (options.seds === true && !isFolder)
    throw new CliError(
      `--seds takes a folder of SED files, and ${files[0] ?? ''} is none; an archive of one is added like any file, without --seds`,
      EXIT_CODE.usage,
    );
  const wholeFolder = isFolder && options.seds !== true;
  const datasetId =
    options.seds === true
      ? await uploadSedFolder(client, name, files[0]!, printRemark)
      : await uploadAll(
          client,
          name,
          wholeFolder ? filesBelow(files[0]!) : files.map((path) => ({ path, name: basename(path) })),
        );
  const { description } = options;
  let entry = await client.call('addToLibrary', {
    body: {
      name,
      datasetId,
      ...(wholeFolder ? { wholeFolder } : {}),
      ...(description === undefined ? {} : { description }),
    },
  });
  let told = 0;
  while (entry.state === 'reading') {
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    const { items } = await client.call('listLibrary', {});
    const found = items.find((one) => one.name === name);
    if (found === undefined) throw new CliError(`${name} was removed while it was read`, EXIT_CODE.partly);
    entry = found;
    if (entry.readShare - told < PROGRESS_STEP) continue;
    told = entry.readShare;
    printRemark(`${name}: ${Math.round(100 * told)} % read`);
  }
  if (entry.state === 'failed')
    throw new CliError(`${name} cannot be offered: ${entry.failure}`, EXIT_CODE.badInput);
  if (options.json === true) printJson(entry);
  else
    printResult(
      entry.kind === 'seds'
        ? `Every user can draw by its spectra: sedDir: library:${entry.name} in requests, --sed-dir library:${entry.name}`
        : `Every user can name it in requests: library:${entry.name}`,
    );
}

/** A file of this machine, and its name in the library's folder. */
interface LocalFile {
  readonly path: string;
  readonly name: string;
}

/** The files in a folder, its configuration last: what it includes must be there when it is checked. */
function filesBelow(folder: string): readonly LocalFile[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ path, name: relative(folder, path).split(sep).join(posix.sep) }));
  if (files.length === 0) throw new CliError(`${folder}: has no files`, EXIT_CODE.badInput);
  const isTop = ({ name }: LocalFile): boolean => /^skyCatalog\.ya?ml$/i.test(name);
  return [...files.filter((file) => !isTop(file)), ...files.filter(isTop)];
}

/** Uploads what is not there yet into a folder named for the content, so that the same command goes on where it was stopped. @returns the last dataset */
async function uploadAll(client: Client, name: string, files: readonly LocalFile[]): Promise<string> {
  const known: (LocalFile & { readonly sha256: string })[] = [];
  for (const file of files) {
    const { sha256 } = await digestFile(file.path).catch((error: unknown) => {
      throw systemErrorAt(file.path, error);
    });
    known.push({ ...file, sha256 });
  }
  const content = JSON.stringify(known.map(({ name: file, sha256 }) => [file, sha256]));
  const folder = `/library/${name}-${createHash('sha256').update(content).digest('hex').slice(0, 12)}`;
  let last = '';
  for (const [index, file] of known.entries()) {
    last = await uploadOnce(client, file.path, file, folder, printRemark);
    if (known.length > 1) printRemark(`${index + 1} of ${known.length} files are there`);
  }
  return last;
}

/** Offers one no more. */
export async function removeFromLibrary(name: string, options: ServiceOptions): Promise<void> {
  await connect(options).call('removeFromLibrary', { params: { name } });
  if (options.json === true) printJson({ removed: name });
  else printResult(`${name} is offered no more; its files stay yours.`);
}
