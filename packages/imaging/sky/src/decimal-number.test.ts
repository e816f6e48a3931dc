import { caseCount } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { decimalNumber, readDecimalWord } from './decimal-number.js';

const SEED = 20261127;

/** What both ways read: of bytes up to a place, and of a word up to its blank. */
function parse(text: string): number {
  const bytes = new TextEncoder().encode(`9${text}9`);
  const end = bytes.length - 1;
  const value = decimalNumber(bytes, 1, end);
  if (text === '') return value;
  bytes[end] = 32;
  const wordEnd = readDecimalWord(bytes, 1, WORD, 1);
  if (wordEnd !== end || !Object.is(WORD[1], value))
    expect.fail(`'${text}' is ${value}, and as a word ${WORD[1]} up to ${wordEnd}`);
  return value;
}

const WORD = new Float64Array(2);

/** mulberry32. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

function randomDigits(random: () => number, count: number): string {
  let text = '';
  for (let i = 0; i < count; i++) text += Math.floor(random() * 10);
  return text;
}

/** A decimal text of any kind that catalogs hold, and of kinds that they do not. */
function randomText(random: () => number): string {
  const below = (n: number): number => Math.floor(random() * n);
  const sign = ['', '', '-', '+'][below(4)]!;
  const exponent =
    below(3) === 0 ? `${'eE'[below(2)]!}${['', '-', '+'][below(3)]!}${below(below(4) === 0 ? 400 : 30)}` : '';
  return `${sign}${randomDigits(random, below(20))}${below(4) === 0 ? '' : '.'}${randomDigits(random, 1 + below(22))}${exponent}`;
}

/** The text of the exact middle between two neighbouring doubles, or a little off it: where rounding is hardest. */
function middleText(random: () => number): string {
  const low = 2n ** 52n + BigInt(Math.floor(random() * 2 ** 52));
  const power = BigInt(Math.floor(random() * 22));
  const scaled = ((2n * low + 1n) * 10n ** power) >> 1n;
  const text = `${scaled + BigInt(Math.floor(random() * 3)) - 1n}`.padStart(Number(power) + 1, '0');
  const point = text.length - Number(power);
  return `${text.slice(0, point)}.${text.slice(point)}`;
}

describe('a decimal number', () => {
  it('is what Number reads, to the bit', () => {
    const random = randomFrom(SEED);
    const cases = caseCount(400_000, 20_000_000);
    console.log(`seed ${SEED}, ${cases} texts`);
    for (let i = 0; i < cases; i++) {
      const text = i % 8 === 0 ? middleText(random) : randomText(random);
      if (!Object.is(parse(text), Number(text)))
        expect.fail(`${text}: ${parse(text)} is not ${Number(text)}`);
    }
  });

  it('is what Number reads for the shortest text of any double', () => {
    const random = randomFrom(SEED + 1);
    const view = new DataView(new ArrayBuffer(8));
    for (let i = 0; i < caseCount(100_000, 2_000_000); i++) {
      view.setUint32(0, random() * 4294967296);
      view.setUint32(4, random() * 4294967296);
      const value = view.getFloat64(0);
      if (Number.isFinite(value) && !Object.is(parse(String(value)), value)) expect.fail(String(value));
    }
    for (let i = 0; i < 100_000; i++) {
      const degrees = random() * 360;
      if (parse(String(degrees)) !== degrees) expect.fail(String(degrees));
    }
  });

  it('rounds as Number where halves and subnormals stand', () => {
    for (const text of [
      '9007199254740993',
      '9007199254740992.9999999',
      '9007199254740993.0000001',
      '2.2250738585072011e-308',
      '4.9e-324',
      '2.4703282292062327e-324',
      '1.7976931348623159e308',
      '0.000000000000000000000000000000000000001',
      '1000000000000000000000000000000000000000',
      '00000000000000000000000000001.5',
      '5.',
      '.5',
      '-0',
      '-0.0e7',
    ])
      expect(Object.is(parse(text), Number(text)) ? text : `${text} differs`).toBe(text);
  });

  it('is none where the text is none', () => {
    for (const text of ['', '-', '+', '.', 'e5', '1e', '1e+', '1e5.', '1.2.3', '1-2', '0x1', '1_0', 'é', '∞'])
      expect(parse(text)).toBeNaN();
  });
});
