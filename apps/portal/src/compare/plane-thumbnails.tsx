/** The focal plane of one exposure of a run, from the thumbnails of its detectors. */
import type { Dataset } from '@imsim-od/api';
import { Text } from '@mantine/core';
import { useEffect, useMemo, useState } from 'react';
import { PlaneCanvas } from '../focal-plane/plane-canvas.js';

const AT_ONCE = 2;
const TELL_MS = 200;

/** The picture. */
export function PlaneThumbnails({
  label,
  images,
  exposure,
}: {
  readonly label: string;
  readonly images: readonly Dataset[];
  /** Visit and snap. */
  readonly exposure: string;
}) {
  const thumbnails = useMemo(
    () =>
      images.filter(
        ({ type, visit, snap, state }) =>
          type === 'thumbnail' && state === 'present' && `${visit ?? ''}-${snap ?? 0}` === exposure,
      ),
    [images, exposure],
  );
  const pictures = usePictures(thumbnails);
  if (thumbnails.length === 0)
    return <Text size="sm">{label} has no pictures: its run was not asked for the product “preview”.</Text>;
  return <PlaneCanvas label={`${label}: ${thumbnails.length} detectors`} pictures={pictures} />;
}

function usePictures(thumbnails: readonly Dataset[]): ReadonlyMap<number, ImageBitmap> {
  const [pictures, setPictures] = useState<ReadonlyMap<number, ImageBitmap>>(new Map());
  useEffect(() => {
    const leave = new AbortController();
    const found = new Map<number, ImageBitmap>();
    const waiting = [...thumbnails];
    let due: ReturnType<typeof setTimeout> | undefined;
    const read = async (): Promise<void> => {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const { id, detectorId } = next;
        try {
          const answer = await fetch(`/api/v1/datasets/${id}/content`, { signal: leave.signal });
          if (!answer.ok || detectorId === null) continue;
          found.set(detectorId, await createImageBitmap(await answer.blob()));
        } catch {
          // One that cannot be read leaves its place empty.
          if (leave.signal.aborted) return;
        }
        due ??= setTimeout(() => {
          due = undefined;
          setPictures(new Map(found));
        }, TELL_MS);
      }
    };
    for (let i = 0; i < AT_ONCE; i++) void read();
    return () => {
      leave.abort();
      clearTimeout(due);
      for (const picture of found.values()) picture.close();
    };
  }, [thumbnails]);
  return pictures;
}
