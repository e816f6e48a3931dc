/**
 * PhoSim's command file ("physics override", its option -c): what of it a request can say is taken, and of every other command it is
 * told why it changes nothing. One command a line, `keyword value…`, `#` begins a comment.
 */
import { nearestName } from '@imsim-od/names';

/** A command file read: the part of a request that it gives, and what there is to say. */
export interface PhosimCommands {
  readonly document: Record<string, unknown>;
  /** One sentence for each reason why commands change nothing, and for each unknown one. */
  readonly notes: readonly string[];
}

/** A command file that cannot be read. */
export class PhosimCommandError extends Error {
  readonly code = 'PHOSIM_COMMANDS';

  constructor(file: string, line: number, problem: string) {
    super(`${file}, line ${line}: ${problem}.`);
    this.name = 'PhosimCommandError';
  }
}

type Document = Record<string, unknown>;
/** Takes a value into the document; false where this value changes nothing, for the reason beside it. */
type Taking = readonly [take: (value: number, document: Document) => boolean, otherwise: string];

const AGREES = 'the picture is the same here';
const UNMODELLED = 'not drawn here';
const STATISTICAL = 'the PSF here is that of seeing, airmass and wavelength, without screens or rays';
const PRODUCT = 'no such product here';
const RUNNING = 'it concerns how PhoSim runs';
const GIVEN = 'the brightness of the sky is that of the request or of its rule, in the band of the visit';

const effect = (document: Document, name: string): boolean => {
  document['effects'] = { ...(document['effects'] as object | undefined), [name]: false };
  return true;
};
const off =
  (name: string) =>
  (value: number, document: Document): boolean =>
    value === 0 && effect(document, name);

/** Commands that a request can say. */
const TAKEN: Readonly<Record<string, Taking>> = {
  zenith_v: [(value, document) => value >= 100 && effect(document, 'background'), GIVEN],
  chargediffusion: [off('chargeDiffusion'), AGREES],
  blooming: [off('bleed'), AGREES],
  saturation: [off('bleed'), AGREES],
  exptime: [(value, document) => value > 0 && ((document['exposureS'] = value), true), 'it must be above 0'],
  nsnap: [(value, document) => value >= 1 && ((document['snaps'] = value), true), 'it must be 1 or more'],
  totalseeing: [
    (value, document) => value > 0 && ((document['seeingFwhm500Arcsec'] = value), true),
    'it must be above 0',
  ],
  centroidfile: [() => false, 'the product truth tells where sources fell'],
};

/** Why all other commands change nothing. */
const IGNORED: readonly (readonly [why: string, commands: readonly string[]])[] = [
  [
    STATISTICAL,
    [
      'cleareverything clearturbulence clearopacity cleartracking clearperturbations toypsf domeseeing seeing wind winddir',
      'outerscale height densityfluc densitymean telescopemode trackingmode diffractionmode zernikemode aperturemode windjitter',
      'rotationjitter elevationjitter azimuthjitter body izernike ichebyshev fea minr maxr',
    ].flatMap((line) => line.split(' ')),
  ],
  [
    UNMODELLED,
    [
      'clearclouds cloudmean cloudvary cleardefects detectormode coatingmode contaminationmode straylight ghostonly atmosphericdispersion',
      'airrefraction pressure temperature waterpressure relh2o relo2 relo3 reldensity aerosoltau aerosolindex fringing chargesharing',
      'pixelerror deadlayer impurityvariation fieldanisotropy qevariation overdepbias ccdtemp well_depth siliconthickness raydensity',
      'scalenumber shuttererror timeoffset',
    ].flatMap((line) => line.split(' ')),
  ],
  [
    GIVEN,
    'airglowvariation backalpha backbeta backgamma backdelta backradius backbuffer domelight domewave'.split(
      ' ',
    ),
  ],
  [PRODUCT, 'eventfile eventfitsfilename throughputfile opdfile extraid'.split(' ')],
  [RUNNING, 'checkpointcount checkpointtotal sourceperthread activebuffer'.split(' ')],
];

const WHY = new Map(IGNORED.flatMap(([why, commands]) => commands.map((command) => [command, why] as const)));

/** Every command that is known, as the documentation lists them. */
export const PHOSIM_COMMANDS: readonly string[] = [...Object.keys(TAKEN), ...WHY.keys()];

const MAX_LINES = 10_000;
/** Unknown commands that are named. */
const MAX_NAMED = 20;

/** Reads a command file's text. Throws {@link PhosimCommandError} for a line that is no command, or a value that is no number. */
export function readPhosimCommands(text: string, file: string): PhosimCommands {
  const document: Document = {};
  const ignored = new Map<string, Set<string>>();
  const unknown = new Set<string>();
  const lines = text.split(/\r?\n/);
  if (lines.length > MAX_LINES)
    throw new PhosimCommandError(file, MAX_LINES, 'a command file has fewer lines');
  lines.forEach((line, index) => {
    const [word, value] = line.replace(/#.*/, '').trim().split(/\s+/);
    if (word === undefined || word === '') return;
    if (!/^[A-Za-z]\w{0,63}$/.test(word))
      throw new PhosimCommandError(
        file,
        index + 1,
        `"${word.slice(0, 40)}" is no command; a line is a keyword and its values`,
      );
    const command = word.toLowerCase();
    let why = WHY.get(command);
    const taking = Object.hasOwn(TAKEN, command) ? TAKEN[command] : undefined;
    if (taking) {
      const number = Number(value);
      if (value === undefined || !Number.isFinite(number))
        throw new PhosimCommandError(
          file,
          index + 1,
          `${word} needs a number after it, not "${value ?? ''}"`,
        );
      if (!taking[0](number, document)) why = taking[1];
    }
    if (why !== undefined) ignored.set(why, (ignored.get(why) ?? new Set()).add(word));
    else if (!taking) unknown.add(word);
  });
  const notes = [...ignored].map(
    ([why, words]) => `${file}: ${[...words].join(', ')} changes nothing: ${why}`,
  );
  for (const word of [...unknown].slice(0, MAX_NAMED)) {
    const nearest = nearestName(word.toLowerCase(), PHOSIM_COMMANDS);
    notes.push(`${file}: ${word} is unknown and changes nothing${nearest ? `; is it ${nearest}?` : ''}`);
  }
  if (unknown.size > MAX_NAMED)
    notes.push(`${file}: ${unknown.size - MAX_NAMED} further unknown commands are not named`);
  return { document, notes };
}
