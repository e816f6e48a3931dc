/** Part of a catalog's index for whoever is elsewhere: an index itself, with the segments near a place. */
import type { RangeSource } from '../range-source.js';
import { type IndexSummary, indexTail, MAGIC, type Segment } from './index-layout.js';

/** An index to be sent. */
export interface IndexPart {
  /** Its length. */
  readonly bytes: number;
  /** The bytes in order; what the source throws. */
  stream(): AsyncIterable<Uint8Array>;
}

/** An index of these segments of another. They are sent as they are: their checksums are for the one who reads them. */
export function indexOfSegments(
  source: RangeSource,
  segments: readonly Segment[],
  summary: IndexSummary,
): IndexPart {
  const head = new TextEncoder().encode(MAGIC);
  let end = head.length;
  const moved = segments.map((segment) => {
    const offset = end;
    end += segment.bytes;
    return { ...segment, offset };
  });
  const tail = indexTail(moved, summary, end);
  return {
    bytes: end + tail.length,
    async *stream() {
      yield head;
      for (const { offset, bytes } of segments) yield await source.read(offset, offset + bytes);
      yield tail;
    },
  };
}
