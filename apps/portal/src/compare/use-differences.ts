/** The differences of many pairs of images, asked of the service two at a time, so that the page has connections left for all else. */
import type { ImageDifference } from '@imsim-od/api';
import { useEffect, useState } from 'react';
import { client } from '../service/client.js';
import type { ImagePair } from './run-pairs.js';

const AT_ONCE = 2;
/** Between two renewals of the page while differences come, at least. */
const TELL_MS = 150;
const BLOCKS = 256;

/** What is known so far, by number of detector. */
export interface Differences {
  readonly known: ReadonlyMap<number, ImageDifference>;
  readonly failed: ReadonlyMap<number, Error>;
}

const NONE: Differences = { known: new Map(), failed: new Map() };

/**
 * Asks for all of them, one after another; images with the same bytes are known to be equal without being asked for.
 * @param pairs the same array as long as they are the same @param round another one begins anew
 */
export function useDifferences(pairs: readonly ImagePair[], round: number): Differences {
  const [differences, setDifferences] = useState<Differences>(NONE);
  useEffect(() => {
    const leave = new AbortController();
    const known = new Map<number, ImageDifference>();
    const failed = new Map<number, Error>();
    let due: ReturnType<typeof setTimeout> | undefined;
    const tell = (): void => {
      due ??= setTimeout(() => {
        due = undefined;
        setDifferences({ known: new Map(known), failed: new Map(failed) });
      }, TELL_MS);
    };
    const waiting = pairs.filter(({ detectorId, first, second }) => {
      if (first.sha256 !== second.sha256) return true;
      known.set(detectorId, EQUAL);
      return false;
    });
    setDifferences({ known: new Map(known), failed: new Map() });
    const ask = async (): Promise<void> => {
      for (let pair = waiting.shift(); pair !== undefined; pair = waiting.shift()) {
        const { detectorId, first, second } = pair;
        try {
          const difference = await client.call('compareImages', {
            params: { id: first.id },
            query: { with: second.id },
            signal: leave.signal,
          });
          known.set(detectorId, difference);
        } catch (error) {
          if (leave.signal.aborted) return;
          failed.set(detectorId, error instanceof Error ? error : new Error(String(error)));
        }
        tell();
      }
    };
    for (let i = 0; i < AT_ONCE; i++) void ask();
    return () => {
      leave.abort();
      clearTimeout(due);
    };
  }, [pairs, round]);
  return differences;
}

/** Of images with the same bytes. Their number of pixels is not known here, and not needed. */
const EQUAL: ImageDifference = {
  pixels: 0,
  differing: 0,
  mean: 0,
  deviation: 0,
  rms: 0,
  least: 0,
  greatest: 0,
  mostX: 1,
  mostY: 1,
  blocks: new Array<number>(BLOCKS).fill(0),
};
