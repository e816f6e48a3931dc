/**
 * A whole FITS file: the primary HDU first, then extensions, each handed to the sink as it is written. Same calls, same
 * bytes: nothing here knows the time, the host or a random number.
 */
import type { ByteSink } from './byte-sink.js';
import type { CardSource } from './card.js';
import { type CompressedImageSource, writeCompressedImageHdu } from './compressed-image-writer.js';
import { FitsError } from './fits-error.js';
import type { HduOptions } from './hdu-output.js';
import { type ImageSource, writeEmptyHdu, writeImageHdu } from './image-writer.js';
import type { PixelType } from './pixel-type.js';
import type { TableColumn } from './table-column.js';
import { writeTableHdu } from './table-writer.js';

/** Options for the whole file. */
export interface FitsFileOptions {
  /** Write CHECKSUM and DATASUM in every HDU. Default true. */
  readonly checksum?: boolean;
  /** The sink is done with a chunk when it returns, so that one buffer serves for all of an image. Default false. */
  readonly reuseChunks?: boolean;
}

/**
 * Writes one file. The first call must be `writePrimary` or `writeImage`; each further call adds an extension. After an
 * error the file is incomplete and must be thrown away: headers are checked before their HDU's first byte, rows as they come.
 */
export class FitsFileWriter {
  readonly #sink: ByteSink;
  readonly #checksum: boolean;
  readonly #reuseChunks: boolean;
  #hduCount = 0;
  #bytesWritten = 0;
  #broken = false;

  constructor(sink: ByteSink, options: FitsFileOptions = {}) {
    this.#sink = (chunk) => {
      this.#bytesWritten += chunk.length;
      sink(chunk);
    };
    this.#checksum = options.checksum ?? true;
    this.#reuseChunks = options.reuseChunks ?? false;
  }

  /** How many HDUs are complete. */
  get hduCount(): number {
    return this.#hduCount;
  }

  /** The file's length so far, always a multiple of 2880 between calls. */
  get bytesWritten(): number {
    return this.#bytesWritten;
  }

  /** A header without data: the primary HDU, or an empty image extension after it. */
  writePrimary(header: CardSource): void {
    this.#write(header, (options) => writeEmptyHdu(this.#sink, header, options));
  }

  /** An image: the primary HDU if it comes first, an extension else. */
  writeImage<T extends PixelType>(header: CardSource, image: ImageSource<T>): void {
    this.#write(header, (options) => writeImageHdu(this.#sink, header, image, options));
  }

  /** A tile-compressed int32 image extension. */
  writeCompressedImage(header: CardSource, image: CompressedImageSource): void {
    this.#write(header, (options) => writeCompressedImageHdu(this.#sink, header, image, options));
  }

  /** A binary table extension. */
  writeTable(header: CardSource, columns: readonly TableColumn[]): void {
    this.#write(header, (options) => writeTableHdu(this.#sink, header, columns, options));
  }

  #write(header: CardSource, write: (options: HduOptions) => void): void {
    if (this.#broken) {
      throw new FitsError(
        'FITS_BAD_ORDER',
        'An HDU of this file failed half-way; throw the file away and begin anew.',
      );
    }
    const name = header.cards.find((card) => card.keyword === 'EXTNAME');
    const label = name?.kind === 'string' ? ` (${name.value})` : '';
    const begin = this.#bytesWritten;
    try {
      write({
        primary: this.#hduCount === 0,
        checksum: this.#checksum,
        reuseChunks: this.#reuseChunks,
        hdu: `HDU ${this.#hduCount}${label}`,
      });
      this.#hduCount++;
    } catch (error) {
      this.#broken = this.#bytesWritten > begin;
      throw error;
    }
  }
}
