/**
 * The recipe: everything that decides a single pixel of one detector in one snap of one visit, and nothing else.
 *
 * Its canonical JSON (RFC 8785) has a SHA-256, the recipe hash. The same recipe makes the same e-image, raw and truth
 * FITS bytes on any machine; which products were asked for, where files lie and how many workers drew are not part of it.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';
import type { SedDigest } from '@imsim-od/sky';
import type { Duplicates, EntryOptions, LensMapRequest, Lensing } from '../request/entry-options-schema.js';
import type {
  Effects,
  InstanceCatalogSky,
  SkyCatalogsSky,
  SyntheticSky,
  TableSky,
} from '../request/request-schema.js';
import type { Visit } from '../visit/resolve-visit.js';

/** One file of an instance catalog, a table or a folder of sky catalogs, known by its content. */
export interface CatalogFile {
  /** Name relative to the catalog's folder. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** Lensing of a recipe's entry: its map by content. */
export interface RecipeLensing extends Omit<Lensing, 'map'> {
  readonly map?: Omit<LensMapRequest, 'path'> & { readonly files: readonly CatalogFile[] };
}

/** What an entry of a recipe says of its sources. */
export type RecipeEntryOptions = Omit<EntryOptions, 'lensing'> & { readonly lensing?: RecipeLensing };

/** A synthetic population of a recipe. */
export type RecipeSynthetic = Omit<SyntheticSky, 'lensing'> & RecipeEntryOptions;

/** A catalog entry of a recipe: the files by content, first the catalog itself, then what it includes. */
export type RecipeCatalog = Omit<InstanceCatalogSky, 'path' | 'lensing'> &
  RecipeEntryOptions & {
    readonly files: readonly CatalogFile[];
    /** The SED files that its names were found as; absent where none was, and families stand in for all. */
    readonly seds?: SedDigest;
  };

/** What entries whose rows may name SED files hold of these: those behind rows near the detector; absent where there are none. */
interface RecipeSeds {
  readonly seds?: SedDigest;
}

/** A table of a recipe: the table by content, then the stamps that sources near the detector need. */
export type RecipeTable = Omit<TableSky, 'path' | 'lensing' | 'stampFolder'> &
  RecipeEntryOptions &
  RecipeSeds & { readonly files: readonly CatalogFile[] };

/** A folder of sky catalogs of a recipe: the files that its detector needs by content, and how they are read. */
export type RecipeSkyCatalogs = Omit<SkyCatalogsSky, 'path' | 'lensing'> &
  RecipeEntryOptions &
  RecipeSeds & { readonly files: readonly CatalogFile[] };

/**
 * One snap of a visit as observed, every derived quantity resolved, so that no default can change it later. The sequence
 * number, exposureS and obsMjdTai are the snap's own.
 */
export interface RecipeVisit extends Visit {
  /** 0-based number of the snap. */
  readonly snap: number;
}

/** One entry of a recipe's sky. */
export type RecipeEntry = RecipeSynthetic | RecipeCatalog | RecipeTable | RecipeSkyCatalogs;

/** Everything that decides the pixels of one detector. */
export interface Recipe {
  readonly schemaVersion: 1;
  readonly simulationVersion: string;
  readonly instrument: 'LSSTCamSim';
  readonly visit: RecipeVisit;
  readonly detector: { readonly id: number; readonly name: string };
  readonly sky: readonly RecipeEntry[];
  /** When objects of two entries count as one, and whether the later is left out; absent where the request does not say. */
  readonly duplicates?: Duplicates;
  readonly effects: Effects;
  readonly seed: number;
}

/** Canonical JSON of a recipe, RFC 8785. */
export function canonicalRecipe(recipe: Recipe): string {
  const text = canonicalize(recipe);
  if (text === undefined) throw new TypeError('a recipe is a JSON object');
  return text;
}

/** SHA-256 of the canonical JSON, 64 hexadecimal digits. */
export function recipeHash(recipe: Recipe): string {
  return bytesToHex(sha256(utf8ToBytes(canonicalRecipe(recipe))));
}
