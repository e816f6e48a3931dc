/** The differences of many pairs of images, asked of the service a few at a time, so that the page has connections left for all else. */
import type { ImageDifference } from '@imsim-od/api';
import { useEffect, useRef, useState } from 'react';
import { client } from '../service/client.js';
import { type ImagePair, inOrderOfUse } from './run-pairs.js';

/** Questions under way: a browser has six connections, of which one brings the news of runs. */
const AT_ONCE = 3;
/** Between two renewals of the page while differences come, at least. */
const TELL_MS = 250;
const BLOCKS = 256;

/** What is known so far, by number of detector. */
export interface Differences {
  readonly known: ReadonlyMap<number, ImageDifference>;
  readonly failed: ReadonlyMap<number, Error>;
  /** How long those that are left will take at the pace so far; undefined where there is none yet, or nothing is left. */
  readonly leftS: number | undefined;
}

const NONE: Differences = { known: new Map(), failed: new Map(), leftS: undefined };

/**
 * Asks for all of them, the middle of every raft first, so that the whole focal plane is seen early. Images with the same bytes are known
 * to be equal without being asked for; what was once answered is kept while the page is open.
 * @param pairs the same array as long as they are the same @param round another one asks again for what failed @param isStopped nothing more is asked for
 */
export function useDifferences(pairs: readonly ImagePair[], round: number, isStopped: boolean): Differences {
  const [differences, setDifferences] = useState<Differences>(NONE);
  const answers = useRef(new Map<string, ImageDifference>());
  useEffect(() => {
    const leave = new AbortController();
    const known = new Map<number, ImageDifference>();
    const failed = new Map<number, Error>();
    const waiting: ImagePair[] = [];
    for (const pair of inOrderOfUse(pairs)) {
      const answer = pair.first.sha256 === pair.second.sha256 ? EQUAL : answers.current.get(keyOf(pair));
      if (answer === undefined) waiting.push(pair);
      else known.set(pair.detectorId, answer);
    }
    const wanted = waiting.length;
    const startMs = performance.now();
    let due: ReturnType<typeof setTimeout> | undefined;
    const tellNow = (): void => {
      due = undefined;
      const left = pairs.length - known.size - failed.size;
      const done = wanted - left;
      const leftS =
        done === 0 || left === 0 ? undefined : ((performance.now() - startMs) / 1000 / done) * left;
      setDifferences({ known: new Map(known), failed: new Map(failed), leftS });
    };
    tellNow();
    const ask = async (): Promise<void> => {
      for (let pair = waiting.shift(); pair !== undefined; pair = waiting.shift()) {
        const { detectorId, first, second } = pair;
        try {
          const difference = await client.call('compareImages', {
            params: { id: first.id },
            query: { with: second.id },
            signal: leave.signal,
          });
          answers.current.set(keyOf(pair), difference);
          known.set(detectorId, difference);
        } catch (error) {
          if (leave.signal.aborted) return;
          failed.set(detectorId, error instanceof Error ? error : new Error(String(error)));
        }
        due ??= setTimeout(tellNow, TELL_MS);
      }
    };
    if (!isStopped) for (let i = 0; i < AT_ONCE; i++) void ask();
    return () => {
      leave.abort();
      clearTimeout(due);
    };
  }, [pairs, round, isStopped]);
  return differences;
}

/** Contents never change: what was said of two of them stays true. */
const keyOf = ({ first, second }: ImagePair): string => `${first.sha256} ${second.sha256}`;

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
  largestOfBlocks: new Array<number>(BLOCKS).fill(0),
};
