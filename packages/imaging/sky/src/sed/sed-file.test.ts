import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type ByteSource, MemoryByteSource } from '../byte-source.js';
import { BandSpectrum } from './band-spectrum.js';
import { MAX_SED_BYTES, SedFileError, parseSed, readSedFile } from './sed-file.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

function source(bytes: Uint8Array): ByteSource {
  return new MemoryByteSource(new Map([['a.spec', bytes]]), 'a.spec');
}

async function refusal(bytes: Uint8Array): Promise<SedFileError> {
  const error: unknown = await readSedFile(source(bytes)).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SedFileError);
  return error as SedFileError;
}

const FLAT = '# nm, f_lambda\n100 100\n\n400 6.25\n500 4\n600 2.7777777777777777\n2000 0.25\n';

describe('SED files', () => {
  it('are read plain and packed, with comments, blank lines, commas, and in any order', async () => {
    const plain = new BandSpectrum(await readSedFile(source(bytesOf(FLAT))), 'r').colourMag(0);
    const others = [
      gzipSync(FLAT),
      bytesOf(FLAT.replaceAll('\n', '\r\n')),
      bytesOf(FLAT.replaceAll(' ', ', ')),
      bytesOf(FLAT.trim().split('\n').reverse().join('\n')),
      bytesOf(FLAT.replace('500 4\n', '5.0D+02 4e0\n')),
    ];
    for (const bytes of others)
      expect(new BandSpectrum(await readSedFile(source(bytes)), 'r').colourMag(0)).toBe(plain);
  });

  it('take any unit of flux: the magnitude at 500 nm scales it', () => {
    const scaled = FLAT.replace(/ (\d.*)$/gm, (_, flux: string) => ` ${Number(flux) * 1e-17}`);
    const colours = [FLAT, scaled].map((text) =>
      new BandSpectrum(parseSed(bytesOf(text), 'a'), 'g').colourMag(0),
    );
    expect(colours[1]).toBeCloseTo(colours[0]!, 12);
  });

  it.each([
    ['one column', '100 1\n400\n600 1\n', 2, 'the line has 1 column'],
    ['three columns', '100 1 0.1\n600 1 0.1\n', 1, 'the line has 3 column'],
    ['a negative flux', '100 1\n# x\n600 -1\n', 3, 'the flux is -1; it cannot be negative'],
    ['no number', '100 1\n600 abc\n', 2, 'the flux is "abc", not a finite number'],
    ['NaN', '100 1\n600 NaN\n', 2, 'the flux is "NaN"'],
    ['infinity', '100 1\n600 inf\n', 2, 'the flux is "inf"'],
    ['an overflow', '100 1\n600 1e999\n', 2, 'the flux is "1e999"'],
    ['hexadecimal', '0x10 1\n600 1\n', 1, 'the wavelength is "0x10"'],
    ['a wavelength of 0', '0 1\n600 1\n', 1, 'the wavelength is 0 nm'],
    ['a long line', `100 1\n${' '.repeat(2000)}600 1\n`, 2, 'the line has 2005 characters'],
    ['nothing', '', undefined, 'it has 0 point(s)'],
    ['no light at 500 nm', '100 1\n400 1\n450 0\n600 0\n', undefined, 'it has no light at 500 nm'],
    ['light beyond all numbers', '100 1\n300 1e308\n400 1\n600 1\n', undefined, 'at 300 nm it has more than'],
    [
      'overflowing light',
      '100 1\n499 1e307\n600 1\n',
      undefined,
      'more light than a number can hold near 500 nm',
    ],
    ['no cover of 500 nm', '600 1\n900 1\n', undefined, 'it covers 600 to 900 nm'],
  ] as const)('with %s are refused, file and line named', async (_, text, line, reason) => {
    const error = await refusal(bytesOf(text));
    expect(error.line).toBe(line);
    expect(error.message).toContain(
      line === undefined ? 'a.spec is no SED file' : `a.spec:${line} is no SED`,
    );
    expect(error.message).toContain(reason);
  });

  it('that are binary or damaged are refused', async () => {
    expect((await refusal(Uint8Array.from([49, 32, 49, 10, 0, 1, 2]))).message).toContain('a.spec:2');
    expect((await refusal(Uint8Array.from([0xff, 0xfe, 0x31]))).reason).toBe('it is not text');
    expect((await refusal(gzipSync(FLAT).subarray(0, 40))).reason).toContain('truncated or damaged');
  });

  it('that never end are refused, packed or plain, without being held in memory', async () => {
    const bomb = gzipSync(new Uint8Array(MAX_SED_BYTES + 1), { level: 9 });
    expect(bomb.length).toBeLessThan(100_000);
    expect((await refusal(bomb)).reason).toContain('more than 32 MB');
    let sent = 0;
    const endless: ByteSource = {
      ...source(new Uint8Array()),
      name: 'a.spec',
      identity: 'a.spec',
      async *stream() {
        for (;;) {
          sent += 1 << 20;
          yield new Uint8Array(1 << 20).fill(0x31);
        }
      },
      sibling: () => Promise.reject(new Error('none')),
    };
    await expect(readSedFile(endless)).rejects.toThrow(/more than 32 MB/);
    expect(sent).toBeLessThanOrEqual(MAX_SED_BYTES + (2 << 20));
  });
});
