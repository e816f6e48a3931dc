/** The recipe that made an image: everything its pixels depend on. */
import type { Dataset } from '@imsim-od/api';
import { useQuery } from '@tanstack/react-query';
import { client } from '../service/client.js';

/** Reads it; undefined where the run keeps none. */
export function useRecipe({ runId, detector, visit, snap }: Dataset): {
  readonly recipe: unknown;
  readonly isLoading: boolean;
} {
  const { data, isLoading } = useQuery({
    queryKey: ['recipe', runId, detector, visit, snap],
    enabled: runId !== null && detector !== null && visit !== null,
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      const { items } = await client.call('searchDatasets', {
        query: { runId: runId ?? '', type: ['recipe'], detector: [detector ?? ''], visit: [visit ?? 0] },
        signal,
      });
      const file = items.find((candidate) => candidate.snap === snap);
      if (file === undefined) return null;
      const answer = await fetch(`/api/v1/datasets/${file.id}/content`, { signal });
      if (!answer.ok) throw new Error(`The recipe ${file.name} cannot be read: ${answer.status}.`);
      return ((await answer.json()) as { recipe?: unknown }).recipe ?? null;
    },
  });
  return { recipe: data ?? undefined, isLoading };
}
