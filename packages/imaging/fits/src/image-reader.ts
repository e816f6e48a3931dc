/** Reads the pixels of plain image HDUs, whole or by a range of rows, with BSCALE, BZERO and BLANK applied. */
import type { ImageHdu } from './file-reader.js';
import { FitsError } from './fits-error.js';
import type { FitsHeader } from './header.js';
import { type PhysicalValues, type Scaling, decodePhysical } from './physical-values.js';

/** A range of rows: `rowCount` rows from `firstRow`, 0-based. Default all. */
export interface RowRange {
  readonly firstRow?: number;
  readonly rowCount?: number;
}

/** Pixels of an image, x fastest; the rows of a cube follow each other plane by plane. */
export interface ImagePixels extends PhysicalValues {
  /** Pixels per row: NAXIS1. */
  readonly nx: number;
  readonly firstRow: number;
  /** How many rows `values` holds: all further axes multiplied, or the range asked for. */
  readonly rowCount: number;
}

/**
 * The physical pixels of a plain image. Integers without scaling stay integers (unsigned ones by their offset, exactly), and
 * `blank` then says which value means unknown; scaled ones come as float64 with NaN for unknown. Throws `FITS_BAD_SHAPE` on
 * an image without pixels or a range outside it, `FITS_BAD_VALUE` on unusable BSCALE, BZERO or BLANK.
 */
export function readImage(hdu: ImageHdu, range: RowRange = {}): ImagePixels {
  const { nx, rows } = imageRows(hdu.shape, hdu.header);
  const { firstRow, rowCount } = resolveRange(range, rows, hdu.header.hdu);
  const scaling = imageScaling(hdu.header, 'BLANK');
  const rowBytes = (nx * Math.abs(hdu.bitpix)) / 8;
  const physical = decodePhysical(hdu.bitpix, scaling, hdu.data, firstRow * rowBytes, nx * rowCount);
  return { ...physical, nx, firstRow, rowCount };
}

/** BSCALE, BZERO and BLANK (or ZBLANK) of an image. */
export function imageScaling(header: FitsHeader, blankKeyword: string): Scaling {
  const zero = header.value('BZERO');
  const blank = header.value(blankKeyword) ?? null;
  return {
    scale: header.float('BSCALE', 1),
    zero: typeof zero === 'bigint' ? zero : header.float('BZERO', 0),
    blank: typeof blank === 'bigint' || (typeof blank === 'number' && Number.isInteger(blank)) ? blank : null,
  };
}

/** Pixels per row, and rows of all planes. Throws `FITS_BAD_SHAPE` on an image without pixels. */
export function imageRows(shape: readonly number[], header: FitsHeader): { nx: number; rows: number } {
  const [nx = 0, ...rest] = shape;
  const rows = rest.reduce((product, axis) => product * axis, 1);
  if (nx * rows === 0) {
    throw new FitsError('FITS_BAD_SHAPE', 'This HDU has no pixels; choose one that holds an image.', {
      hdu: header.hdu,
    });
  }
  if (nx * rows > 0xffff_ffff) {
    throw new FitsError(
      'FITS_TOO_LARGE',
      `An image of ${shape.join(' x ')} pixels is beyond 2^32; it is damaged.`,
      {
        hdu: header.hdu,
        value: shape,
      },
    );
  }
  return { nx, rows };
}

/** Fills in and checks a range of rows. Throws `FITS_BAD_SHAPE` where it reaches outside. */
export function resolveRange(
  range: RowRange,
  rows: number,
  hdu: string,
): { firstRow: number; rowCount: number } {
  const firstRow = range.firstRow ?? 0;
  const rowCount = range.rowCount ?? rows - firstRow;
  const whole = Number.isInteger(firstRow) && Number.isInteger(rowCount);
  if (!whole || firstRow < 0 || rowCount < 0 || firstRow + rowCount > rows) {
    throw new FitsError(
      'FITS_BAD_SHAPE',
      `Rows ${firstRow} to ${firstRow + rowCount} (exclusive) were asked for; there are rows 0 to ${rows} (exclusive).`,
      { hdu, value: [firstRow, rowCount] },
    );
  }
  return { firstRow, rowCount };
}
