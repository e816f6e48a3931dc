/** What two runs have to be compared: their images and thumbnails, and how many sources each task drew. */
import type { Dataset, Task } from '@imsim-od/api';
import { useQuery } from '@tanstack/react-query';
import { client } from '../service/client.js';

const PAGE = 1000;
/** Pages that are read: 13 visits of the whole camera with two types of images. */
const MOST_PAGES = 8;
const AGAIN_MS = 5000;

/** Its images and thumbnails, newest first. @param isOver otherwise they are read again and again */
export function useRunImages(runId: string, isOver: boolean) {
  return useQuery<readonly Dataset[], Error>({
    queryKey: ['run images', runId],
    queryFn: ({ signal }) =>
      pages((after) =>
        client.call('searchDatasets', {
          query: {
            runId,
            type: ['eimage', 'raw', 'thumbnail'],
            limit: PAGE,
            ...(after === null ? {} : { after }),
          },
          signal,
        }),
      ),
    refetchInterval: isOver ? false : AGAIN_MS,
  });
}

/** Its tasks. */
export function useRunTasks(runId: string) {
  return useQuery<readonly Task[], Error>({
    queryKey: ['run tasks', runId],
    queryFn: ({ signal }) =>
      pages((after) =>
        client.call('listTasks', {
          params: { id: runId },
          query: { limit: PAGE, ...(after === null ? {} : { after }) },
          signal,
        }),
      ),
  });
}

async function pages<T>(
  read: (after: string | null) => Promise<{ readonly items: readonly T[]; readonly next: string | null }>,
): Promise<readonly T[]> {
  const found: T[] = [];
  let after: string | null = null;
  for (let page = 0; page < MOST_PAGES; page++) {
    const { items, next }: { items: readonly T[]; next: string | null } = await read(after);
    found.push(...items);
    if (next === null) break;
    after = next;
  }
  return found;
}
