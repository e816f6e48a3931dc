/** What stands for files of a sky that were not read. */
import type { LoadedSources, Request } from '@imsim-od/simulator';
import { emptySourceTable } from '@imsim-od/sky';

/** Sources of none. */
const NOTHING: LoadedSources = {
  path: 'not read',
  files: [],
  sources: emptySourceTable(),
  skipped: {},
  notes: [],
};

/** Stands for all files of a sky, in the order of `dealInputs`: entries keep their places, and the others their random streams. */
export function unreadSources(sky: Request['sky']): readonly LoadedSources[] {
  return sky.flatMap((entry) => [
    ...(entry.type === 'synthetic' ? [] : [NOTHING]),
    ...(entry.lensing?.map === undefined ? [] : [NOTHING]),
  ]);
}
