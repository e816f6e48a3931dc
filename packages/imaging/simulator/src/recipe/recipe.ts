/**
 * The recipe: everything that decides a single pixel of one detector in one snap of one visit, and nothing else.
 *
 * Its canonical JSON (RFC 8785) has a SHA-256, the recipe hash. The same recipe makes the same e-image, raw and truth
 * FITS bytes on any machine; which products were asked for, where files lie and how many workers drew are not part of it.
 */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import canonicalize from 'canonicalize';
import type { Band } from '@imsim-od/astro';
import type { Effects, SyntheticSky } from '../request/request-schema.js';

/** One file of an instance catalog, known by its content. */
export interface CatalogFile {
  /** Name relative to the catalog's folder. */
  readonly name: string;
  readonly bytes: number;
  readonly sha256: string;
}

/** A catalog entry of a recipe: the files by content, first the catalog itself, then what it includes. */
export interface RecipeCatalog {
  readonly type: 'instanceCatalog';
  readonly files: readonly CatalogFile[];
  readonly strict: boolean;
}

/** One visit's snap as observed: every derived quantity resolved, so that no default can change it later. */
export interface RecipeVisit {
  readonly visitId: number;
  readonly sequenceNumber: number;
  /** 0-based number of the snap. */
  readonly snap: number;
  readonly snaps: number;
  readonly band: Band;
  readonly raDeg: number;
  readonly decDeg: number;
  readonly rotTelPosDeg: number;
  /** Position angle of the focal plane's +y axis, North through East: ROTPA. */
  readonly rotSkyPosDeg: number;
  /** Middle of the snap, MJD TAI. */
  readonly obsMjdTai: number;
  /** Shutter-open time of the snap. */
  readonly exposureS: number;
  readonly altitudeDeg: number;
  readonly azimuthDeg: number;
  readonly airmass: number;
  readonly seeingFwhm500Arcsec: number;
  readonly skyBrightnessMagPerArcsec2: number;
}

/** Everything that decides the pixels of one detector. */
export interface Recipe {
  readonly schemaVersion: 1;
  readonly simulationVersion: string;
  readonly instrument: 'LSSTCamSim';
  readonly visit: RecipeVisit;
  readonly detector: { readonly id: number; readonly name: string };
  readonly sky: readonly (SyntheticSky | RecipeCatalog)[];
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
