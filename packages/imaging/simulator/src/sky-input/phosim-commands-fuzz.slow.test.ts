/** PhoSim's command files, and dates of FITS headers, against damaged and invented text. */
import { parseFitsTime } from '@imsim-od/astro';
import { damaged, fuzz, soupOf } from '@imsim-od/testing/fuzz';
import fc from 'fast-check';
import { describe, it } from 'vitest';
import { readPhosimCommands } from './phosim-commands.js';

const COMMANDS =
  '# physics override\nzenith_v 1000\nchargediffusion 0\nsaturation 0\nexptime 30\nnsnap 2\ntotalseeing 0.7\nbody 0 0 1\n';
const WORDS = [...COMMANDS.split(/\s+/), 'nan', '-1', '1e999', '__proto__', 'constructor', '#'];

describe('texts of other programs under fuzz', () => {
  it('PhoSim’s commands', () =>
    fuzz({
      what: 'PhoSim’s commands',
      inputs: fc.oneof(
        damaged([new TextEncoder().encode(COMMANDS)], WORDS).map((bytes) =>
          new TextDecoder().decode(bytes as Uint8Array),
        ),
        soupOf(WORDS, [' ', ' ', '\n', '\t', '\r\n', '']),
        fc.string({ unit: 'binary', maxLength: 200 }),
      ),
      parse: (input) => readPhosimCommands(String(input), 'commands.txt'),
    }));

  it('dates of FITS headers', () =>
    fuzz({
      what: 'dates of FITS headers',
      inputs: fc.oneof(
        damaged(
          [new TextEncoder().encode('2026-11-28T01:02:03.456')],
          ['-', 'T', ':', '00', '99', 'Z', '+0100'],
        ).map((bytes) => new TextDecoder().decode(bytes as Uint8Array)),
        fc.string({ unit: 'binary', maxLength: 40 }),
      ),
      parse: (input) => {
        const mjd = parseFitsTime(String(input), 'UTC');
        if (!Number.isFinite(mjd)) throw new TypeError(`${String(input)} was taken as ${mjd}`);
      },
    }));
});
