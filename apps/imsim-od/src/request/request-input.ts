/**
 * From the command line to a checked request with its catalogs in memory.
 *
 * Layers, the later winning: defaults < header of the first instance catalog (where the input is a catalog, or the
 * request names no pointing) < request file < visit of a scheduler's database (in place of a header) < options < `--set`.
 * Paths in a file are relative to that file, paths on the command line to the current folder.
 */
import { dirname, isAbsolute, join } from 'node:path';
import {
  type CatalogAccess,
  type Expansion,
  type InstanceCatalogSky,
  type LoadedCatalog,
  type LoadedSources,
  type Request,
  RequestError,
  type TableAccess,
  type FolderAccess,
  type SkyCatalogsSky,
  type TableSky,
  expandRequest,
  headerDifferences,
  loadLensMap,
  loadSkyCatalog,
  loadTable,
  readPhosimCommands,
  readRequest,
  requestFromCatalogs,
  requestRegion,
  requestTimes,
} from '@imsim-od/simulator';
import type { SedLibrary, SkyRegion } from '@imsim-od/sky';
import { openCatalogFolder, openFileInFolder, openFileSource, openRangeFile } from '@imsim-od/sky/node';
import { withoutVisit } from '@imsim-od/survey';
import { catalogFiles, openCatalog } from '../catalogs/open-catalog.js';
import { CliError } from '../errors.js';
import { EXIT_CODE } from '../exit-code.js';
import { readInputFile, readText } from './input-file.js';
import { type RequestDocument, parseRequestDocument } from './request-document.js';
import type { RequestOptions } from './request-options.js';
import { environmentSedDir, SED_LIBRARY_VARIABLE, sedLibraryIn } from './sed-library.js';
import { type GivenVisit, visitLayer } from './survey-layer.js';
import { originsOfSky } from './sky-origins.js';
import { isStoredName, refuseStored, standInFor } from './stored-name.js';
import { requestSchemaNode } from './schema-node.js';
import { type Setting, applySetting, parseSettingOption } from './setting.js';

/** A request read, checked and expanded. */
export interface RequestInput {
  readonly request: Request;
  /** Dotted path of every value → where it came from. */
  readonly origins: ReadonlyMap<string, string>;
  /** The files of the request's sky, in the order of `dealInputs`. */
  readonly catalogs: readonly LoadedSources[];
  /** The visit and its recipes. */
  readonly expansion: Expansion;
  /** What was found while reading and decided for the user, in sentences. */
  readonly notes: readonly string[];
}

/** How far the reading of catalogs and tables is; bytes where they are read in order. */
export type CatalogProgress = (path: string, bytes: number | undefined, objects: number) => void;

/** Which of several visits is meant. */
export interface WhichVisit {
  /** A visit of a scheduler's database. */
  readonly scheduled?: GivenVisit;
  /** One of the requests that the file holds. */
  readonly one?: RequestDocument;
}

type Mapping = Readonly<Record<string, unknown>>;

/** Reads everything a command was given; throws coded errors for whatever is wrong with it. */
export async function readRequestInput(
  path: string | undefined,
  options: RequestOptions,
  onCatalogProgress?: CatalogProgress,
  { scheduled, one }: WhichVisit = {},
): Promise<RequestInput> {
  const settings = options.set.map(parseSettingOption);
  const input =
    path === undefined
      ? undefined
      : one === undefined
        ? await readInputFile(path)
        : { kind: 'parsed' as const };
  const inputPath = path ?? scheduled?.file ?? '';
  const file = one ?? (input?.kind === 'request' ? parseRequestDocument(input.text, inputPath) : undefined);
  const visit = scheduled && visitLayer(scheduled, settings);
  const whole = file ? fileLayer(file, inputPath) : {};
  const given = visit ? withoutVisit(whole, visit.document) : whole;
  const sky = skyOf(input?.kind === 'catalog' ? inputPath : undefined, given, options, settings);
  const headers = new Map<string, LoadedCatalog>();
  const load = async (path: string, reading: CatalogReading, wanted?: Request): Promise<LoadedCatalog> =>
    openCatalog(path, await catalogFiles(path), {
      ...reading,
      ...(wanted ? { band: wanted.band, boresight: wanted.pointing } : {}),
      ...(wanted === undefined ? {} : { sedLibrary: await sedLibraryOf(wanted) }),
      ...(onCatalogProgress
        ? { onProgress: ({ bytes, objects }) => onCatalogProgress(path, bytes, objects) }
        : {}),
    });

  const notes: string[] = [];
  const replaced = Object.keys(whole).filter((key) => !(key in given));
  if (replaced.length > 0)
    notes.push(`${replaced.join(', ')} of ${inputPath} give way to the visit of ${scheduled?.file ?? ''}`);
  const layers: { origin: string; document: unknown }[] = [];
  const sedDir = environmentSedDir();
  if (sedDir !== undefined) layers.push({ origin: SED_LIBRARY_VARIABLE, document: { sedDir } });
  if (!visit && (input?.kind === 'catalog' || givesNoPointing(given, settings))) {
    for (const { path, ...reading } of catalogEntries(sky)) {
      if (isStoredName(path)) continue;
      if (!headers.has(path)) headers.set(path, await load(path, reading));
    }
    if (headers.size > 0) {
      const header = requestFromCatalogs([...headers.values()]);
      layers.push({ origin: `header of ${[...headers.keys()][0]}`, document: header.document });
      notes.push(...header.notes);
    }
  }
  if (file) layers.push({ origin: file.origin, document: given });
  if (input?.kind === 'catalog') layers.push({ origin: inputPath, document: { sky } });
  if (visit) layers.push(visit);
  if (options.phosimCommands !== undefined) {
    const commands = readPhosimCommands(await readText(options.phosimCommands), options.phosimCommands);
    layers.push({ origin: options.phosimCommands, document: commands.document });
    notes.push(...commands.notes);
  }
  layers.push(...optionLayers(options, sky, given, settings));

  const { request: asked, origins } = withLines(file, () => readRequest(layers));
  const request = withSkyOrigin(asked, origins);
  const catalogs: LoadedSources[] = [];
  const withHeaders: LoadedCatalog[] = [];
  const takeStored = options.isForService === true ? standInFor : refuseStored;
  const regionWith = (moreDeg = 0): SkyRegion =>
    withLines(file, () => requestRegion(request, inputPath, moreDeg));
  const loadSources = async (
    entry: InstanceCatalogSky | TableSky | SkyCatalogsSky,
  ): Promise<LoadedSources> => {
    const { path } = entry;
    if (isStoredName(path)) return takeStored(path);
    if (entry.type === 'table') {
      return loadTable(path, entry, fileAccess, {
        band: request.band,
        times: requestTimes(request, inputPath),
        region: regionWith(),
        sedLibrary: await sedLibraryOf(request),
        ...(onCatalogProgress ? { onProgress: (rows) => onCatalogProgress(path, undefined, rows) } : {}),
      });
    }
    if (entry.type === 'skyCatalogs') {
      return loadSkyCatalog(path, entry, fileAccess, {
        band: request.band,
        region: regionWith(),
        times: requestTimes(request, inputPath),
        sedLibrary: await sedLibraryOf(request),
        ...(onCatalogProgress ? { onProgress: (rows) => onCatalogProgress(path, undefined, rows) } : {}),
      });
    }
    const { strict, internalDust, galacticDust } = entry;
    const reading = { strict, internalDust, galacticDust };
    const read = forRequest(headers.get(path), request);
    const loadAnew = () => load(path, reading, request);
    const catalog = scheduled
      ? await scheduled.catalogs.take(request, JSON.stringify([path, reading, request.sedDir]), loadAnew)
      : read && request.sedDir === undefined && isReadFor(request, read)
        ? read
        : await loadAnew();
    withHeaders.push(catalog);
    return catalog;
  };
  for (const entry of request.sky) {
    if (entry.type !== 'synthetic') catalogs.push(await loadSources(entry));
    const map = entry.lensing?.map;
    if (map)
      catalogs.push(
        isStoredName(map.path)
          ? takeStored(map.path)
          : await loadLensMap(map.path, map, fileAccess, regionWith),
      );
  }
  const skyOrigins = originsOfSky(request.sky, {
    given: sky,
    inFile: Array.isArray(sky) ? sky.length - addedEntries(options).length : 0,
    fileOrigin: input?.kind === 'catalog' || given['sky'] !== undefined ? inputPath : 'default',
    settings,
  });
  const expansion = withLines(file, () => expandRequest(request, catalogs, inputPath));
  return {
    request,
    origins: new Map([...origins, ...skyOrigins]),
    catalogs,
    expansion,
    notes: [...notes, ...headerDifferences(request, withHeaders, headers.size === 0), ...expansion.notes],
  };
}

async function sedLibraryOf({ sedDir }: Pick<Request, 'sedDir'>): Promise<SedLibrary | undefined> {
  return sedDir === undefined ? undefined : sedLibraryIn(sedDir);
}

/** Catalogs, tables and folders of this machine. */
export const fileAccess: CatalogAccess & TableAccess & FolderAccess = {
  open: openFileSource,
  openTable: openRangeFile,
  openInFolder: openFileInFolder,
  openFolder: openCatalogFolder,
};

/** The file's document with the paths of its sky made relative to the current folder, as the user would type them. */
function fileLayer(file: RequestDocument, inputPath: string): Mapping {
  const { document } = file;
  if (typeof document !== 'object' || document === null || Array.isArray(document)) {
    throw new CliError(`${inputPath}: a request is a mapping of keys to values, such as "band: r"`);
  }
  const folder = dirname(inputPath);
  const mapping = withSedDirFrom(folder, document as Mapping);
  const sky = mapping['sky'];
  if (!Array.isArray(sky)) return mapping;
  return { ...mapping, sky: sky.map((entry: unknown) => withPathsIn(folder, entry)) };
}

function withSedDirFrom(folder: string, mapping: Mapping): Mapping {
  const { sedDir } = mapping;
  return typeof sedDir === 'string' && sedDir !== '' && !isAbsolute(sedDir)
    ? { ...mapping, sedDir: join(folder, sedDir) }
    : mapping;
}

/** A brightness of the sky that another layer gave is not the scheduler's any more. */
function withSkyOrigin(request: Request, origins: ReadonlyMap<string, string>): Request {
  if (origins.get('skyBrightnessMagPerArcsec2') === origins.get('skyBrightnessFrom')) return request;
  const { skyBrightnessFrom: _outdated, ...rest } = request;
  return rest;
}

/** A part of the sky with every path in it, relative to the folder before, as the user would type it. */
function withPathsIn(folder: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const isStored = 'path' in value && isStoredName(value.path);
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]: [string, unknown]) => [
      key,
      !isStored && PATH_KEYS.has(key) && typeof inner === 'string' && !isAbsolute(inner)
        ? join(folder, inner)
        : key === 'lensing' || key === 'map'
          ? withPathsIn(folder, inner)
          : inner,
    ]),
  );
}

/** Keys of an entry of the sky that hold paths. */
const PATH_KEYS: ReadonlySet<string> = new Set(['path', 'stampFolder']);

/** The sky before `--set`: the input catalog or the file's entries (else the default), then those of `addedEntries`. */
function skyOf(
  inputCatalog: string | undefined,
  given: Mapping,
  options: RequestOptions,
  settings: readonly Setting[],
): unknown {
  const strict = options.strict ? { strict: true } : {};
  const added = addedEntries(options);
  let base: unknown = given['sky'];
  if (inputCatalog !== undefined) base = [{ type: 'instanceCatalog', path: inputCatalog, ...strict }];
  else if (base === undefined) base = added.length > 0 ? [] : requestSchemaNode.properties?.['sky']?.default;
  let sky: unknown = Array.isArray(base)
    ? [...(base as unknown[]).map((entry) => withStrict(entry, options)), ...added]
    : base;
  for (const setting of settings) {
    if (setting.path[0] === 'sky' && setting.path.length === 1 && added.length > 0)
      throw new CliError(
        '--set sky puts another sky in place of the whole, with what --catalog, --table and --sky-catalog add to it; ' +
          'give the sky in the request and add to that, or name all entries by --set sky',
        EXIT_CODE.usage,
      );
    if (setting.path[0] === 'sky') sky = applySetting(sky, { ...setting, path: setting.path.slice(1) });
  }
  return sky;
}

/** What the options add: each `--catalog`, then each `--table`, then each `--sky-catalog`. */
function addedEntries({ catalog, table, skyCatalog, strict }: RequestOptions): object[] {
  const more = strict ? { strict: true } : {};
  return [
    ...catalog.map((path) => ({ type: 'instanceCatalog', path, ...more })),
    ...table.map((path) => ({ type: 'table', path, ...more })),
    ...skyCatalog.map((path) => ({ type: 'skyCatalogs', path, ...more })),
  ];
}

function withStrict(entry: unknown, options: RequestOptions): unknown {
  return options.strict && (isCatalogEntry(entry) || isTableEntry(entry))
    ? { ...entry, strict: true }
    : entry;
}

/** The layers of the command line, each with the option that a message should name. */
function optionLayers(
  options: RequestOptions,
  sky: unknown,
  given: Mapping,
  settings: readonly Setting[],
): { origin: string; document: unknown }[] {
  const layers: { origin: string; document: unknown }[] = [];
  const skySettings = settings.filter(({ path }) => path[0] === 'sky').map(({ origin }) => origin);
  const skyOrigins = [
    ...(options.catalog.length > 0 ? ['--catalog'] : []),
    ...(options.table.length > 0 ? ['--table'] : []),
    ...(options.skyCatalog.length > 0 ? ['--sky-catalog'] : []),
    ...(options.strict ? ['--strict'] : []),
    ...skySettings,
  ];
  if (skyOrigins.length > 0) layers.push({ origin: skyOrigins.join(', '), document: { sky } });
  if (options.detectors.length > 0)
    layers.push({ origin: '--detectors', document: { detectors: [...options.detectors] } });
  if (options.products.length > 0)
    layers.push({ origin: '--products', document: { products: [...new Set(options.products)] } });
  if (options.sedDir !== undefined)
    layers.push({ origin: '--sed-dir', document: { sedDir: options.sedDir } });
  if (options.seed !== undefined) layers.push({ origin: '--seed', document: { seed: options.seed } });
  let document: unknown = given;
  for (const setting of settings) {
    if (setting.path[0] === 'sky') continue;
    document = applySetting(document, setting);
    const key = setting.path[0]!;
    const value =
      setting.path.length === 1 || Array.isArray((document as Mapping)[key])
        ? (document as Mapping)[key]
        : nested(setting);
    layers.push({ origin: setting.origin, document: { [key]: value } });
  }
  return layers;
}

/** The setting alone, under the rest of its path. */
function nested({ path, value }: Setting): unknown {
  return path.slice(1).reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
}

function givesNoPointing(given: Mapping, settings: readonly Setting[]): boolean {
  return given['pointing'] === undefined && !settings.some(({ path }) => path[0] === 'pointing');
}

/** A catalog as a request needs it where that takes no reading: objects in an index are read in any band. */
function forRequest(
  catalog: LoadedCatalog | undefined,
  { band, pointing }: Request,
): LoadedCatalog | undefined {
  if (catalog?.index === undefined) return catalog;
  return { ...catalog, index: { ...catalog.index, band, boresight: pointing } };
}

/** True where a catalog was read in the band and for the boresight of a request: those of its header. */
function isReadFor({ band, pointing }: Request, { header, index }: LoadedCatalog): boolean {
  if (index !== undefined) return true;
  return band === header.band && pointing.raDeg === header.raDeg && pointing.decDeg === header.decDeg;
}

function isCatalogEntry(
  entry: unknown,
): entry is { type: 'instanceCatalog'; path: string } & Partial<CatalogReading> {
  return (
    typeof entry === 'object' &&
    entry !== null &&
    'type' in entry &&
    entry.type === 'instanceCatalog' &&
    'path' in entry &&
    typeof entry.path === 'string'
  );
}

function isTableEntry(entry: unknown): entry is { type: 'table' | 'skyCatalogs' } {
  return (
    typeof entry === 'object' &&
    entry !== null &&
    'type' in entry &&
    (entry.type === 'table' || entry.type === 'skyCatalogs')
  );
}

/** How a catalog is read, as its entry in the sky says. */
type CatalogReading = Pick<InstanceCatalogSky, 'strict' | 'internalDust' | 'galacticDust'>;

/** The entries before the request is checked: whatever is no valid choice takes the default here, and is refused later. */
function catalogEntries(sky: unknown): ({ path: string } & CatalogReading)[] {
  if (!Array.isArray(sky)) return [];
  return sky.filter(isCatalogEntry).map(({ path, strict, internalDust, galacticDust }) => ({
    path,
    strict: strict === true,
    internalDust: internalDust !== false,
    galacticDust: galacticDust === 'named' ? 'named' : 'F19',
  }));
}

/** Puts file and line before each fault of a request that the file holds. */
function withLines<T>(file: RequestDocument | undefined, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof RequestError) || !file || error.origin !== file.origin) throw error;
    const lines = error.faults.map(({ path, message }) => {
      const line = path === '' ? undefined : file.lineOf(path);
      return `${file.origin}${line === undefined ? '' : `:${line}`}: ${message}`;
    });
    throw new CliError(lines.join('\n'), undefined, { cause: error });
  }
}
