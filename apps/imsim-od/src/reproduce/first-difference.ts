/** The first place where two FITS files differ: pixel by pixel in images, byte by byte elsewhere, else in a header card. */
import { readFileSync } from 'node:fs';
import { type CompressedImageHdu, type FitsHdu, type ImageHdu, openFits, readPixels } from '@imsim-od/fits';

/** Rows compared at a time. */
const BAND_ROWS = 256;

/** Says in one sentence where `before` and `after` first differ. Pixels are 1-based, as FITS counts them. */
export async function firstDifference(beforePath: string, afterPath: string): Promise<string> {
  try {
    const before = openFits(readFileSync(beforePath)).hdus;
    const after = openFits(readFileSync(afterPath)).hdus;
    for (let index = 0; index < Math.min(before.length, after.length); index++) {
      const found = await dataDifference(before[index]!, after[index]!);
      if (found) return found;
    }
    if (before.length !== after.length) return `HDUs: ${before.length} before, ${after.length} made again`;
    for (let index = 0; index < before.length; index++) {
      const found = cardDifference(before[index]!, after[index]!);
      if (found) return `pixels are equal; ${found}`;
    }
    return 'pixels and headers are equal; the files differ in their padding or packing';
  } catch (error) {
    return `cannot be compared pixel by pixel: ${error instanceof Error ? error.message : String(error)}`;
  }
}

async function dataDifference(before: FitsHdu, after: FitsHdu): Promise<string | undefined> {
  const label = labelOf(before);
  if (isImage(before) && isImage(after)) {
    if (before.shape.join() !== after.shape.join()) {
      return `${label}: ${before.shape.join(' x ')} pixels before, ${after.shape.join(' x ')} made again`;
    }
    return pixelDifference(before, after, label);
  }
  const length = Math.min(before.data.length, after.data.length);
  for (let at = 0; at < length; at++) {
    if (before.data[at] === after.data[at]) continue;
    if (before.kind !== 'table')
      return `${label}: byte ${at} of the data is ${before.data[at]} before, ${after.data[at]} made again`;
    const row = Math.floor(at / before.rowBytes);
    const column = before.columns.find(({ offset, bytes }) => at % before.rowBytes < offset + bytes);
    return `${label}: row ${row + 1}, column ${column?.name ?? '?'} differs first`;
  }
  return before.data.length === after.data.length
    ? undefined
    : `${label}: ${before.data.length} bytes of data before, ${after.data.length} made again`;
}

async function pixelDifference(before: Image, after: Image, label: string): Promise<string | undefined> {
  const [nx = 0, ...others] = before.shape;
  const rows = nx === 0 ? 0 : others.reduce((product, length) => product * length, 1);
  for (let firstRow = 0; firstRow < rows; firstRow += BAND_ROWS) {
    const range = { firstRow, rowCount: Math.min(BAND_ROWS, rows - firstRow) };
    const a = (await readPixels(before, range)).values;
    const b = (await readPixels(after, range)).values;
    for (let i = 0; i < a.length; i++) {
      if (Object.is(a[i], b[i])) continue;
      const x = (i % nx) + 1;
      const y = firstRow + Math.floor(i / nx) + 1;
      return `${label}: the first pixel that differs is x ${x}, y ${y} (FITS counting): ${a[i]} before, ${b[i]} made again`;
    }
  }
  return undefined;
}

type Image = ImageHdu | CompressedImageHdu;

function isImage(hdu: FitsHdu): hdu is Image {
  return hdu.kind === 'image' || hdu.kind === 'compressed-image';
}

function cardDifference(before: FitsHdu, after: FitsHdu): string | undefined {
  const { cards } = after.header;
  for (let i = 0; i < Math.max(before.header.cards.length, cards.length); i++) {
    const a = before.header.cards[i];
    const b = cards[i];
    if (
      a &&
      b &&
      'value' in a &&
      'value' in b &&
      a.keyword === b.keyword &&
      String(a.value) !== String(b.value)
    ) {
      return `${labelOf(before)}: ${a.keyword} is ${String(a.value)} before, ${String(b.value)} made again`;
    }
    if (a?.keyword !== b?.keyword)
      return `${labelOf(before)}: card ${i + 1} is ${a?.keyword ?? 'none'} before, ${b?.keyword ?? 'none'} made again`;
  }
  return undefined;
}

function labelOf({ index, name }: FitsHdu): string {
  return name === '' ? `HDU ${index}` : `HDU ${index} (${name})`;
}
