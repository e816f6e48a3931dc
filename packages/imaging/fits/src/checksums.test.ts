/** DATASUM, CHECKSUM and Adler-32 against published values, definitions in big integers, and zlib. */
import { deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  Adler32,
  ByteCollector,
  DataSum,
  HeaderBuilder,
  adler32,
  addSums,
  encodeChecksum,
  openFits,
  sumBytes,
  verifyChecksums,
  writeImageHdu,
} from './index.js';

function pattern(length: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(length);
  let state = seed >>> 0;
  for (let i = 0; i < length; i++) bytes[i] = (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 24;
  return bytes;
}

/** The definition: big-endian words added in integers of any size, carries folded back. */
function sumByDefinition(bytes: Uint8Array): number {
  let sum = 0n;
  for (let i = 0; i < bytes.length; i += 4) {
    for (let k = 0; k < 4; k++) sum += BigInt(bytes[i + k] ?? 0) << BigInt(24 - 8 * k);
  }
  while (sum >> 32n) sum = (sum & 0xffffffffn) + (sum >> 32n);
  return Number(sum);
}

describe('the 1’s complement sum', () => {
  it('is that of the definition, for every length, alignment and division into pieces', () => {
    const whole = pattern(5000, 7);
    for (let length = 0; length < 70; length++) {
      for (let start = 0; start < 5; start++) {
        const bytes = whole.subarray(start, start + length);
        expect(sumBytes(bytes)).toBe(sumByDefinition(bytes));
      }
    }
    const pieces = new DataSum();
    for (let at = 0, step = 1; at < whole.length; at += step, step = (step * 7) % 31) {
      pieces.update(whole.subarray(at, at + step));
    }
    expect(pieces.value).toBe(sumByDefinition(whole));
  });

  it('does not overflow on the largest words, and adds by parts', () => {
    const ones = new Uint8Array(1 << 20).fill(0xff);
    expect(sumBytes(ones)).toBe(0xffffffff);
    const [a, b] = [pattern(4096, 1), pattern(4096, 2)];
    expect(addSums(sumBytes(a), sumBytes(b))).toBe(sumByDefinition(Uint8Array.from([...a, ...b])));
  });

  it('is the same from 32-bit values as from their big-endian bytes', () => {
    const bytes = pattern(40000, 3);
    const view = new DataView(bytes.buffer);
    const words = Uint32Array.from({ length: 10000 }, (_, i) => view.getUint32(4 * i));
    expect(new DataSum().updateWords(words).value).toBe(sumByDefinition(bytes));
    expect(new DataSum().updateWords(new Uint32Array(70000).fill(0xffffffff)).value).toBe(0xffffffff);
  });
});

describe('the CHECKSUM characters', () => {
  it('are those of the standard’s worked example, 868229149', () => {
    // FITS Standard 4.0, Appendix J: the complement of this sum is 0xCC3FDFE2.
    expect(encodeChecksum(868229149)).toBe('hcHjjc9ghcEghc9g');
  });

  it('are letters and digits, and bring the sum of an HDU to all ones', () => {
    for (let value = 0; value < 256; value++) {
      expect(encodeChecksum((value * 0x01010101) >>> 0)).toMatch(/^[0-9A-Za-z]{16}$/);
    }
    for (let seed = 0; seed < 50; seed++) {
      const collector = new ByteCollector();
      const rows = Int32Array.from({ length: 35 }, (_, i) => Math.imul(seed + 1, 2654435761 * (i + 1)));
      writeImageHdu(collector.sink, new HeaderBuilder().integer('SEED', seed), {
        pixelType: 'int32',
        nx: 7,
        ny: 5,
        rows,
      });
      expect(sumBytes(collector.bytes())).toBe(0xffffffff);
    }
  });
});

describe('the checksums of a file', () => {
  it('are right as written, wrong after one bit flips, absent where none were written', () => {
    const collector = new ByteCollector();
    const rows = Int16Array.from({ length: 3000 }, (_, i) => i);
    const image = { pixelType: 'int16', nx: 100, ny: 30, rows } as const;
    writeImageHdu(collector.sink, new HeaderBuilder(), image, { primary: true });
    writeImageHdu(collector.sink, new HeaderBuilder(), image, { checksum: false });
    const bytes = collector.bytes();
    const states = (): unknown => openFits(bytes).hdus.map((hdu) => verifyChecksums(bytes, hdu));
    expect(states()).toEqual([
      { checksum: 'right', datasum: 'right' },
      { checksum: 'absent', datasum: 'absent' },
    ]);
    bytes[2880 + 17] = (bytes[2880 + 17] ?? 0) ^ 4;
    expect(states()).toMatchObject([{ checksum: 'wrong', datasum: 'wrong' }, {}]);
  });
});

describe('Adler-32', () => {
  it('is zlib’s, in pieces too', () => {
    expect(adler32(Buffer.from('Wikipedia'))).toBe('11e60398');
    expect(adler32(new Uint8Array())).toBe('00000001');
    for (const bytes of [new Uint8Array(100000).fill(0xff), pattern(123457, 9)]) {
      const trailer = deflateSync(bytes).subarray(-4).toString('hex');
      expect(adler32(bytes)).toBe(trailer);
      const pieces = new Adler32();
      for (let at = 0; at < bytes.length; at += 777) pieces.update(bytes.subarray(at, at + 777));
      expect(pieces.hex()).toBe(trailer);
    }
  });
});
