/**
 * The part of a request that a page can draw by itself: its synthetic skies. Entries with files stay in their places as
 * empty ones, so that the others keep their random streams and look as they will.
 */
import type { LoadedSources, RequestLayer } from '@imsim-od/simulator';
import { SourceTableBuilder } from '@imsim-od/sky';

/** What can be drawn. */
export interface DrawableSky {
  readonly layers: readonly RequestLayer[];
  /** What stands for the files. */
  readonly inputs: readonly LoadedSources[];
  /** Numbers from 1 of the entries that are left out. */
  readonly leftOut: readonly number[];
}

/** Makes it of a document, for some detectors. */
export function drawableSky(document: unknown, detectors: string | readonly string[]): DrawableSky {
  const plain = document as Readonly<Record<string, unknown>>;
  const leftOut: number[] = [];
  const entries = Array.isArray(plain['sky']) ? (plain['sky'] as unknown[]) : undefined;
  const sky = entries?.map((entry, index) => {
    if (!needsFiles(entry)) return entry;
    leftOut.push(index + 1);
    return { type: 'table', path: 'not here' };
  });
  return {
    layers: [{ origin: 'design', document: { ...plain, detectors, ...(sky === undefined ? {} : { sky }) } }],
    inputs: leftOut.map(() => ({
      path: 'not here',
      files: [],
      sources: new SourceTableBuilder().build(),
      skipped: {},
      notes: [],
    })),
    leftOut,
  };
}

function needsFiles(entry: unknown): boolean {
  if (typeof entry !== 'object' || entry === null) return false;
  const { type, lensing } = entry as {
    readonly type?: unknown;
    readonly lensing?: { readonly map?: unknown };
  };
  return type !== 'synthetic' || lensing?.map !== undefined;
}
