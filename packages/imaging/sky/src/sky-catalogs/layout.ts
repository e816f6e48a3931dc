/** What a folder of sky catalogs holds: the types of objects with their files, by the configuration or by the names of the files. */
import { nearestName } from '@imsim-od/names';
import type { CatalogFolder } from './catalog-folder.js';
import {
  configurationNames,
  readConfiguration,
  REQUEST_IS_NO_CATALOG,
  type SkyCatalogConfiguration,
  type TypeConfiguration,
} from './configuration.js';
import { SkyCatalogError, SkyCatalogTypeError } from './errors.js';
import { cellOfName, type NameTemplate, nameOfCell } from './name-template.js';
import { OBJECT_TYPE_NAMES, OBJECT_TYPES, type ObjectKind } from './object-types.js';
import { type Partition, USUAL_PARTITION } from './partition.js';

/** The files of one cell. */
export interface CellFiles {
  readonly cell: number;
  readonly main: string;
  readonly flux?: string | undefined;
  readonly spectra?: string | undefined;
}

/** A type of objects in a folder. */
export interface TypeLayout {
  readonly type: string;
  readonly kind: ObjectKind;
  readonly partition: Partition;
  readonly idPrefix: string;
  readonly tophatEdgesAngstrom: readonly number[] | undefined;
  /** Cells that have a file, ascending. */
  readonly cells: ReadonlyMap<number, CellFiles>;
  /** What the file of fluxes of a cell would be called. */
  readonly fluxFiles: NameTemplate | undefined;
  readonly spectrumFiles: NameTemplate | undefined;
}

/** A folder that was looked through. */
export interface SkyCatalogLayout {
  /** Files of the configuration, below the folder. */
  readonly configurationFiles: readonly string[];
  readonly types: readonly TypeLayout[];
  readonly notes: readonly string[];
}

/**
 * Looks through a folder. @param configuration name of its YAML file; default `skyCatalog.yaml` or the only one that lists types
 * @param wanted the types to read; default all that are there
 *
 * Throws `SkyCatalogError`, `SkyCatalogTypeError` and what the folder throws.
 */
export async function readLayout(
  folder: CatalogFolder,
  configuration: string | undefined,
  wanted: readonly string[] | undefined,
): Promise<SkyCatalogLayout> {
  for (const type of wanted ?? []) refuseUnknown(folder.name, type);
  const names = await folder.list();
  const found = await findConfiguration(folder, names, configuration);
  const notes: string[] = [];
  const types: TypeLayout[] = [];
  if (found === undefined) {
    notes.push(
      `${folder.name}: no configuration (skyCatalog.yaml); types are told by the names of the files.`,
    );
    for (const type of wanted ?? typesByName(names)) {
      const { cells } = filesOf(type, names, undefined, '');
      if (cells.size > 0 || wanted !== undefined) types.push(layoutOf(folder, type, names, undefined));
    }
  } else {
    for (const type of wanted ?? found.types.keys()) {
      refuseUnknown(folder.name, type);
      const described = found.types.get(type);
      if (described === undefined)
        throw new SkyCatalogTypeError(
          folder.name,
          type,
          `${type} is asked for, but ${found.files[0]!} lists ${[...found.types.keys()].join(', ')}`,
        );
      if (described.isButler)
        throw new SkyCatalogTypeError(
          folder.name,
          type,
          `${type} lies in a Butler's repository, which is not read; give the FITS files of its HTM triangles by data_dir, or leave it out by objectTypes`,
        );
      const there = described.folder === '' ? names : await folder.list(described.folder);
      types.push(layoutOf(folder, type, there, described));
    }
  }
  types.sort((a, b) => OBJECT_TYPE_NAMES.indexOf(a.type) - OBJECT_TYPE_NAMES.indexOf(b.type));
  if (types.length === 0)
    throw new SkyCatalogError(
      folder.name,
      `no files of sky catalogs; expected are names such as galaxy_9683.parquet, pointsource_9683.parquet, or a skyCatalog.yaml. ` +
        `The folder has ${names.length === 0 ? 'no files' : names.slice(0, 10).join(', ')}`,
    );
  return { configurationFiles: found?.files ?? [], types, notes };
}

async function findConfiguration(
  folder: CatalogFolder,
  names: readonly string[],
  wanted: string | undefined,
): Promise<SkyCatalogConfiguration | undefined> {
  if (wanted !== undefined) {
    const found = await readConfiguration(folder, wanted);
    if (typeof found === 'object') return found;
    throw new SkyCatalogError(
      `${folder.name}/${wanted}`,
      found === 'request' ? REQUEST_IS_NO_CATALOG : 'it lists no object_types; is it the top configuration?',
    );
  }
  const candidates: SkyCatalogConfiguration[] = [];
  for (const name of configurationNames(names)) {
    const found = await readConfiguration(folder, name);
    if (typeof found === 'object') candidates.push(found);
  }
  if (candidates.length > 1)
    throw new SkyCatalogError(
      folder.name,
      `${candidates.map(({ files }) => files[0]!).join(', ')} could all be the configuration; name one by config`,
    );
  return candidates[0];
}

function refuseUnknown(folder: string, type: string): void {
  if (Object.hasOwn(OBJECT_TYPES, type)) return;
  const nearest = nearestName(type, OBJECT_TYPE_NAMES);
  throw new SkyCatalogTypeError(
    folder,
    type,
    `objects of type '${type}' are not read; known: ${OBJECT_TYPE_NAMES.join(', ')}` +
      `${nearest === undefined ? '' : ` (did you mean ${nearest}?)`}; leave it out by objectTypes: [ … ]`,
  );
}

/** Types whose files may be there. Galaxies of diffsky have the names of those of cosmoDC2, and spectra beside them. */
function typesByName(names: readonly string[]): string[] {
  const spectra = OBJECT_TYPES['diffsky_galaxy']!.spectrumFiles!;
  const isDiffsky = names.some((name) => cellOfName(spectra, name) !== undefined);
  return OBJECT_TYPE_NAMES.filter((type) => type !== (isDiffsky ? 'galaxy' : 'diffsky_galaxy'));
}

function layoutOf(
  folder: CatalogFolder,
  type: string,
  names: readonly string[],
  described: TypeConfiguration | undefined,
): TypeLayout {
  const { kind } = OBJECT_TYPES[type]!;
  const { cells, fluxFiles, spectrumFiles } = filesOf(type, names, described, described?.folder ?? '');
  if (cells.size === 0) {
    const template = described?.files ?? OBJECT_TYPES[type]!.files;
    throw new SkyCatalogTypeError(
      folder.name,
      type,
      `${type} has no file here; names such as ${nameOfCell(template, 9683)} are expected`,
    );
  }
  const usual: Partition = kind === 'gaia' ? { type: 'htm', level: 7 } : USUAL_PARTITION;
  return {
    type,
    kind,
    cells,
    fluxFiles,
    spectrumFiles,
    partition: described?.partition ?? usual,
    idPrefix: described?.idPrefix ?? '',
    tophatEdgesAngstrom: described?.tophatEdgesAngstrom,
  };
}

function filesOf(
  type: string,
  names: readonly string[],
  described: TypeConfiguration | undefined,
  below: string,
) {
  const usual = OBJECT_TYPES[type]!;
  const template = described?.files ?? usual.files;
  const fluxFiles = described?.fluxFiles ?? usual.fluxFiles;
  const spectrumFiles = described?.spectrumFiles ?? usual.spectrumFiles;
  const there = new Set(names);
  const prefix = below === '' ? '' : `${below.replace(/\/+$/, '')}/`;
  const cells = new Map<number, CellFiles>();
  const pathOf = (files: NameTemplate | undefined, cell: number): string | undefined => {
    const name = files && nameOfCell(files, cell);
    return name !== undefined && there.has(name) ? prefix + name : undefined;
  };
  const numbers = names
    .map((name) => cellOfName(template, name))
    .filter((cell) => cell !== undefined)
    .sort((a, b) => a - b);
  for (const cell of numbers)
    cells.set(cell, {
      cell,
      main: prefix + nameOfCell(template, cell),
      flux: pathOf(fluxFiles, cell),
      spectra: pathOf(spectrumFiles, cell),
    });
  return { cells, fluxFiles, spectrumFiles };
}
