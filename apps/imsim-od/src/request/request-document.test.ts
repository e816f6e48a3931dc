import { describe, expect, it } from 'vitest';
import { CliError } from '../errors.js';
import { parseRequestDocument, parseSetting } from './request-document.js';
import { applySetting, parseSettingOption } from './setting.js';

const TEXT = `# a comment
pointing:
  raDeg: 53.0
  decDeg: -27.5
band: r
sky:
  - type: synthetic
    faintIMag: 26
  - type: instanceCatalog
    path: a.txt
`;

describe('parseRequestDocument', () => {
  it('reads YAML and knows the line of every key', () => {
    const { document, lineOf } = parseRequestDocument(TEXT, 'a.yaml');
    expect(document).toMatchObject({ pointing: { raDeg: 53, decDeg: -27.5 }, band: 'r' });
    expect(lineOf('pointing.decDeg')).toBe(4);
    expect(lineOf('band')).toBe(5);
    expect(lineOf('sky.0.faintIMag')).toBe(8);
    expect(lineOf('sky.1.path')).toBe(10);
  });

  it('gives the line of the nearest thing above a key that is not there', () => {
    const { lineOf } = parseRequestDocument(TEXT, 'a.yaml');
    expect(lineOf('pointing.missing')).toBe(2);
    expect(lineOf('nothing')).toBeUndefined();
  });

  it('reads JSON', () => {
    expect(
      parseRequestDocument('{"band": "r",\n "pointing": {"raDeg": 1}}', 'a.json').lineOf('pointing'),
    ).toBe(2);
  });

  it.each([
    ['band: r\nband: g\n', /a\.yaml:2:1: .*unique/],
    ['band: [r\n', /a\.yaml:\d+:\d+: not YAML or JSON/],
    ['a: &x [1]\nb: !!js/function "x"\n', /a\.yaml:2:\d+: .*tag/],
  ])('refuses %j with file, line and column', (text, message) => {
    expect(() => parseRequestDocument(text, 'a.yaml')).toThrow(message);
  });

  it('refuses a document that unfolds to billions of values', () => {
    const levels = Array.from(
      { length: 9 },
      (_, i) => `l${i + 1}: &l${i + 1} [${Array(9).fill(`*l${i}`).join(', ')}]`,
    );
    const text = ['l0: &l0 [x]', ...levels].join('\n');
    expect(() => parseRequestDocument(text, 'a.yaml')).toThrow(CliError);
  });
});

describe('--set', () => {
  it('reads values as YAML', () => {
    expect(parseSetting('24.5')).toBe(24.5);
    expect(parseSetting('true')).toBe(true);
    expect(parseSetting('[R22, R01_S00]')).toEqual(['R22', 'R01_S00']);
    expect(parseSetting('r')).toBe('r');
  });

  it('puts a value into mappings and lists without touching the original', () => {
    const document = { sky: [{ type: 'synthetic', faintIMag: 26 }], band: 'r' };
    const changed = applySetting(document, parseSettingOption('sky.0.faintIMag=24'));
    expect(changed).toEqual({ sky: [{ type: 'synthetic', faintIMag: 24 }], band: 'r' });
    expect(document.sky[0]!.faintIMag).toBe(26);
    expect(applySetting({}, parseSettingOption('pointing.raDeg=12'))).toEqual({ pointing: { raDeg: 12 } });
  });

  it('keeps a key called __proto__ a plain key, so that the schema refuses it', () => {
    const changed = applySetting({}, parseSettingOption('__proto__.polluted=1'));
    expect(Object.keys(changed as object)).toEqual(['__proto__']);
    expect('polluted' in {}).toBe(false);
  });

  it.each(['faintIMag', '=3', 'sky..x=1'])('refuses %j as usage', (text) => {
    expect(() => parseSettingOption(text)).toThrow(/write key=value/);
  });

  it('refuses a list entry that is not there', () => {
    expect(() => applySetting({ sky: [] }, parseSettingOption('sky.3.type=synthetic'))).toThrow(/no entry 3/);
  });

  it('refuses nesting and keys that a parser would go under with', () => {
    const parse = (text: string) => parseRequestDocument(text, 'r.yaml');
    for (const open of ['[', '{a: ', '{', '? ', '- ', '- ? '])
      expect(() => parse(open.repeat(100_000))).toThrow(
        /^r\.yaml:1:\d+: (brackets are nested|blocks are indented)/,
      );
    const stairs = Array.from({ length: 3000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n');
    expect(() => parse(stairs)).toThrow(/^r\.yaml:202:202: blocks are indented more than 200 columns/);
    expect(() => parse('band: r\n{a: b}: c\n')).toThrow('r.yaml:2:1: a key must be plain text');
    expect(() => parse('a: &x {b: c}\n*x : d\n')).toThrow(/a key must be plain text/);
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'.split('').map((key, i) => `${key}: &${key} [${`*${'abcdefg'[i]!},`.repeat(9)}]`),
    ];
    expect(() => parse(bomb.join('\n'))).toThrow(/alias/i);
  });
});
