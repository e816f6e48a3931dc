/**
 * What cut-outs of one recipe after another keep, so that a preview follows a slider: synthetic skies, the sources that
 * reach a detector, how far their photons get, and the electrons of sources and of the sky in a window.
 */
import { drawSyntheticSky, type SourceTable } from '@imsim-od/sky';
import canonicalize from 'canonicalize';
import type { Recipe } from '../recipe/recipe.js';
import type { DrawSyntheticSky } from '../sky-input/gather-sources.js';
import type { LoadedSources } from '../sky-input/loaded-sources.js';
import type { ReachingSources } from './draw-charge.js';
import type { PhotonReaches } from './photon-reaches.js';

/** Values by what they were made from: the latest few. */
class Latest<T> {
  private readonly values = new Map<string, T>();
  private readonly most: number;

  constructor(most: number) {
    this.most = most;
  }

  /** The value of a key, made where it is not kept. */
  get(key: string, make: () => T): T {
    const kept = this.values.get(key);
    const value = kept ?? make();
    this.values.delete(key);
    this.values.set(key, value);
    if (this.values.size > this.most) this.values.delete(this.values.keys().next().value ?? '');
    return value;
  }
}

/** Sources, and how far their photons get by the streams they have. */
interface KnownSources {
  readonly sources: ReachingSources;
  readonly reaches: Latest<PhotonReaches>;
}

/** Keeps what the next recipe may share with those before; one for each row of recipes that differ little. */
export class CutoutMemory {
  private readonly skies = new Latest<SourceTable>(4);
  // of a design, and of the design without an effect beside it
  private readonly sources = new Latest<KnownSources>(2);
  private readonly counts = new Latest<Int32Array>(6);
  private readonly numbers = new WeakMap<object, number>();
  private nextNumber = 1;

  /** The sources of a recipe as `find` gives them, kept for the next recipe with the same ones. */
  recallSources(
    recipe: Recipe,
    catalogs: readonly LoadedSources[],
    find: (drawSky: DrawSyntheticSky) => ReachingSources,
  ): KnownSources {
    const key = `${sourcesKey(recipe)} ${catalogs.map((catalog) => this.numberOf(catalog)).join(' ')}`;
    return this.sources.get(key, () => ({
      sources: find((options) => this.sky(options)),
      reaches: new Latest<PhotonReaches>(2),
    }));
  }

  /** Electrons in a window by all that decides them. */
  recallCounts(key: string, draw: () => Int32Array): Int32Array {
    return this.counts.get(key, draw);
  }

  private sky(options: Parameters<DrawSyntheticSky>[0]): SourceTable {
    const sky = this.skies.get(JSON.stringify(options), () => drawSyntheticSky(options));
    // The caller writes the number of its entry into the table.
    return { ...sky, catalog: sky.catalog.slice() };
  }

  /** A number that stands for an object in keys: the same for the same one. */
  numberOf(object: object): number {
    const number = this.numbers.get(object) ?? this.nextNumber++;
    this.numbers.set(object, number);
    return number;
  }
}

/** What decides which sources there are, where they fall and how many electrons they send. */
function sourcesKey({ visit, detector, sky, duplicates, effects }: Recipe): string {
  const {
    seeingFwhm500Arcsec: _seeing,
    skyBrightnessMagPerArcsec2: _brightness,
    skyBrightnessFrom: _origin,
    ...circumstances
  } = visit;
  return canonicalize({
    visit: circumstances,
    detector,
    sky,
    duplicates: duplicates ?? null,
    vignetting: effects.vignetting,
  }) as string;
}
