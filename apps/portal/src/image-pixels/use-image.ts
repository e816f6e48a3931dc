/** An image of the archive and the truth that belongs to it, as they come. */
import type { Dataset } from '@imsim-od/api';
import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { client } from '../service/client.js';
import { fetchFile, type FetchProgress, problemText } from './fetch-file.js';
import { openImage, type OpenedImage } from './opened-image.js';
import type { WantedImage } from './pixel-tasks.js';
import { ask } from './pixel-work.js';
import type { TruthRow } from './truth-rows.js';

/** How far an image is. */
export type ImageState =
  | { readonly state: 'coming'; readonly progress: FetchProgress | null }
  | { readonly state: 'open'; readonly image: OpenedImage }
  | { readonly state: 'failed'; readonly problem: string };

/** Opens an image. */
export function useImage(dataset: Dataset, wish: WantedImage): ImageState {
  const [state, setState] = useState<ImageState>({ state: 'coming', progress: null });
  const { id, name } = dataset;
  useEffect(() => {
    const leave = new AbortController();
    setState({ state: 'coming', progress: null });
    openImage({ id, name }, wish, (progress) => setState({ state: 'coming', progress }), leave.signal).then(
      (image) => {
        if (!leave.signal.aborted) setState({ state: 'open', image });
      },
      (error: unknown) => {
        if (!leave.signal.aborted) setState({ state: 'failed', problem: problemText(error) });
      },
    );
    return () => leave.abort();
  }, [id, name, wish]);
  return state;
}

/** Truth of the same task, brightest first; undefined while it is read, null where there is none. */
export function useTruth({ runId, detector, visit, snap }: Dataset): {
  readonly rows: readonly TruthRow[] | undefined | null;
  readonly error: Error | null;
} {
  const { data, error } = useQuery({
    queryKey: ['truth rows', runId, detector, visit, snap],
    enabled: runId !== null && detector !== null && visit !== null,
    staleTime: Infinity,
    queryFn: async ({ signal }) => {
      if (runId === null || detector === null || visit === null) return null;
      const { items } = await client.call('searchDatasets', {
        query: { runId, type: ['truth'], detector: [detector], visit: [visit] },
        signal,
      });
      const files = items.filter((file) => file.snap === snap);
      const file = files.find(({ format }) => format === 'parquet') ?? files[0];
      if (file === undefined) return null;
      const bytes = await fetchFile(file.id, () => undefined, signal);
      return ask('readTruth', { bytes, format: file.format }, [bytes]);
    },
  });
  return { rows: runId === null || detector === null || visit === null ? null : data, error };
}
