/**
 * SED files of the CatSim library: text, plain or gzip, one point a line: wavelength in nm and f_lambda in any unit; lines that
 * begin with # are comments. Points may stand in any order; two at one wavelength make a step.
 */
import type { ByteSource } from '../byte-source.js';
import { type ByteCount, readUnpacked, SourceCompressionError } from '../gzip-stream.js';
import { SourceUnreadableError } from '../byte-source.js';
import { Spectrum, SpectrumNormError } from './spectrum.js';

/** Most bytes of an SED file, unpacked: the largest of the CatSim library has 3 MB. */
export const MAX_SED_BYTES = 33_554_432;
const MAX_LINE_CHARACTERS = 1000;

/** A file that is no SED. */
export class SedFileError extends Error {
  readonly code = 'SKY_SED_FILE';
  readonly file: string;
  /** 1-based; undefined where the file as a whole is at fault. */
  readonly line: number | undefined;
  readonly reason: string;
  constructor(file: string, line: number | undefined, reason: string, options?: ErrorOptions) {
    super(
      `${file}${line === undefined ? '' : `:${line}`} is no SED file: ${reason}. An SED file is text, plain or gzip: a wavelength in nm and a flux f_lambda in each line.`,
      options,
    );
    this.name = 'SedFileError';
    this.file = file;
    this.line = line;
    this.reason = reason;
  }
}

/** Reads an SED. Throws `SedFileError` and what the source throws. */
export async function readSedFile(source: ByteSource, count: ByteCount = { bytes: 0 }): Promise<Spectrum> {
  let bytes: Uint8Array;
  try {
    bytes = await readUnpacked(source, count, MAX_SED_BYTES);
  } catch (cause) {
    if (cause instanceof SourceCompressionError)
      throw new SedFileError(source.name, undefined, 'it is gzip but truncated or damaged', { cause });
    if (cause instanceof SourceUnreadableError && cause.reason.includes('the most that is read'))
      throw new SedFileError(
        source.name,
        undefined,
        `it holds more than ${MAX_SED_BYTES / 1_048_576} MB of text`,
        { cause },
      );
    throw cause;
  }
  return parseSed(bytes, source.name);
}

/** The spectrum of an SED file's text. Throws `SedFileError`. */
export function parseSed(bytes: Uint8Array, file: string): Spectrum {
  const nm: number[] = [];
  const flux: number[] = [];
  let isAscending = true;
  let last = 0;
  textOf(bytes, file)
    .split('\n')
    .forEach((text, index) => {
      const refuse = (reason: string): never => {
        throw new SedFileError(file, index + 1, reason);
      };
      if (text.length > MAX_LINE_CHARACTERS)
        refuse(`the line has ${text.length} characters, and ${MAX_LINE_CHARACTERS} are the most`);
      const pair = PAIR.exec(text);
      if (pair === null) {
        const trimmed = text.trim();
        if (trimmed === '' || trimmed.startsWith('#')) return;
        refuse(`the line has ${trimmed.split(SEPARATOR).length} column(s), and two are needed`);
      }
      const [, first = '', second = ''] = pair ?? [];
      const wavelength = numberOf(first);
      const value = numberOf(second);
      if (!Number.isFinite(wavelength)) refuse(`the wavelength is ${shown(first)}, not a finite number`);
      if (!Number.isFinite(value)) refuse(`the flux is ${shown(second)}, not a finite number`);
      if (!(wavelength > 0 && wavelength < 1e9)) refuse(`the wavelength is ${first} nm; it must be above 0`);
      if (value < 0) refuse(`the flux is ${second}; it cannot be negative`);
      if (wavelength < last) isAscending = false;
      last = wavelength;
      nm.push(wavelength);
      flux.push(value);
    });
  if (nm.length < 2)
    throw new SedFileError(file, undefined, `it has ${nm.length} point(s), and two are the least`);
  try {
    return isAscending
      ? new Spectrum(Float64Array.from(nm), Float64Array.from(flux))
      : sortedSpectrum(nm, flux);
  } catch (cause) {
    if (cause instanceof SpectrumNormError) throw new SedFileError(file, undefined, cause.message, { cause });
    throw cause;
  }
}

const SEPARATOR = /[\s,]+/;
/** Two words that are no comment. */
const PAIR = /^\s*([^\s,#][^\s,]*)(?:\s+|\s*,\s*)([^\s,]+)\s*$/;

function textOf(bytes: Uint8Array, file: string): string {
  const zero = bytes.indexOf(0);
  if (zero >= 0) throw new SedFileError(file, lineAt(bytes, zero), 'the line is not text');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new SedFileError(file, undefined, 'it is not text', { cause });
  }
}

function lineAt(bytes: Uint8Array, place: number): number {
  let line = 1;
  for (let i = 0; i < place; i++) if (bytes[i] === 0x0a) line++;
  return line;
}

/** The number of a word, NaN where it is none; exponents may be Fortran's. */
function numberOf(word: string): number {
  const value = Number(word);
  if (Number.isFinite(value) && !/[xob]/i.test(word)) return value;
  return /^[+-]?[\d.]+[dD][+-]?\d{1,4}$/.test(word) ? Number(word.replace(/[dD]/, 'e')) : NaN;
}

function shown(word: string): string {
  return JSON.stringify(word.length > 40 ? `${word.slice(0, 40)}…` : word);
}

function sortedSpectrum(nm: readonly number[], flux: readonly number[]): Spectrum {
  const order = nm.map((_, i) => i).sort((p, q) => nm[p]! - nm[q]! || p - q);
  return new Spectrum(
    Float64Array.from(order, (i) => nm[i]!),
    Float64Array.from(order, (i) => flux[i]!),
  );
}
