import { describe, expect, it } from 'vitest';
import { bytesText, countText, durationText, timeText } from './quantity.js';

describe('quantities in words', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.00 kB'],
    [65_600_000, '65.6 MB'],
    [999_600_000, '1.00 GB'],
    [1e12, '1.00 TB'],
  ])('%d bytes are %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));

  it.each([
    [4.23, '4.2 s'],
    [59.4, '59 s'],
    [59.6, '1 min'],
    [200, '3 min 20 s'],
    [7500, '2 h 5 min'],
    [273_600, '3 d 4 h'],
  ])('%d seconds are %s', (seconds, text) => expect(durationText(seconds)).toBe(text));

  it('counts by thousands, and times in UTC to the second', () => {
    expect(countText(1_234_567)).toBe('1\u2009234\u2009567');
    expect(timeText('2026-11-27T20:31:05.123Z')).toBe('2026-11-27 20:31:05');
  });
});
