/** The images that rows of a table name: each read once, when the first row that is kept names it. */
import type { ByteSource } from '../byte-source.js';
import { readStamp } from '../instance-catalog/stamp.js';
import type { SkyStamp, SourceRow, SourceTableBuilder } from '../source-table.js';
import { isLargeStamp } from '../stamp-limits.js';
import { TableFormatError } from './errors.js';

/** Most pixels that the stamps of one table may have together: a gigabyte. */
const MAX_PIXELS = 268_435_456;

/** Loads stamps for the rows of one table. */
export class StampLoader {
  private readonly table: string;
  private readonly open: ((name: string) => Promise<ByteSource>) | undefined;
  private readonly loaded = new Map<string, { readonly image: SkyStamp; index: number | undefined }>();
  private pixels = 0;

  constructor(table: string, open: ((name: string) => Promise<ByteSource>) | undefined) {
    this.table = table;
    this.open = open;
  }

  /**
   * Gives a row its image. Returns the row, or `large` where it covers too much sky. Throws `TableFormatError`, naming the row,
   * where the image cannot be had or read.
   */
  async complete(
    row: SourceRow,
    name: string,
    builder: SourceTableBuilder,
    place: () => string,
  ): Promise<SourceRow | 'large'> {
    let stamp = this.loaded.get(name);
    if (stamp === undefined) {
      stamp = { image: await this.read(name, place), index: undefined };
      this.loaded.set(name, stamp);
    }
    if (isLargeStamp(stamp.image, row.stampPixelArcsec ?? 0)) return 'large';
    stamp.index ??= builder.addStamp(stamp.image);
    row.stamp = stamp.index;
    return row;
  }

  private async read(name: string, place: () => string): Promise<SkyStamp> {
    if (this.open === undefined)
      throw new TableFormatError(
        this.table,
        `${place()} names the stamp ${name}, and stamps cannot be read here`,
      );
    let image: SkyStamp;
    try {
      image = await readStamp(await this.open(name), name, { bytes: 0 });
    } catch (cause) {
      const why = cause instanceof Error ? cause.message.replace(/\.$/, '') : String(cause);
      throw new TableFormatError(this.table, `${place()} names the stamp ${name}: ${why}`, { cause });
    }
    this.pixels += image.width * image.height;
    if (this.pixels > MAX_PIXELS) {
      throw new TableFormatError(
        this.table,
        `the stamps up to ${place()} have more than ${MAX_PIXELS} pixels; choose fewer detectors, or smaller stamps`,
      );
    }
    return image;
  }
}
