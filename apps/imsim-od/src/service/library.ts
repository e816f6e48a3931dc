/** The library of a service: listed, fetched, and filled by administrators. */
import { CliError } from '../errors.js';
import { EXIT_CODE, type ExitCode } from '../exit-code.js';
import { printJson, printRemark, printResult } from '../standard-streams.js';
import { formatBytes, formatCount } from '../text/quantity-text.js';
import { formatTable } from '../text/text-table.js';
import { connect, type ServiceOptions } from './connection.js';
import { fetchDatasets } from './datasets.js';
import { uploadFile } from './upload-catalogs.js';

/** Options of `library add`. */
export interface LibraryAddOptions extends ServiceOptions {
  readonly description?: string;
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
            { head: 'what it is' },
          ],
          items.map(({ name, kind, objects, dataset, description }) => [
            name,
            kind,
            objects === null ? '' : formatCount(objects),
            formatBytes(dataset.bytes),
            dataset.sha256.slice(0, 12),
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

/** Uploads files and offers the last of them. */
export async function addToLibrary(
  name: string,
  files: readonly string[],
  options: LibraryAddOptions,
): Promise<void> {
  const client = connect(options);
  const folder = `/library/${name}`;
  let datasetId = '';
  for (const path of files) datasetId = await uploadFile(client, path, folder, printRemark);
  const { description } = options;
  const entry = await client.call('addToLibrary', {
    body: { name, datasetId, ...(description === undefined ? {} : { description }) },
  });
  if (options.json === true) printJson(entry);
  else printResult(`Every user can name it in requests: library:${entry.name}`);
}

/** Offers one no more. */
export async function removeFromLibrary(name: string, options: ServiceOptions): Promise<void> {
  await connect(options).call('removeFromLibrary', { params: { name } });
  if (options.json === true) printJson({ removed: name });
  else printResult(`${name} is offered no more; its files stay yours.`);
}
