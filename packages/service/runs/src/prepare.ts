/** From what a user sent to planned visits: checked, catalogs found, costs counted. */
import { type Dataset, findInLibrary, listNeighbours, readDataset, type Viewer } from '@imsim-od/archive';
import { readRequest, type Request, RequestError } from '@imsim-od/simulator';
import { SubmissionError, type SubmissionFault } from './errors.js';
import type { CatalogContent, PlannedVisit, StoredCatalog } from './planner.js';
import type { Runs } from './runs.js';

/** Visits of one run, at most. */
export const MAX_REQUESTS = 5000;
const MAX_FAULTS = 20;
/** Files of a folder of sky catalogs, at most: a part of them would be another sky. */
export const MOST_IN_FOLDER = 20_000;
const LIBRARY = /^library:([a-z0-9][a-z0-9._-]{0,62})$/;
const DATASET = /^dataset:([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

/** Requests that can be run. */
export interface Prepared {
  readonly requests: readonly Request[];
  readonly visits: readonly PlannedVisit[];
}

/**
 * Checks and plans requests as a user sent them.
 * @throws SubmissionError naming every fault by its place
 */
export async function prepare(runs: Runs, viewer: Viewer, documents: readonly unknown[]): Promise<Prepared> {
  if (documents.length < 1 || documents.length > MAX_REQUESTS) {
    throw new SubmissionError([
      { path: 'requests', message: `has ${documents.length} entries; 1 to ${MAX_REQUESTS} are allowed` },
    ]);
  }
  const requests = checkAll(documents);
  const found = new Map<string, unknown>();
  const findOnce = async <T>(key: string, find: () => Promise<T>): Promise<T> => {
    if (!found.has(key)) found.set(key, await find());
    return found.get(key) as T;
  };
  const catalogs: StoredCatalog[][] = [];
  const archives: CatalogContent['sedArchive'][] = [];
  for (const [index, request] of requests.entries()) {
    const seds =
      request.sedDir === undefined
        ? undefined
        : await findOnce(`seds ${request.sedDir}`, () =>
            findSedArchive(runs, viewer, request.sedDir ?? '', `requests[${index}].sedDir`),
          );
    const own: StoredCatalog[] = [];
    for (const [entry, sky] of request.sky.entries()) {
      const place = `requests[${index}].sky[${entry}]`;
      const map = sky.lensing?.map;
      const wanted = [
        ...(sky.type === 'synthetic' ? [] : [[sky.path, `${place}.path`] as const]),
        ...(map === undefined ? [] : [[map.path, `${place}.lensing.map.path`] as const]),
      ];
      const isFolder = sky.type === 'skyCatalogs';
      for (const [path, pathPlace] of wanted) {
        const most = isFolder && path === sky.path ? MOST_IN_FOLDER : undefined;
        const catalog = await findOnce(`${path} ${most ?? ''}`, () =>
          findCatalog(runs, viewer, path, pathPlace, most),
        );
        own.push(seds === undefined ? catalog : { ...catalog, sedArchive: seds.placed });
      }
    }
    catalogs.push(own);
    archives.push(seds?.content);
  }
  const visits = await runs.planner.plan(requests, catalogs);
  return { requests, visits: visits.map((visit, index) => withSedArchive(visit, archives[index])) };
}

/** The visit with the archive at those of its catalogs that are drawn by files of it. */
function withSedArchive(visit: PlannedVisit, sedArchive: CatalogContent['sedArchive']): PlannedVisit {
  if (sedArchive === undefined) return visit;
  return {
    ...visit,
    catalogs: visit.catalogs.map((catalog) =>
      catalog.seds === undefined ? catalog : { ...catalog, sedArchive },
    ),
  };
}

function checkAll(documents: readonly unknown[]): Request[] {
  const faults: SubmissionFault[] = [];
  const requests: Request[] = [];
  for (const [index, document] of documents.entries()) {
    try {
      requests.push(readRequest([{ origin: `requests[${index}]`, document }]).request);
    } catch (error) {
      if (!(error instanceof RequestError)) throw error;
      for (const { path, message } of error.faults)
        faults.push({ path: path === '' ? `requests[${index}]` : `requests[${index}].${path}`, message });
      if (faults.length >= MAX_FAULTS) break;
    }
  }
  if (faults.length > 0) throw new SubmissionError(faults.slice(0, MAX_FAULTS));
  return requests;
}

/** A file that a request names as `library:NAME` or `dataset:ID`. @param what it should be @throws SubmissionError */
async function findFile(
  { archive }: Runs,
  viewer: Viewer,
  path: string,
  place: string,
  what: string,
): Promise<Dataset> {
  const fail = (message: string): never => {
    throw new SubmissionError([{ path: place, message }]);
  };
  const name = LIBRARY.exec(path)?.[1];
  const id =
    name === undefined
      ? DATASET.exec(path)?.[1]
      : await findInLibrary(archive, name).catch(() => fail(`the library has nothing called ${name}`));
  if (id === undefined)
    return fail(
      `${JSON.stringify(path.slice(0, 100))} is no dataset of the archive; upload the ${what} and give "dataset:" and its id, or "library:" and a name of the library`,
    );
  let dataset: Dataset;
  try {
    dataset = await readDataset(archive, viewer, id);
  } catch {
    return fail(`there is no dataset ${id} that you may see`);
  }
  if (dataset.type !== 'catalog') return fail(`dataset ${id} is of type ${dataset.type}, not catalog`);
  if (dataset.state !== 'present') return fail(`the bytes of dataset ${id} are ${dataset.state}`);
  return dataset;
}

/**
 * The archive of SED files that a request names as `library:NAME` or `dataset:ID`; whether it is one its reader finds out.
 * @param place what a fault names @throws SubmissionError
 */
export async function findSedArchive(runs: Runs, viewer: Viewer, sedDir: string, place: string) {
  const { name, sha256, bytes } = await findFile(runs, viewer, sedDir, place, 'SED files as one archive');
  return {
    content: { name, sha256, bytes },
    placed: { name, path: runs.archive.store.pathOf(sha256), sha256 },
  };
}

async function findCatalog(
  runs: Runs,
  viewer: Viewer,
  path: string,
  place: string,
  most: number | undefined,
): Promise<StoredCatalog> {
  const { archive } = runs;
  const dataset = await findFile(runs, viewer, path, place, 'file');
  const neighbours = await listNeighbours(archive, viewer, dataset, most);
  if (neighbours.length === most)
    throw new SubmissionError([
      {
        path: place,
        message: `the folder ${dataset.folder} has ${most} catalog files or more; a folder of sky catalogs has fewer`,
      },
    ]);
  return {
    name: dataset.name,
    indexFolder: archive.store.indexFolderOf(dataset.sha256),
    files: neighbours
      .filter(({ state }) => state === 'present')
      .map(({ relativeName, sha256 }) => ({
        name: relativeName,
        path: archive.store.pathOf(sha256),
        sha256,
      })),
  };
}
