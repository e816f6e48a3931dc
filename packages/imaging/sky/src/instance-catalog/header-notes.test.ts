import { describe, expect, it } from 'vitest';
import { HeaderReader } from './header.js';

function read(lines: readonly string[]): string[] {
  const notes: string[] = [];
  const reader = new HeaderReader('cat.txt', notes);
  ['rightascension 53', 'declination -27', 'filter 2', ...lines].forEach((line, index) =>
    reader.take(line.split(' '), index + 1, false),
  );
  reader.finish();
  return notes;
}

describe('header keywords that are read and not drawn', () => {
  it.each([
    [['moonalt 60', 'moonphase 98'], 'the Moon is up at 60 deg, 98 % lit; moonlight is computed'],
    [['sunalt -10'], 'the Sun stands at -10 deg; twilight is computed'],
    [['SIM_CAMCONFIG 1'], 'camconfig is not used'],
    [['minsource 100'], 'minsource is not used'],
  ])('%j are told', (lines, sentence) => {
    expect(read(lines).join('\n')).toContain(sentence);
  });

  it('are not told of a dark sky', () => {
    const notes = read([
      'moonalt -21',
      'moonphase 98',
      'sunalt -34',
      'camconfig 0',
      'telconfig 0',
      'minsource 1',
    ]);
    expect(notes.join()).not.toMatch(/Moon|Sun|camconfig|minsource|telconfig/);
  });

  it.each([
    ['filter 7', "filter is '7'; it must be from 0 to 5 for u, g, r, i, z, y."],
    ['seed x', "seed is 'x'; it must be a whole number."],
    ['seeing', 'a value (arcsec) must follow it'],
  ])('are refused by their rule: %s', (line, message) => {
    expect(() => read([line])).toThrow(message);
  });

  it('refuses exposures that are not on the sky', () => {
    expect(() => read(['SIM_TELCONFIG 2'])).toThrow(/SIM_TELCONFIG.*it must be 0/);
  });
});
