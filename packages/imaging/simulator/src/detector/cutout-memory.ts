/**
 * What cut-outs of one recipe after another keep, so that a preview follows a slider: synthetic skies, the sources that
 * reach a detector, how far their photons get, and the electrons of sources and of the sky in a window.
 */
import { haveSameRows, type SourceTable } from '@imsim-od/sky';
import canonicalize from 'canonicalize';
import type { Recipe } from '../recipe/recipe.js';
import type { LoadedSources } from '../sky-input/loaded-sources.js';
import type { DetectorSetting } from './detector-setting.js';
import type { KnownBefore, ReachingSources } from './draw-charge.js';
import { KeptSkies } from './kept-skies.js';
import { LocatedSources, tableOrder } from './located-sources.js';
import { type KnownReaches, MissingBoxes, PhotonReaches } from './photon-reaches.js';

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

/** Sources, of which of them it is known how far their photons get, by the streams they have, and which boxes miss a window. */
interface KnownSources {
  readonly sources: ReachingSources;
  readonly holding: Latest<Uint8Array>;
  readonly boxes: Latest<MissingBoxes>;
}

/** The rows of a table on a detector, and how far their photons get by streams. */
interface KnownPlace {
  readonly key: string;
  readonly located: LocatedSources;
  readonly reaches: Latest<PhotonReaches>;
}

/** Places that are kept: of a design, and of the design without an effect beside it. */
const MOST_PLACES = 2;

/** Keeps what the next recipe may share with those before; one for each row of recipes that differ little. */
export class CutoutMemory {
  private readonly skies: KeptSkies;
  private places: readonly KnownPlace[] = [];
  // of a design, and of the design without an effect beside it
  private readonly sources = new Latest<KnownSources>(2);
  private readonly counts = new Latest<Int32Array>(6);
  private readonly numbers = new WeakMap<object, number>();
  private nextNumber = 1;

  /** @param beside a memory whose synthetic skies are shared: what is tried beside it pushes nothing else out of it */
  constructor(beside?: CutoutMemory) {
    this.skies = beside?.skies ?? new KeptSkies();
  }

  /** The sources of a recipe as `find` gives them, kept for the next recipe with the same ones. */
  recallSources(
    recipe: Recipe,
    catalogs: readonly LoadedSources[],
    find: (before: KnownBefore) => ReachingSources,
  ): KnownSources {
    const key = `${sourcesKey(recipe)} ${catalogs.map((catalog) => this.numberOf(catalog)).join(' ')}`;
    return this.sources.get(key, () => ({
      sources: find({
        drawSky: (options) => this.skies.draw(options),
        locate: (table, setting) => this.place(table, setting).located,
      }),
      holding: new Latest<Uint8Array>(2),
      boxes: new Latest<MissingBoxes>(2),
    }));
  }

  /** How far the photons of sources get, as far as it is known for their streams, and which boxes miss a window. */
  recallReaches(
    { sources, holding, boxes }: KnownSources,
    setting: DetectorSetting,
    streams: string,
    window: string,
  ): KnownReaches {
    const { located, placed } = sources;
    const place = this.places.find((known) => known.located === located) ?? this.keep(located, setting);
    const reaches = place.reaches.get(streams, () => new PhotonReaches(located.table.length));
    const key = `${streams} ${this.numberOf(reaches)}`;
    return {
      reaches,
      holding: holding.get(key, () => new Uint8Array(placed.length)),
      boxes: boxes.get(window, () => new MissingBoxes(placed.length)),
    };
  }

  /** Electrons in a window by all that decides them. */
  recallCounts(key: string, draw: () => Int32Array): Int32Array {
    return this.counts.get(key, draw);
  }

  private place(table: SourceTable, setting: DetectorSetting): KnownPlace {
    const key = placeKey(setting);
    const same = this.places.filter(({ located }) => haveSameRows(located.table, table));
    const known = same.find((place) => place.key === key);
    if (known !== undefined) return this.keep(known.located, setting);
    return this.keep(new LocatedSources(table, setting.projection, same[0]?.located, tableOrder), setting);
  }

  private keep(located: LocatedSources, setting: DetectorSetting): KnownPlace {
    const known = this.places.find((place) => place.located === located);
    const place = known ?? { key: placeKey(setting), located, reaches: new Latest<PhotonReaches>(2) };
    this.places = [place, ...this.places.filter((other) => other !== place)].slice(0, MOST_PLACES);
    return place;
  }

  /** A number that stands for an object in keys: the same for the same one. */
  numberOf(object: object): number {
    const number = this.numbers.get(object) ?? this.nextNumber++;
    this.numbers.set(object, number);
    return number;
  }
}

/** What decides where a table's rows fall, and their vignetting. */
function placeKey({ recipe: { visit, detector, effects } }: DetectorSetting): string {
  return JSON.stringify([detector.id, visit.raDeg, visit.decDeg, visit.rotSkyPosDeg, effects.vignetting]);
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
