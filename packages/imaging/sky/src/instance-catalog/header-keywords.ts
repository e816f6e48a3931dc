/**
 * Header keywords of instance catalogs: name, older names, unit, range and the value that stands in when absent (PhoSim 3.4's
 * default). Geometry, time and seeing have no safe stand-in (PhoSim's seeing 0 means no turbulence at all): they stay
 * undefined and the request decides.
 */

/** How one keyword is read. */
export interface HeaderKeyword {
  /** The name in use today, lower case. */
  readonly name: string;
  /** Older or other names of the same, lower case. */
  readonly aliases: readonly string[];
  readonly unit: string;
  readonly integer: boolean;
  readonly min: number;
  readonly max: number;
  /** PhoSim's default where absent; undefined where nothing can stand in. */
  readonly fallback: number | undefined;
  /** True where imSim refuses a catalog without it. */
  readonly required: boolean;
}

function keyword(
  name: string,
  unit: string,
  min: number,
  max: number,
  fallback: number | undefined,
  more: { aliases?: readonly string[]; integer?: boolean; required?: boolean } = {},
): HeaderKeyword {
  return {
    name,
    aliases: more.aliases ?? [],
    unit,
    integer: more.integer ?? false,
    min,
    max,
    fallback,
    required: more.required ?? true,
  };
}

const ANY = Number.MAX_VALUE;
const WORD = 9_007_199_254_740_992;
const optional = { required: false };
const optionalInteger = { required: false, integer: true };

/** Every keyword with one number after it. */
export const HEADER_KEYWORDS: readonly HeaderKeyword[] = [
  keyword('rightascension', 'deg', -360, 720, undefined, {
    aliases: ['unrefracted_ra_deg', 'unrefracted_ra'],
  }),
  keyword('declination', 'deg', -90, 90, undefined, { aliases: ['unrefracted_dec_deg', 'unrefracted_dec'] }),
  keyword('mjd', 'd TAI', 1, 200000, undefined, { aliases: ['opsim_expmjd'] }),
  keyword('altitude', 'deg', -90, 90, undefined, { aliases: ['unrefracted_altitude', 'opsim_altitude'] }),
  keyword('azimuth', 'deg', -360, 720, undefined, { aliases: ['unrefracted_azimuth', 'opsim_azimuth'] }),
  keyword('filter', 'for u, g, r, i, z, y', 0, 5, undefined, { aliases: ['opsim_filter'], integer: true }),
  keyword('rotskypos', 'deg', -720, 720, undefined, { aliases: ['opsim_rotskypos'] }),
  keyword('rottelpos', 'deg', -720, 720, undefined, { aliases: ['opsim_rottelpos'] }),
  keyword('dist2moon', 'deg', 0, 180, 180, { aliases: ['opsim_dist2moon'] }),
  keyword('moonalt', 'deg', -90, 90, -90, { aliases: ['opsim_moonalt'] }),
  keyword('moondec', 'deg', -90, 90, -90, { aliases: ['opsim_moondec'] }),
  keyword('moonra', 'deg', -360, 720, 180, { aliases: ['opsim_moonra'] }),
  keyword('moonphase', 'percent', 0, 100, 10, { aliases: ['opsim_moonphase'] }),
  keyword('sunalt', 'deg', -90, 90, -90, { aliases: ['opsim_sunalt'] }),
  keyword('nsnap', 'snaps', 1, 1000, 2, { aliases: ['sim_nsnap'], integer: true }),
  keyword('vistime', 's', 0, 1e6, 33, { aliases: ['sim_vistime'] }),
  keyword('seed', '', -WORD, WORD, 1000, { aliases: ['sim_seed'], integer: true }),
  keyword('seeing', 'arcsec', 0, 20, undefined, { aliases: ['opsim_rawseeing'] }),
  keyword('obshistid', '', 0, WORD, 9999, { aliases: ['opsim_obshistid'], integer: true }),
  keyword('seqnum', '', 0, WORD, 0, { integer: true }),
  keyword('exptime', 's', 0, 1e6, 30, optional),
  keyword('minsource', 'objects', 0, WORD, 1, { aliases: ['sim_minsource'], ...optionalInteger }),
  keyword('camconfig', 'bit mask', 0, 7, 0, { aliases: ['sim_camconfig'], ...optionalInteger }),
  keyword('telconfig', '', 0, 3, 0, { aliases: ['sim_telconfig'], ...optionalInteger }),
  keyword('domeint', 'mag/arcsec2', -ANY, ANY, 18, { aliases: ['sim_domeint'], ...optional }),
  keyword('domewav', 'nm', 0, ANY, 0, { aliases: ['sim_domewav'], ...optional }),
  keyword('temperature', 'deg C', -273.15, 100, 20, { aliases: ['sim_temperature'], ...optional }),
  keyword('tempvar', 'deg C', -ANY, ANY, 0, { aliases: ['sim_tempvar'], ...optional }),
  keyword('pressure', 'mmHg', 0, 1000, 520, { aliases: ['sim_pressure'], ...optional }),
  keyword('pressvar', 'mmHg', -ANY, ANY, 0, { aliases: ['sim_pressvar'], ...optional }),
  keyword('overdepbias', 'V', -1000, 1000, -45, { aliases: ['sim_overdepbias'], ...optional }),
  keyword('ccdtemp', 'K', 0, 400, 173, { aliases: ['sim_ccdtemp'], ...optional }),
  keyword('altvar', 'deg', -ANY, ANY, 0, { aliases: ['sim_altvar'], ...optional }),
  keyword('isdithered', '', -ANY, ANY, 0, optional),
  keyword('ditherra', 'deg', -ANY, ANY, 0, optional),
  keyword('ditherdec', 'deg', -ANY, ANY, 0, optional),
];

/** Keywords that are read and checked, and then change nothing: said once, by name. */
export const WITHOUT_USE: readonly string[] = [
  'dist2moon',
  'moonra',
  'moondec',
  'domeint',
  'domewav',
  'temperature',
  'tempvar',
  'pressure',
  'pressvar',
  'overdepbias',
  'ccdtemp',
  'altvar',
  'isdithered',
  'ditherra',
  'ditherdec',
];

/** Keywords whose values are not one number; they are accepted and not used. */
export const UNUSED_KEYWORDS: readonly string[] = ['control', 'actuator', 'date', 'sim_date', 'sim_control'];

const BY_NAME = new Map<string, HeaderKeyword>();
for (const entry of HEADER_KEYWORDS) {
  BY_NAME.set(entry.name, entry);
  for (const alias of entry.aliases) BY_NAME.set(alias, entry);
}

/** The keyword of a name or an alias in any case; undefined where unknown. */
export function findHeaderKeyword(name: string): HeaderKeyword | undefined {
  return BY_NAME.get(name.toLowerCase());
}

/** The known name nearest to an unknown one (edit distance at most a third of its length), if any. */
export function nearestHeaderKeyword(name: string): string | undefined {
  const wanted = name.toLowerCase();
  let best: string | undefined;
  let bestDistance = Math.floor(wanted.length / 3) + 1;
  for (const known of [...BY_NAME.keys(), ...UNUSED_KEYWORDS, 'object', 'includeobj']) {
    const distance = editDistance(wanted, known);
    if (distance < bestDistance) {
      best = known;
      bestDistance = distance;
    }
  }
  return best;
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replace = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replace, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
