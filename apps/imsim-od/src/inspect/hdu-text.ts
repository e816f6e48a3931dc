/** An inspected HDU in words. */
import type { SkyPosition } from '@imsim-od/astro';
import { countOf } from '../text/quantity-text.js';
import { formatTable } from '../text/text-table.js';
import type { InspectedHdu } from './inspect-hdu.js';

/** The lines of one HDU. */
export function hduText(hdu: InspectedHdu): string {
  const lines = [`HDU ${hdu.index}${hdu.name === '' ? '' : ` ${hdu.name}`}: ${shapeText(hdu)}`];
  const keywords = Object.entries(hdu.keywords).map(([keyword, value]) => `${keyword} ${String(value)}`);
  lines.push(...wrapped(keywords));
  if (hdu.columns) {
    lines.push(
      ...formatTable(
        [{ head: '  column' }, { head: 'format' }, { head: 'unit' }],
        hdu.columns.map(({ name, format, unit }) => [`  ${name}`, format, unit]),
      ).split('\n'),
    );
  }
  const { statistics, sky } = hdu;
  if (statistics) {
    const { min, max, mean, median, deviation, robustDeviation, sum, blank } = statistics;
    lines.push(
      `  min ${shown(min)}, max ${shown(max)}, mean ${shown(mean)}, median ${shown(median)}, ` +
        `deviation ${shown(deviation)} (robust ${shown(robustDeviation)}), sum ${shown(sum)}` +
        (blank > 0 ? `, ${countOf(blank, 'pixel')} without a value` : ''),
    );
  }
  if (sky)
    lines.push(`  centre ${place(sky.centre)}; corners ${sky.corners.map(place).join(', ')} (RA Dec, deg)`);
  return lines.join('\n');
}

function shapeText({ kind, bitpix, shape, compression }: InspectedHdu): string {
  if (kind === 'table') return `table of ${countOf(shape[0] ?? 0, 'row')}`;
  if (kind === 'other') return `an extension of another kind, ${shape.join(' x ')}`;
  if (shape.length === 0) return 'header without data';
  const type =
    bitpix === undefined ? '' : bitpix < 0 ? `float${-bitpix}` : bitpix === 8 ? 'uint8' : `int${bitpix}`;
  return `image ${shape.join(' x ')} ${type}${compression ? `, compressed (${compression})` : ''}`;
}

function place({ raDeg, decDeg }: SkyPosition): string {
  return `${raDeg.toFixed(5)} ${decDeg.toFixed(5)}`;
}

function shown(value: number): string {
  return Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(7)));
}

/** Joins short items into lines of at most a hundred characters. */
function wrapped(items: readonly string[]): string[] {
  const lines: string[] = [];
  let line = '';
  for (const item of items) {
    if (line !== '' && line.length + item.length > 96) {
      lines.push(line);
      line = '';
    }
    line += line === '' ? `  ${item}` : `, ${item}`;
  }
  return line === '' ? lines : [...lines, line];
}
