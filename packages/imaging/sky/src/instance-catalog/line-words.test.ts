import { describe, expect, it } from 'vitest';
import { LineWords } from './line-words.js';

function words(line: string): LineWords {
  const made = new LineWords();
  made.set(new TextEncoder().encode(`x ${line}\ny`), 1);
  return made;
}

describe('the words of a line', () => {
  it('are split at any white space', () => {
    const made = words('  object\t1  a.b \r');
    expect(made.all()).toEqual(['object', '1', 'a.b']);
    expect([
      made.length,
      made.word(3),
      made.copy(2),
      made.copy(9),
      made.is(0, 'object'),
      made.is(0, 'obj'),
    ]).toEqual([3, undefined, 'a.b', '', true, false]);
    expect(words('').length).toBe(0);
    expect(words(Array(300).fill('x').join(' ')).length).toBe(300);
  });

  it('are the numbers that Number gives, to the bit', () => {
    const texts = [
      '0',
      '-0',
      '1.5',
      '+2.25',
      '.5',
      '5.',
      '60.49045502638662697',
      '9007199254740993',
      '1e-5',
      '-3.2E+4',
    ];
    texts.push(
      '0.1',
      '123456789012345678901234567890',
      '0.00000000000000000000000123',
      '1'.repeat(400),
      '-38.16437495898705379',
    );
    let state = 1;
    const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 4294967296;
    for (let i = 0; i < 20000; i++)
      texts.push(((random() - 0.5) * 10 ** Math.floor(random() * 12)).toFixed(Math.floor(random() * 20)));
    for (const text of texts)
      expect(Object.is(words(text).number(0), Number(text)) ? text : `${text} differs`).toBe(text);
  });

  it('are no numbers where they are not', () => {
    for (const text of [
      'x',
      '-',
      '.',
      '1.2.3',
      '1-2',
      'nan',
      'inf',
      '1e',
      '--1',
      '+',
      '0x35',
      '0b11',
      '0o7',
      'Infinity',
      '1_0',
    ])
      expect(words(text).number(0)).toBeNaN();
    expect(words('1').number(1)).toBeNaN();
  });
});
