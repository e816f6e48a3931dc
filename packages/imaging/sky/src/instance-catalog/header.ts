/**
 * The header of an instance catalog: what the visit was, as PhoSim and imSim read it. `mjd` is the middle of the visit in
 * TAI. The exposure is imSim's rule: `exptime`, 30 s where absent; PhoSim would use (vistime - 3 s (nsnap - 1)) / nsnap per
 * snap, and a note says where the two differ.
 */
import { BANDS, type Band, type SkyPosition, isBand, wrapDeg360 } from '@imsim-od/astro';
import { CatalogFormatError, CatalogHeaderMissingError, CatalogHeaderValueError } from './errors.js';
import {
  findHeaderKeyword,
  HEADER_KEYWORDS,
  type HeaderKeyword,
  nearestHeaderKeyword,
  UNUSED_KEYWORDS,
  WITHOUT_USE,
} from './header-keywords.js';

/** A visit as a catalog's header tells it; undefined fields were not given and have no safe default. */
export interface InstanceCatalogHeader {
  /** Boresight, ICRS, [0, 360) degrees. */
  readonly raDeg: number;
  readonly decDeg: number;
  readonly band: Band;
  /** Middle of the visit, MJD TAI. */
  readonly midMjdTai: number | undefined;
  /** Boresight altitude and azimuth (N 0, E 90), without refraction. */
  readonly altitudeDeg: number | undefined;
  readonly azimuthDeg: number | undefined;
  /** The catalog's rotskypos, DC2-era convention or obs_lsst's: the header cannot tell which. */
  readonly rotSkyPosDeg: number | undefined;
  readonly rotTelPosDeg: number | undefined;
  /** Seeing FWHM at 500 nm and the zenith; undefined where absent or 0. */
  readonly seeingZenith500Arcsec: number | undefined;
  readonly moonSeparationDeg: number;
  readonly moonAltitudeDeg: number;
  readonly moonRaDeg: number;
  readonly moonDecDeg: number;
  readonly moonIlluminatedPercent: number;
  readonly sunAltitudeDeg: number;
  /** Exposure by imSim's rule. */
  readonly exposureS: number;
  /** Length of the visit including read-outs between snaps. */
  readonly visitTimeS: number;
  readonly snaps: number;
  readonly seed: number;
  readonly visitId: number;
  readonly sequenceNumber: number;
  /** Fewest objects on a detector for PhoSim to draw it. */
  readonly minSources: number;
  /** Every value by today's keyword, defaults included; keywords without value or default are absent. */
  readonly values: Readonly<Record<string, number>>;
  /** Today's names of the keywords that the file gave. */
  readonly given: ReadonlySet<string>;
}

/** Keywords whose default, PhoSim's, decides where they are absent. */
const ASSUMED: ReadonlySet<string> = new Set(['seed', 'obshistid']);
/** Keywords that decide nothing: the sky follows from the time, the exposure from `exptime`, the snaps from the request. */
const MADE_OTHERWISE: ReadonlySet<string> = new Set([
  ...['dist2moon', 'moonalt', 'moondec', 'moonra', 'moonphase', 'sunalt', 'nsnap', 'vistime'],
]);

/** Most remarks on header lines that are kept. */
const MAX_NOTES = 50;

/** Collects header lines; call `finish` once all were taken. */
export class HeaderReader {
  private readonly file: string;
  private readonly notes: string[];
  private readonly values = new Map<string, number>();
  private lateCount = 0;
  private includedCount = 0;
  private bandInUse = false;
  private noteCount = 0;

  /** @param file name for messages; @param notes receives warnings */
  constructor(file: string, notes: string[]) {
    this.file = file;
    this.notes = notes;
  }

  /**
   * Takes one line that is not an object. @param tokens its words; @param afterObjects true below the first object line
   * @throws CatalogHeaderValueError, CatalogFormatError
   */
  take(tokens: readonly string[], line: number, afterObjects: boolean): void {
    const word = tokens[0] ?? '';
    checkKeyword(word, this.file, line);
    if (UNUSED_KEYWORDS.includes(word.toLowerCase())) {
      this.note(`${this.file}, line ${line}: header keyword ${word} is not used.`);
      return;
    }
    const known = findHeaderKeyword(word);
    if (known === undefined) {
      const nearest = this.noteCount < MAX_NOTES ? nearestHeaderKeyword(word) : undefined;
      const hint = nearest === undefined ? '' : ` Did you mean '${nearest}'?`;
      this.note(`${this.file}, line ${line}: unknown header keyword '${shown(word)}' is ignored.${hint}`);
      return;
    }
    if (afterObjects && this.lateCount++ === 0) {
      this.note(
        `${this.file}, line ${line}: header keyword ${word} stands below the objects; it is used, but imSim would not see it.`,
      );
    }
    const value = this.parseValue(known, word, tokens, line);
    const before = this.values.get(known.name);
    if (this.bandInUse && known.name === 'filter' && before !== value) {
      throw new CatalogHeaderValueError(
        this.file,
        line,
        word,
        shown(tokens[1] ?? ''),
        'it must stand above the first object',
      );
    }
    if (before !== undefined && before !== value) {
      this.note(
        `${this.file}, line ${line}: header keyword ${known.name} is given again; ${value} replaces ${before}.`,
      );
    }
    this.values.set(known.name, value);
  }

  /** A header line of an included file: not used, told once. @throws CatalogFormatError where it is no keyword at all */
  ignoreIncluded(tokens: readonly string[], file: string, line: number): void {
    const word = tokens[0] ?? '';
    checkKeyword(word, file, line);
    if (this.includedCount++ > 0) return;
    this.note(
      `${file}, line ${line}: '${shown(word)}' in an included file is ignored; only object lines count there.`,
    );
  }

  /** The band of the filter read so far, for the objects that follow; throws `CatalogHeaderMissingError` without one. */
  bandForObjects(): Band {
    const band = BANDS[this.values.get('filter') ?? -1];
    if (band === undefined)
      throw new CatalogHeaderMissingError(this.file, ['filter (above the first object)']);
    this.bandInUse = true;
    return band;
  }

  /** The boresight as far as it was read, for the objects that follow. */
  boresightForObjects(): SkyPosition | undefined {
    const raDeg = this.values.get('rightascension');
    const decDeg = this.values.get('declination');
    return raDeg === undefined || decDeg === undefined ? undefined : { raDeg: wrapDeg360(raDeg), decDeg };
  }

  /** The header; throws `CatalogHeaderMissingError` without pointing or filter. */
  finish(): InstanceCatalogHeader {
    const missing = ['rightascension', 'declination', 'filter'].filter((name) => !this.values.has(name));
    if (missing.length > 0) throw new CatalogHeaderMissingError(this.file, missing);
    if (this.noteCount > MAX_NOTES) {
      this.notes.push(
        `${this.file}: ${this.noteCount - MAX_NOTES} further remarks on header lines are left out.`,
      );
      this.noteCount = 0;
    }
    const given = new Set(this.values.keys());
    const values: Record<string, number> = {};
    const absent: string[] = [];
    for (const { name, fallback, required } of HEADER_KEYWORDS) {
      const value = this.values.get(name) ?? fallback;
      if (value !== undefined) values[name] = value;
      if (required && !given.has(name)) absent.push(name);
    }
    this.noteAbsent(absent);
    this.noteExposure(values, given);
    this.noteUndrawn(given);
    const unused = WITHOUT_USE.filter((name) => given.has(name));
    if (unused.length > 0)
      this.note(`${this.file}: header keywords that change nothing here: ${unused.join(', ')}.`);
    const seeing = values['seeing'];
    if (seeing === 0) {
      this.note(
        `${this.file}: seeing is 0, which PhoSim takes as no turbulence; the seeing is left to the request.`,
      );
    }
    const moonRaDeg = wrapDeg360(values['moonra'] ?? 180);
    return {
      raDeg: wrapDeg360(values['rightascension'] ?? 0),
      decDeg: values['declination'] ?? 0,
      band: BANDS[values['filter'] ?? 2] ?? 'r',
      midMjdTai: values['mjd'],
      altitudeDeg: values['altitude'],
      azimuthDeg: values['azimuth'],
      rotSkyPosDeg: values['rotskypos'],
      rotTelPosDeg: values['rottelpos'],
      seeingZenith500Arcsec: seeing === 0 ? undefined : seeing,
      moonSeparationDeg: values['dist2moon'] ?? 180,
      moonAltitudeDeg: values['moonalt'] ?? -90,
      moonRaDeg,
      moonDecDeg: values['moondec'] ?? -90,
      moonIlluminatedPercent: values['moonphase'] ?? 10,
      sunAltitudeDeg: values['sunalt'] ?? -90,
      exposureS: values['exptime'] ?? 30,
      visitTimeS: values['vistime'] ?? 33,
      snaps: values['nsnap'] ?? 2,
      seed: values['seed'] ?? 1000,
      visitId: values['obshistid'] ?? 9999,
      sequenceNumber: values['seqnum'] ?? 0,
      minSources: values['minsource'] ?? 1,
      values,
      given,
    };
  }

  private parseValue(known: HeaderKeyword, word: string, tokens: readonly string[], line: number): number {
    const text = tokens[1];
    const inUnit = known.unit === '' ? '' : ` (${known.unit})`;
    if (text === undefined) {
      throw new CatalogHeaderValueError(this.file, line, word, '', `a value${inUnit} must follow it`);
    }
    if (tokens.length > 2 && !(tokens[2] ?? '').startsWith('#')) {
      this.note(
        `${this.file}, line ${line}: header keyword ${word} has more than one value; the first is used (imSim refuses this).`,
      );
    }
    if (known.name === 'filter' && isBand(text)) return BANDS.indexOf(text);
    const value = Number(text);
    const kind = known.integer ? 'a whole number' : 'a number';
    if (!Number.isFinite(value) || (known.integer && !Number.isInteger(value))) {
      throw new CatalogHeaderValueError(this.file, line, word, shown(text), `it must be ${kind}${inUnit}`);
    }
    const positive = known.name === 'vistime' || known.name === 'exptime';
    if (value < known.min || value > known.max || (positive && value === 0)) {
      const range = positive ? `above 0 and up to ${known.max}` : `from ${known.min} to ${known.max}`;
      throw new CatalogHeaderValueError(
        this.file,
        line,
        word,
        shown(text),
        `it must be ${range} ${known.unit}`.trimEnd(),
      );
    }
    if (known.name === 'telconfig' && value !== 0) {
      throw new CatalogHeaderValueError(
        this.file,
        line,
        word,
        shown(text),
        'it must be 0, an exposure on the sky; darks and dome flats are known to PhoSim but not drawn here',
      );
    }
    return value;
  }

  /** Adds a remark on a line; a file of nothing but remarks keeps the first `MAX_NOTES` and a count. */
  private note(sentence: string): void {
    if (this.noteCount++ < MAX_NOTES) this.notes.push(sentence);
  }

  /** Keywords that imSim requires and the header has not, by what becomes of each. */
  private noteAbsent(absent: readonly string[]): void {
    const say = (names: readonly string[], outcome: string): void => {
      if (names.length > 0)
        this.note(`${this.file}: the header has no ${names.join(', ')}, which imSim requires: ${outcome}.`);
    };
    const assumed = absent.filter((name) => ASSUMED.has(name));
    const unused = absent.filter((name) => MADE_OTHERWISE.has(name));
    const left = absent.filter((name) => !ASSUMED.has(name) && !MADE_OTHERWISE.has(name));
    say(left, 'the request or its default decides');
    say(assumed, `${assumed.map((name) => this.fallbackOf(name)).join(' and ')} taken, as PhoSim does`);
    say(unused, 'nothing depends on that here');
  }

  private fallbackOf(name: string): string {
    return String(HEADER_KEYWORDS.find((keyword) => keyword.name === name)?.fallback);
  }

  /** Keywords that change PhoSim's picture and not this one. */
  private noteUndrawn(given: ReadonlySet<string>): void {
    const value = (name: string): number => (given.has(name) ? (this.values.get(name) ?? 0) : NaN);
    const instead = 'is computed from the time of the visit, unless the request says otherwise';
    if (value('moonalt') > 0) {
      const lit = given.has('moonphase') ? `, ${value('moonphase')} % lit` : '';
      this.note(`${this.file}: the Moon is up at ${value('moonalt')} deg${lit}; moonlight ${instead}.`);
    }
    if (value('sunalt') > -18) {
      this.note(`${this.file}: the Sun stands at ${value('sunalt')} deg; twilight ${instead}.`);
    }
    if (value('camconfig') > 0)
      this.note(`${this.file}: camconfig is not used; the request names the detectors.`);
    if (value('minsource') > 1)
      this.note(`${this.file}: minsource is not used; detectors with fewer objects are drawn, too.`);
  }

  private noteExposure(values: Record<string, number>, given: ReadonlySet<string>): void {
    const exposure = values['exptime'] ?? 30;
    const snaps = values['nsnap'] ?? 2;
    const phosim = (values['vistime'] ?? 33) - 3 * (snaps - 1);
    if (given.has('vistime') && Math.abs(phosim - exposure) > 1e-6) {
      this.note(
        `${this.file}: the exposure is ${exposure} s by imSim's rule (exptime, else 30 s); PhoSim would expose ${phosim} s in ${snaps} snap(s) from vistime and nsnap.`,
      );
    }
  }
}

function checkKeyword(word: string, file: string, line: number): void {
  if (/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(word)) return;
  throw new CatalogFormatError(
    file,
    line,
    `'${shown(word)}' is no keyword of an instance catalog; lines begin with 'object', 'includeobj', a header keyword or '#'`,
  );
}

/** A word fit for a message: at most 40 printable characters. */
export function shown(word: string): string {
  const clean = word.replace(/[^\x20-\x7e]/g, '?');
  return clean.length > 40 ? `${clean.slice(0, 40)}...` : clean;
}
