/**
 * The configuration of a folder of sky catalogs, `skyCatalog.yaml`: which types of objects there are, how their files are named and
 * how they divide the sky. Both layouts are read: all types in one file, or `!include`d files of one type each (schema 1.3 on).
 */
import { parseDocument, visit } from 'yaml';
import type { CatalogFolder } from './catalog-folder.js';
import { SkyCatalogError } from './errors.js';
import { type NameTemplate, parseNameTemplate } from './name-template.js';
import type { Partition } from './partition.js';

/** What a configuration says of one type. */
export interface TypeConfiguration {
  readonly files?: NameTemplate | undefined;
  readonly fluxFiles?: NameTemplate | undefined;
  readonly spectrumFiles?: NameTemplate | undefined;
  readonly partition?: Partition | undefined;
  /** Folder of the files below that of the configuration; '' for itself. */
  readonly folder: string;
  /** Put before every identifier. */
  readonly idPrefix: string;
  /** Edges of the bins of spectra, angstrom, ascending. */
  readonly tophatEdgesAngstrom?: readonly number[] | undefined;
  /** Files come from a Butler's repository, which is not read. */
  readonly isButler: boolean;
}

/** A configuration. */
export interface SkyCatalogConfiguration {
  /** The files that were read for it, the top one first. */
  readonly files: readonly string[];
  readonly types: ReadonlyMap<string, TypeConfiguration>;
}

/** Those of the largest public catalogs have 30 kB. */
const MAX_CONFIGURATION_BYTES = 256_000;
const MAX_INCLUDES = 64;
const MAX_ALIASES = 100;

type Mapping = Readonly<Record<string, unknown>>;

/** Names of the YAML files of a folder that could be the configuration, the usual one first. */
export function configurationNames(names: readonly string[]): readonly string[] {
  const yaml = names.filter((name) => /\.ya?ml$/i.test(name));
  return yaml.includes('skyCatalog.yaml') ? ['skyCatalog.yaml'] : yaml;
}

/** What a YAML file is that lists no types of objects: a request may lie in the folder that it draws. */
export type OtherYaml = 'part' | 'request';

/** Tells one who takes a request for a configuration. */
export const REQUEST_IS_NO_CATALOG = 'this is a request for images and no catalog; submit or import it';

/** Reads a configuration, or says what else the file is. Throws `SkyCatalogError` and what the folder throws. */
export async function readConfiguration(
  folder: CatalogFolder,
  name: string,
): Promise<SkyCatalogConfiguration | OtherYaml> {
  const files: string[] = [];
  const top = await readYaml(folder, name, files);
  const where = `${folder.name}/${name}`;
  if (isMapping(top) && 'pointing' in top && 'band' in top) return 'request';
  if (!isMapping(top) || !('object_types' in top)) return 'part';
  const objectTypes = top['object_types'];
  if (!isMapping(objectTypes)) throw new SkyCatalogError(where, 'object_types is no mapping of types');
  const types = new Map<string, TypeConfiguration>();
  for (const [type, described] of Object.entries(objectTypes)) {
    // Components (bulge_basic …) stood beside the types before schema 1.3; they have no files of their own.
    if (!isMapping(described) || 'parent' in described || isComponent(described)) continue;
    types.set(type, typeConfiguration(where, type, described, top));
  }
  return { files, types };
}

function isComponent(described: Mapping): boolean {
  const hasFiles =
    'file_template' in described || 'basename_template' in described || 'data_file_type' in described;
  return !hasFiles && ('spatial_model' in described || 'subtype' in described);
}

function typeConfiguration(where: string, type: string, described: Mapping, top: Mapping): TypeConfiguration {
  const template = (key: string): NameTemplate | undefined => {
    const text = described[key];
    if (text === undefined || text === null) return undefined;
    const parsed = typeof text === 'string' ? parseNameTemplate(text) : undefined;
    if (parsed === undefined)
      throw new SkyCatalogError(
        where,
        `${key} of ${type} is ${JSON.stringify(text)}; a name with (?P<healpix>\\d+) in it is expected`,
      );
    return parsed;
  };
  const models = isMapping(top['SED_models']) ? top['SED_models'] : {};
  const tophat = described['tophat'] ?? models['tophat'];
  return {
    files: template('file_template') ?? template('basename_template'),
    fluxFiles: template('flux_file_template'),
    spectrumFiles: template('sed_file_template'),
    partition: partitionOf(where, type, described['area_partition'] ?? top['area_partition']),
    folder: dataFolder(where, type, described['data_dir'], top['catalog_dir']),
    idPrefix: typeof described['id_prefix'] === 'string' ? described['id_prefix'] : '',
    tophatEdgesAngstrom: tophatEdges(where, tophat),
    isButler: described['data_file_type'] === 'butler_refcat',
  };
}

function partitionOf(where: string, type: string, value: unknown): Partition | undefined {
  if (value === undefined || value === null || value === 'None') return undefined;
  if (!isMapping(value)) throw new SkyCatalogError(where, `area_partition of ${type} is no mapping`);
  const { type: kind, nside, ordering = 'ring', level } = value;
  if (kind === 'healpix') {
    if (!isPowerOfTwo(nside) || (ordering !== 'ring' && ordering !== 'nested' && ordering !== 'nest'))
      throw new SkyCatalogError(
        where,
        `area_partition of ${type} has nside ${String(nside)} and ordering ${String(ordering)}; nside is a power of two to 8192, ordering ring or nested`,
      );
    return { type: 'healpix', nside, ordering: ordering === 'ring' ? 'ring' : 'nested' };
  }
  if (kind === 'htm' && typeof level === 'number' && Number.isInteger(level) && level >= 0 && level <= 12)
    return { type: 'htm', level };
  throw new SkyCatalogError(
    where,
    `area_partition of ${type} is ${JSON.stringify(value)}; healpix with an nside, or htm with a level to 12, is read`,
  );
}

function isPowerOfTwo(value: unknown): value is number {
  return (
    typeof value === 'number' &&
    value >= 1 &&
    value <= 8192 &&
    (value & (value - 1)) === 0 &&
    Number.isInteger(value)
  );
}

/** `data_dir` counts from the root of all catalogs, whose folder `catalog_dir` holds the configuration. */
function dataFolder(where: string, type: string, value: unknown, catalogDir: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'string' || value.startsWith('/'))
    throw new SkyCatalogError(
      where,
      `data_dir of ${type} is ${JSON.stringify(value)}; files are looked for at or below the configuration: link or copy them there and say the path from there`,
    );
  const prefix = typeof catalogDir === 'string' ? `${catalogDir}/` : '';
  return prefix !== '' && value.startsWith(prefix) ? value.slice(prefix.length) : value;
}

function tophatEdges(where: string, tophat: unknown): readonly number[] | undefined {
  if (!isMapping(tophat) || !('bins' in tophat)) return undefined;
  const { bins, units } = tophat;
  const problem = 'the bins of tophat spectra must be [start, width] in angstrom that follow each other';
  if (!Array.isArray(bins) || bins.length === 0 || bins.length > 1000 || (units ?? 'angstrom') !== 'angstrom')
    throw new SkyCatalogError(where, problem);
  const edges: number[] = [];
  for (const bin of bins as unknown[]) {
    const [start, width] = Array.isArray(bin) ? (bin as unknown[]) : [];
    if (
      typeof start !== 'number' ||
      typeof width !== 'number' ||
      !(start > 0 && width > 0 && start + width < 1e9)
    )
      throw new SkyCatalogError(where, problem);
    const last = edges[edges.length - 1];
    if (last !== undefined && Math.abs(start - last) > 1e-6 * start)
      throw new SkyCatalogError(where, problem);
    if (last === undefined) edges.push(start);
    edges.push(start + width);
  }
  return edges;
}

/** A file with its `!include`s put in their places. */
async function readYaml(folder: CatalogFolder, path: string, files: string[]): Promise<unknown> {
  const where = `${folder.name}/${path}`;
  if (files.length >= MAX_INCLUDES)
    throw new SkyCatalogError(
      where,
      `more than ${MAX_INCLUDES} files include each other; do they go in a circle?`,
    );
  files.push(path);
  const source = await folder.open(path);
  let text: string;
  try {
    if (source.bytes > MAX_CONFIGURATION_BYTES)
      throw new SkyCatalogError(where, `${source.bytes} bytes are too many for a configuration`);
    text = new TextDecoder().decode(await source.read(0, source.bytes));
  } finally {
    await source.close();
  }
  let value: unknown;
  const includes: Include[] = [];
  try {
    const document = parseDocument(text, {
      customTags: [includeTag(includes)],
      strict: false,
      uniqueKeys: false,
    });
    const [error] = document.errors;
    if (error !== undefined) throw error;
    let aliases = 0;
    visit(document, { Alias: () => void aliases++ });
    value = document.toJS({ maxAliasCount: aliases > MAX_ALIASES ? 0 : MAX_ALIASES });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message.split('\n')[0]! : String(cause);
    throw new SkyCatalogError(where, `it is no YAML that can be read (${reason})`, { cause });
  }
  const below = path.includes('/') ? path.slice(0, path.lastIndexOf('/') + 1) : '';
  for (const include of includes) include.value = await readYaml(folder, below + include.path, files);
  return resolved(value);
}

/** Stands for an included file until it is read. */
class Include {
  readonly path: string;
  value: unknown;
  constructor(path: string) {
    this.path = path;
  }
}

function includeTag(includes: Include[]): { tag: string; resolve(text: string): Include } {
  return {
    tag: '!include',
    resolve(text) {
      const include = new Include(text.trim());
      includes.push(include);
      return include;
    },
  };
}

function resolved(value: unknown): unknown {
  if (value instanceof Include) return value.value;
  if (Array.isArray(value)) return value.map(resolved);
  if (isMapping(value))
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, resolved(inner)]));
  return value;
}

function isMapping(value: unknown): value is Mapping {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Include);
}
