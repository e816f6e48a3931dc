import { InvalidArgumentError } from 'commander';
import { describe, expect, it } from 'vitest';
import {
  cone,
  finiteNumber,
  list,
  named,
  pixel,
  quotaBytes,
  visitNumbers,
  wholeNumber,
} from './option-values.js';

describe('values of options', () => {
  it.each<[(text: string) => unknown, string, unknown]>([
    [list, ' raw, truth,', ['raw', 'truth']],
    [(text) => list(text, ['eimage']), 'raw', ['eimage', 'raw']],
    [visitNumbers, '7, 8', [7, 8]],
    [cone, '53.1,-27.8,0.2', { raDeg: 53.1, decDeg: -27.8, radiusDeg: 0.2 }],
    [cone, ' .5, +1e1, 3.', { raDeg: 0.5, decDeg: 10, radiusDeg: 3 }],
    [pixel, '2048, 2002', { x: 2048, y: 2002 }],
    [quotaBytes, '500GB', 500e9],
    [quotaBytes, '1.5 T', 1.5e12],
    [quotaBytes, '12', 12],
    [quotaBytes, 'default', null],
    [finiteNumber, '-1.5e3', -1500],
    [wholeNumber(-100, 100), '-7', -7],
  ])('%s reads %j', (read, text, value) => {
    expect(read(text)).toEqual(value);
  });

  it.each<[(text: string) => unknown, readonly string[]]>([
    [named, ['', ' ']],
    [list, ['', ',', ' , ,']],
    [visitNumbers, ['', '7,', 'x', '-1', '1e3', '0x7', '1234567890123456']],
    [
      cone,
      ['', ',,', '1,2', '1,2,3,4', '361,0,1', '-1,0,1', '0,91,1', '0,0,31', '0,0,-1', '0x10,0,1', '1,2,NaN'],
    ],
    [pixel, ['', '1', '1;1', '1,2,3', '-1,1', '1.5,1', '1234567,1']],
    [quotaBytes, ['', 'GB', '-1', '1e9', '9'.repeat(400), `${'9'.repeat(15)}PB`, '1 XB']],
    [finiteNumber, ['', ' ', '1e999', '0x10', 'Infinity', 'NaN', '1'.repeat(41)]],
    [wholeNumber(1, 100), ['', '0', '101', '1.0', '1e1', ' 1', '+1']],
  ])('%s refuses %j', (read, texts) => {
    for (const text of texts) expect(() => read(text), text).toThrow(InvalidArgumentError);
  });
});
