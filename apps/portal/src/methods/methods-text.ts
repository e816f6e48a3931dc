/** What a paper says of simulated images: how they were made, with every parameter that matters, and what to cite. From recipes alone. */

/** The part of a recipe's document that is told; unknown fields are left alone. */
export interface ToldRecipe {
  readonly recipeHash: string;
  readonly recipe: {
    readonly simulationVersion: string;
    readonly instrument: string;
    readonly seed: number;
    readonly visit: {
      readonly visitId: number;
      readonly snaps: number;
      readonly band: string;
      readonly raDeg: number;
      readonly decDeg: number;
      readonly rotSkyPosDeg: number;
      readonly obsMjdTai: number;
      readonly exposureS: number;
      readonly airmass: number;
      readonly seeingFwhm500Arcsec: number;
      readonly skyBrightnessMagPerArcsec2: number;
    };
    readonly sky: readonly ({ readonly type: string } & Readonly<Record<string, unknown>>)[];
    readonly effects: Readonly<Record<string, boolean>>;
  };
}

/** What is known of the run around it. */
export interface ToldRun {
  readonly id: string;
  readonly detectors: number;
  readonly visits: number;
  /** Version of the service. */
  readonly endedAtUtc: string | null;
}

const EFFECT_WORDS: Readonly<Record<string, string>> = {
  background: 'sky background with Poisson noise',
  vignetting: 'vignetting',
  chargeDiffusion: 'charge diffusion',
  bleed: 'bleed trails of saturated pixels',
  darkCurrent: 'dark current',
  crosstalk: 'crosstalk between amplifiers',
  chargeTransferInefficiency: 'charge-transfer inefficiency',
  readNoise: 'read noise',
};

/** The paragraph. @param told the recipe of one detector, standing for its run */
export function methodsParagraph({ recipe, recipeHash }: ToldRecipe, run: ToldRun): string {
  const { visit, effects } = recipe;
  const isOn = (name: string): boolean => effects[name] === true;
  const known = Object.keys(effects);
  const words = (names: readonly string[]): string => listed(names.map((name) => EFFECT_WORDS[name] ?? name));
  const on = known.filter(isOn);
  const off = known.filter((name) => !isOn(name));
  const others =
    run.visits > 1 ? ` (one of ${run.visits} visits of the run; the others are in its requests)` : '';
  return [
    `We simulated ${run.detectors} detector image${run.detectors === 1 ? '' : 's'} of ${recipe.instrument} with ImSim On Demand (simulation version ${recipe.simulationVersion.slice(0, 12)}).`,
    `Visit ${visit.visitId}${others} points at RA ${visit.raDeg.toFixed(5)}°, Dec ${visit.decDeg.toFixed(5)}° (ICRS) with a position angle of ${visit.rotSkyPosDeg.toFixed(3)}°, in the ${visit.band} band at MJD ${visit.obsMjdTai.toFixed(5)} (TAI), with ${visit.snaps === 1 ? 'one exposure' : `${visit.snaps} snaps`} of ${visit.exposureS} s in all at an airmass of ${visit.airmass.toFixed(3)}.`,
    `The seeing is ${visit.seeingFwhm500Arcsec.toFixed(2)} arcsec FWHM at 500 nm and the zenith, and the sky has ${visit.skyBrightnessMagPerArcsec2.toFixed(2)} mag arcsec⁻² (AB).`,
    `The sources are ${listed(recipe.sky.map(sourceText))}; their positions, fluxes and the electrons that each left are in the truth tables.`,
    on.length === 0 ? 'No detector effects are applied.' : `Applied are ${words(on)}.`,
    ...(off.length === 0 ? [] : [`Switched off are ${words(off)}.`]),
    `Every random draw is keyed by the seed ${recipe.seed}, the detector and the source, so that the recipes (SHA-256 ${recipeHash.slice(0, 16)}… for the first detector) make the same bytes again on any machine.`,
  ].join(' ');
}

/** What to cite, as BibTeX. */
export function citationText({ recipe }: ToldRecipe, run: ToldRun, origin: string): string {
  const year = (run.endedAtUtc ?? '').slice(0, 4);
  return [
    `@misc{imsim-on-demand-${run.id.slice(-8)},`,
    '  title        = {Simulated {Rubin/LSST} images made with {ImSim On Demand}},',
    ...(year === '' ? [] : [`  year         = {${year}},`]),
    `  howpublished = {\\url{${origin}/runs/${run.id}}},`,
    `  note         = {Run ${run.id}, simulation version ${recipe.simulationVersion}}`,
    '}',
  ].join('\n');
}

function sourceText(entry: ToldRecipe['recipe']['sky'][number]): string {
  const number = (key: string): number | null => (typeof entry[key] === 'number' ? entry[key] : null);
  if (entry.type === 'synthetic') {
    const faint = number('faintIMag');
    return `a synthetic sky of stars and galaxies${faint === null ? '' : ` to i = ${faint}`}${number('seed') === null ? '' : ` (seed ${number('seed')})`}`;
  }
  const files = entry['files'];
  const first: unknown = Array.isArray(files) ? files[0] : undefined;
  const sha256 =
    typeof first === 'object' && first !== null && 'sha256' in first
      ? String(first.sha256).slice(0, 16)
      : null;
  return `${entry.type === 'table' ? 'a table of sources' : 'an instance catalog'}${sha256 === null ? '' : ` (SHA-256 ${sha256}…)`}`;
}

function listed(words: readonly string[]): string {
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}
