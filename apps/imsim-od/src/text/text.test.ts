import { describe, expect, it } from 'vitest';
import { countOf, formatBytes, formatCount, formatDuration } from './quantity-text.js';
import { formatTable } from './text-table.js';
import { unitOfName } from './unit-name.js';

describe('formatBytes', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [34_600_000, '34.6 MB'],
    [999_600, '1.00 MB'],
    [17_200_000_000, '17.2 GB'],
  ])('writes %d as %s', (bytes, text) => {
    expect(formatBytes(bytes)).toBe(text);
  });
});

describe('formatDuration', () => {
  it.each([
    [0.42, '0.4 s'],
    [9.96, '10 s'],
    [59.6, '1 min 00 s'],
    [200, '3 min 20 s'],
    [7500, '2 h 05 min'],
    [3599.6, '1 h 00 min'],
    [Infinity, 'unknown'],
  ])('writes %d s as %s', (seconds, text) => {
    expect(formatDuration(seconds)).toBe(text);
  });
});

describe('counts', () => {
  it('are grouped by three and carry their noun', () => {
    expect(formatCount(16_777_216)).toBe('16,777,216');
    expect(countOf(1, 'detector')).toBe('1 detector');
    expect(countOf(189, 'detector')).toBe('189 detectors');
  });
});

describe('formatTable', () => {
  it('pads to the widest cell and keeps numbers to the right', () => {
    const text = formatTable(
      [{ head: 'id', align: 'right' }, { head: 'name' }],
      [
        ['7', 'R01'],
        ['188', 'R43_S22'],
      ],
    );
    expect(text).toBe(' id  name\n  7  R01\n188  R43_S22');
  });
});

describe('unitOfName', () => {
  it.each([
    ['pointing.raDeg', 'deg'],
    ['skyBrightnessMagPerArcsec2', 'mag/arcsec^2'],
    ['exposureS', 's'],
    ['seeingFwhm500Arcsec', 'arcsec'],
    ['obsMjdTai', 'd (MJD, TAI)'],
    ['band', ''],
    ['snaps', ''],
  ])('%s is in %s', (key, unit) => {
    expect(unitOfName(key)).toBe(unit);
  });
});
