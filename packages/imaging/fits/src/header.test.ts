/** Header cards: text by the standard, round trips, rules, and messages. */
import { describe, expect, it } from 'vitest';
import {
  ByteCollector,
  type Card,
  FitsError,
  type FitsHeader,
  HeaderBuilder,
  formatCard,
  formatFloat,
  readHeader,
  writeEmptyHdu,
} from './index.js';

function errorOf(action: () => unknown): FitsError {
  try {
    action();
  } catch (error) {
    if (error instanceof FitsError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

function roundTrip(build: (header: HeaderBuilder) => void): FitsHeader {
  const header = new HeaderBuilder({ allowHierarch: true });
  build(header);
  const collector = new ByteCollector();
  writeEmptyHdu(collector.sink, header, { primary: true });
  return readHeader(collector.bytes()).header;
}

describe('card text', () => {
  it.each<[Card, string]>([
    [{ kind: 'logical', keyword: 'SIMPLE', value: true, comment: '' }, 'SIMPLE  =                    T'],
    [{ kind: 'integer', keyword: 'NAXIS1', value: 4072, comment: 'x' }, 'NAXIS1  =                 4072 / x'],
    [{ kind: 'float', keyword: 'A', value: -1.5e-10, comment: '' }, 'A       =             -1.5E-10'],
    [{ kind: 'string', keyword: 'S', value: "it's", comment: 'c' }, "S       = 'it''s    '          / c"],
    [{ kind: 'string', keyword: 'S', value: '', comment: '' }, "S       = ''"],
    [{ kind: 'undefined', keyword: 'U', comment: 'c' }, `U       = ${' '.repeat(20)} / c`],
    [{ kind: 'complex', keyword: 'C', value: [1, -2], comment: '' }, 'C       =          (1.0, -2.0)'],
    [{ kind: 'commentary', keyword: 'COMMENT', text: 'hello' }, 'COMMENT hello'],
  ])('of %j is fixed format', (card, text) => {
    expect(formatCard(card)).toEqual([text.padEnd(80)]);
  });

  it('of floats is the shortest that reads back, at most 24 characters, always with a point', () => {
    const cases = [0, -0, 1, -1, 0.1, 1 / 3, 1e15, 1e16, 1e21, 1.5e300, 5e-324, -2.2250738585072014e-308];
    cases.push(
      Number.MAX_VALUE,
      Number.MAX_SAFE_INTEGER,
      -1.2345678901234567e-6,
      123456789012345680000,
      2 ** 63,
    );
    let bits = 12345;
    const view = new DataView(new ArrayBuffer(8));
    for (let i = 0; i < 3000; i++) {
      for (const at of [0, 4]) view.setUint32(at, (bits = (Math.imul(bits, 1664525) + 1013904223) >>> 0));
      const value = view.getFloat64(0);
      if (Number.isFinite(value)) cases.push(value);
    }
    for (const value of cases) {
      const text = formatFloat(value);
      expect(text).toMatch(/^-?\d+\.\d+(E[+-]?\d+)?$/);
      expect(text.length).toBeLessThanOrEqual(24);
      expect(Object.is(Number(text), value), text).toBe(true);
    }
  });

  it('of long strings continues without cutting a doubled quote, each record 80 characters', () => {
    const value = `${"x'".repeat(150)}&`;
    const records = formatCard({ kind: 'string', keyword: 'LONG', value, comment: 'c '.repeat(60).trim() });
    expect(records.length).toBeGreaterThan(6);
    for (const record of records) expect(record).toHaveLength(80);
    expect(records[0]?.startsWith("LONG    = 'x''x''")).toBe(true);
    expect(records[1]?.startsWith("CONTINUE  '")).toBe(true);
  });
});

describe('headers', () => {
  it('come back as they were written, for strings of every length and awkward content', () => {
    for (let length = 0; length < 200; length++) {
      const value = "ab'c&d e".repeat(25).slice(0, length).trimEnd();
      const comment = 'word '.repeat(length % 23).trimEnd();
      const back = roundTrip((header) => header.string('VALUE', value, comment));
      expect(back.string('VALUE')).toBe(value);
      expect(back.comment('VALUE')).toBe(comment);
    }
  });

  it('keep integers beyond 2^53, logicals, commentary and HIERARCH when asked', () => {
    const text = 'one two three '.repeat(12).trimEnd();
    const back = roundTrip((header) =>
      header
        .integer('LEAST', -(2n ** 63n))
        .integer('MOST', 2n ** 64n - 1n)
        .logical('FLAG', false)
        .string('HIERARCH ESO TEL NAME', 'a telescope')
        .comment(text)
        .history('made'),
    );
    expect(back.value('LEAST')).toBe(-(2n ** 63n));
    expect(back.value('MOST')).toBe(2n ** 64n - 1n);
    expect(back.logical('FLAG')).toBe(false);
    expect(back.value('HIERARCH ESO TEL NAME')).toBe('a telescope');
    expect(
      back
        .texts('COMMENT')
        .map((line) => line.trim())
        .join(' '),
    ).toBe(text);
    expect(back.texts('HISTORY')).toEqual(['made']);
  });

  it('can be copied into a new one without the structural cards', () => {
    const first = roundTrip((header) => header.float('EXPTIME', 30, 'exposure', 's').string('OBJECT', 'x'));
    const second = roundTrip((header) => header.append(first));
    expect(second.cards.map((card) => card.keyword)).toEqual(first.cards.map((card) => card.keyword));
    expect(second.float('EXPTIME')).toBe(30);
  });

  it.each<[string, string, (header: HeaderBuilder) => unknown]>([
    ['a lower-case keyword', 'FITS_BAD_KEYWORD', (h) => h.integer('exptime', 1)],
    ['a keyword of nine letters', 'FITS_BAD_KEYWORD', (h) => h.integer('ABCDEFGHI', 1)],
    ['an empty keyword', 'FITS_BAD_KEYWORD', (h) => h.integer('', 1)],
    ['HIERARCH unasked', 'FITS_BAD_KEYWORD', (h) => h.integer('HIERARCH A B', 1)],
    ['a structural keyword', 'FITS_BAD_KEYWORD', (h) => h.integer('NAXIS1', 1)],
    ['COMMENT with a value', 'FITS_BAD_KEYWORD', (h) => h.string('COMMENT', 'x')],
    ['a keyword twice', 'FITS_DUPLICATE_KEYWORD', (h) => h.integer('A', 1).float('A', 1)],
    ['NaN', 'FITS_BAD_VALUE', (h) => h.float('A', NaN)],
    ['infinity', 'FITS_BAD_VALUE', (h) => h.float('A', -Infinity)],
    ['a fraction as an integer', 'FITS_BAD_VALUE', (h) => h.integer('A', 1.5)],
    ['an integer beyond exactness', 'FITS_BAD_VALUE', (h) => h.integer('A', 2 ** 53)],
    ['an integer beyond 64 bits', 'FITS_BAD_VALUE', (h) => h.integer('A', 2n ** 64n)],
    ['a date with a time zone', 'FITS_BAD_VALUE', (h) => h.string('DATE-OBS', '2026-01-15T00:00:00Z')],
    ['an umlaut', 'FITS_BAD_CHARACTER', (h) => h.string('A', 'Schröder')],
    ['a line feed in a comment', 'FITS_BAD_CHARACTER', (h) => h.float('A', 1, 'a\nb')],
    ['a comment beyond the card', 'FITS_TOO_LONG', (h) => h.integer('A', 1, 'c'.repeat(48))],
    [
      'a float comment that long values would push out',
      'FITS_TOO_LONG',
      (h) => h.float('A', 1, 'c'.repeat(44)),
    ],
    [
      'a reserved string that would be continued',
      'FITS_TOO_LONG',
      (h) => h.string('EXTNAME', 'x'.repeat(80)),
    ],
  ])('refuse %s, saying code and keyword', (_, code, action) => {
    const error = errorOf(() => action(new HeaderBuilder({ hdu: 'HDU 3 (SEG05)' })));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(/^HDU 3 \(SEG05\): /);
    expect(error.keyword).toBeDefined();
  });

  it('say what is missing or of another type, with HDU and keyword', () => {
    const header = roundTrip((builder) =>
      builder
        .string('EXTNAME', 'SEG05')
        .string('GAIN', 'high')
        .integer('SEED', 2n ** 60n),
    );
    expect(errorOf(() => header.float('GAIN')).message).toBe(
      "HDU 0 (SEG05): GAIN is 'high': a number is needed.",
    );
    expect(errorOf(() => header.integer('SEED')).code).toBe('FITS_BAD_VALUE');
    expect(errorOf(() => header.string('NOPE'))).toMatchObject({
      code: 'FITS_MISSING_KEYWORD',
      keyword: 'NOPE',
    });
    expect(header.float('NOPE', 2.5)).toBe(2.5);
    expect(header.value('NOPE')).toBeUndefined();
  });
});

describe('foreign cards', () => {
  const read = (...records: string[]): FitsHeader => {
    const all = ['SIMPLE  =                    T', 'BITPIX  = 8', 'NAXIS   = 0', ...records, 'END'];
    const text = all.map((record) => record.padEnd(80)).join('');
    return readHeader(Buffer.from(text.padEnd(2880), 'latin1')).header;
  };

  it('are read in free format, with D exponents, plus signs and no blanks', () => {
    const header = read(
      'A       = +12/c',
      'B       = 1.5D3',
      'C       = .5',
      "D       ='x'",
      "E       =    'a/b' / c / d",
      'F       =',
    );
    expect(header.value('A')).toBe(12);
    expect(header.comment('A')).toBe('c');
    expect(header.value('B')).toBe(1500);
    expect(header.value('C')).toBe(0.5);
    expect(header.value('D')).toBeUndefined();
    expect(header.value('E')).toBe('a/b');
    expect(header.comment('E')).toBe('c / d');
    expect(header.value('F')).toBeNull();
  });

  it.each(['NaN', 'inf', '-Infinity', '1E999', '1.2.3', "'open", '0x10', 'TRUE', '1e', '\t1', 'é'])(
    'with the value %s are kept, and refused when asked for',
    (text) => {
      const header = read(`BAD     = ${text}`, 'GOOD    = 1');
      expect(header.value('GOOD')).toBe(1);
      expect(errorOf(() => header.value('BAD'))).toMatchObject({
        code: 'FITS_BAD_VALUE',
        keyword: 'BAD',
        hdu: 'HDU 0',
      });
      expect(errorOf(() => new HeaderBuilder().append(header)).code).toBe('FITS_BAD_VALUE');
    },
  );
});
