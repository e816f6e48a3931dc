/**
 * The frame every HDU writer fills: header records with LONGSTRN, DATASUM and CHECKSUM where they belong, then the data in
 * chunks, then padding. Since DATASUM stands before the data, it is summed beforehand; the data are never held twice.
 */
import { type ByteSink, FITS_BLOCK_BYTES, paddingAfter } from './byte-sink.js';
import type { Card, CardSource } from './card.js';
import { formatCard } from './card-text.js';
import { addSums, encodeChecksum, sumBytes } from './data-sum.js';
import { FitsError } from './fits-error.js';
import { isStructuralKeyword } from './header-builder.js';

/** How the writers of HDUs behave. */
export interface HduOptions {
  /** True for the first HDU of a file, which begins with SIMPLE; else an extension. Default false. */
  readonly primary?: boolean;
  /** Write CHECKSUM and DATASUM. Default true. */
  readonly checksum?: boolean;
  /** Names the HDU in messages, as `HDU 3 (SEG05)`. */
  readonly hdu?: string;
  /** The sink is done with an image's chunk when it returns, so that one buffer serves for all. Default false. */
  readonly reuseChunks?: boolean;
}

/** What an HDU writer knows about its data. */
export interface HduData {
  /** Bytes without padding. */
  readonly length: number;
  /** The 1's complement sum of the data, asked for only where checksums are written. */
  sum(): number;
  /** Hands all data to the sink, in order. */
  write(sink: ByteSink): void;
}

/**
 * Writes one whole HDU: the structural cards, the caller's, the data and padding. Throws `FITS_BAD_KEYWORD` where the
 * caller's cards repeat a structural one, and whatever the cards' formatting throws, before the first byte is written.
 */
export function writeHdu(
  sink: ByteSink,
  structural: readonly Card[],
  header: CardSource,
  data: HduData,
  options: HduOptions,
): void {
  const hdu = options.hdu;
  for (const card of header.cards) {
    if (isStructuralKeyword(card.keyword)) {
      throw new FitsError(
        'FITS_BAD_KEYWORD',
        `${card.keyword} follows from the data and is written by the HDU's writer; leave it out.`,
        { hdu, keyword: card.keyword },
      );
    }
  }
  const before = structural.flatMap((card) => formatCard(card, hdu));
  const own = header.cards.map((card) => formatCard(card, hdu));
  if (header.cards.some((card, i) => card.kind === 'string' && (own[i]?.length ?? 1) > 1)) {
    before.push(...formatCard(stringCard('LONGSTRN', 'OGIP 1.0', 'long strings are continued'), hdu));
  }
  const records = [...before, ...own.flat()];
  if (options.checksum ?? true) {
    const dataSum = data.sum();
    const checksumAt = records.length;
    records.push(
      ...formatCard(stringCard('CHECKSUM', '0'.repeat(16), 'HDU checksum'), hdu),
      ...formatCard(stringCard('DATASUM', String(dataSum), 'data unit checksum'), hdu),
    );
    const sum = addSums(sumBytes(headerBytes(records)), dataSum);
    records.splice(
      checksumAt,
      1,
      ...formatCard(stringCard('CHECKSUM', encodeChecksum(sum), 'HDU checksum'), hdu),
    );
  }
  sink(headerBytes(records));
  data.write(sink);
  const padding = paddingAfter(data.length);
  if (padding > 0) sink(new Uint8Array(padding));
}

/** Header records with END, padded with blanks to a multiple of 2880 bytes. */
function headerBytes(records: readonly string[]): Uint8Array {
  const length = 80 * (records.length + 1);
  const bytes = new Uint8Array(Math.ceil(length / FITS_BLOCK_BYTES) * FITS_BLOCK_BYTES).fill(0x20);
  bytes.set(new TextEncoder().encode(`${records.join('')}END`));
  return bytes;
}

/** A string card. */
export function stringCard(keyword: string, value: string, comment: string): Card {
  return { kind: 'string', keyword, value, comment };
}

/** An integer card. */
export function integerCard(keyword: string, value: number | bigint, comment: string): Card {
  return { kind: 'integer', keyword, value, comment };
}

/** A logical card. */
export function logicalCard(keyword: string, value: boolean, comment: string): Card {
  return { kind: 'logical', keyword, value, comment };
}
