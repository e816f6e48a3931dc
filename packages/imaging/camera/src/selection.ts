/**
 * Which detectors a request names. A selection is a list of words, or one text with words apart by commas or blanks:
 *
 *     R22_S11     one detector            94, 90..98   numbers and ranges of numbers, both ends included
 *     R22         a raft                  all          the 189 science CCDs
 *     R22_S*      wildcards in a name     guiders      the 8 guiders
 *
 * Rafts and wildcards pick what can be drawn: science CCDs and guiders. Wavefront sensors stand 1.5 mm out of focus and
 * are refused where a word names them or nothing else; `leftOutOfSelection` tells those that a raft or wildcard left out.
 */
import { nearestName } from '@imsim-od/names';
import { DETECTORS, SCIENCE_DETECTORS, type Detector } from './detectors.js';

/** Words that may be a name, a raft or a wildcard. */
const NAME_PATTERN = /^[\w*?]+$/u;

/** A word of a selection that names no detector. */
export class UnknownDetectorError extends Error {
  readonly code = 'CAMERA_UNKNOWN_DETECTOR';
  readonly word: string;
  readonly nearest: string | undefined;
  constructor(word: string, nearest: string | undefined) {
    super(
      `'${word}' names no detector of LSSTCam.` +
        (nearest === undefined ? '' : ` Did you mean '${nearest}'?`) +
        ' Give names (R22_S11), rafts (R22), wildcards (R22_S*), numbers (94, 90..98), all or guiders.',
    );
    this.name = 'UnknownDetectorError';
    this.word = word;
    this.nearest = nearest;
  }
}

/** A word of a selection that names a wavefront sensor. */
export class WavefrontDetectorError extends Error {
  readonly code = 'CAMERA_WAVEFRONT_DETECTOR';
  readonly word: string;
  readonly detector: string;
  constructor(word: string, detector: string) {
    super(
      `'${word}' names the wavefront sensor ${detector}, which stands 1.5 mm out of focus; ` +
        'out-of-focus images are not drawn. Choose science CCDs (R22_S11, all) or guiders.',
    );
    this.name = 'WavefrontDetectorError';
    this.word = word;
    this.detector = detector;
  }
}

/** A selection without any word. */
export class EmptySelectionError extends Error {
  readonly code = 'CAMERA_EMPTY_SELECTION';
  constructor() {
    super('The detector selection is empty; give at least one name, raft, number, all or guiders.');
    this.name = 'EmptySelectionError';
  }
}

/** Whether an error is about a selection. */
export function isSelectionError(
  error: unknown,
): error is UnknownDetectorError | WavefrontDetectorError | EmptySelectionError {
  return (
    error instanceof UnknownDetectorError ||
    error instanceof WavefrontDetectorError ||
    error instanceof EmptySelectionError
  );
}

/**
 * The detectors a selection names, each once, in order of number.
 * @throws UnknownDetectorError, WavefrontDetectorError, EmptySelectionError
 */
export function selectDetectors(selection: string | number | readonly (string | number)[]): Detector[] {
  const words = wordsOf(selection);
  if (words.length === 0) throw new EmptySelectionError();
  const ids = new Set<number>();
  for (const word of words) for (const detector of detectorsOf(word)) ids.add(detector.id);
  return DETECTORS.filter(({ id }) => ids.has(id));
}

/** The wavefront sensors that rafts and wildcards of a selection stand for and that are not drawn. */
export function leftOutOfSelection(selection: string | number | readonly (string | number)[]): Detector[] {
  const patterns = wordsOf(selection).flatMap((word) =>
    word === 'all' || word === 'guiders' || !NAME_PATTERN.test(word) ? [] : [patternOf(word)],
  );
  return DETECTORS.filter(
    ({ kind, name }) => kind === 'wavefront' && patterns.some((pattern) => pattern.test(name)),
  );
}

function wordsOf(selection: string | number | readonly (string | number)[]): string[] {
  return (typeof selection === 'object' ? selection : [selection])
    .flatMap((item) => String(item).split(/[\s,]+/u))
    .filter((word) => word !== '');
}

function detectorsOf(word: string): readonly Detector[] {
  if (word === 'all') return SCIENCE_DETECTORS;
  if (word === 'guiders') return DETECTORS.filter(({ kind }) => kind === 'guider');
  const range = /^(\d+)(?:\.\.(\d+))?$/u.exec(word);
  if (range) return detectorsOfRange(word, Number(range[1]), Number(range[2] ?? range[1]));
  const pattern = NAME_PATTERN.test(word) ? patternOf(word) : undefined;
  const named = pattern ? DETECTORS.filter(({ name }) => pattern.test(name)) : [];
  const first = named[0];
  if (!first) throw new UnknownDetectorError(word, nearestWord(word));
  const drawable = named.filter(({ kind }) => kind !== 'wavefront');
  if (drawable.length === 0) throw new WavefrontDetectorError(word, first.name);
  return drawable;
}

function detectorsOfRange(word: string, first: number, last: number): readonly Detector[] {
  if (first > last || last >= DETECTORS.length) {
    throw new UnknownDetectorError(word, `0..${DETECTORS.length - 1}`);
  }
  const named = DETECTORS.slice(first, last + 1);
  const wavefront = named.find(({ kind }) => kind === 'wavefront');
  if (wavefront) throw new WavefrontDetectorError(word, wavefront.name);
  return named;
}

/** `*` stands for any characters and `?` for one; a raft alone stands for all its slots. Several `*` in a row are one: as many would take for ever. */
function patternOf(word: string): RegExp {
  const body = word.replaceAll(/\*+/gu, '.*').replaceAll('?', '.');
  return new RegExp(/^R\d\d$/u.test(word) ? `^${body}_` : `^${body}$`, 'u');
}

function nearestWord(word: string): string | undefined {
  const rafts = new Set(DETECTORS.map(({ raft }) => raft));
  return nearestName(word, [...DETECTORS.map(({ name }) => name), ...rafts, 'all', 'guiders']);
}
