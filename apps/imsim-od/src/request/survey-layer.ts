/** A visit of a scheduler's database as a layer of a request. */
import type { LoadedCatalog, Request } from '@imsim-od/simulator';
import { ROTATOR_KEYS, type ScheduledVisit, visitRequestDocument } from '@imsim-od/survey';
import type { Setting } from './setting.js';

/** A visit and the database it stands in. */
export interface GivenVisit {
  readonly file: string;
  readonly visit: ScheduledVisit;
  readonly catalogs: CatalogShelf;
}

/** The catalogs that earlier visits of the same band and pointing have read; several sets might not fit. */
export class CatalogShelf {
  #circumstances: string | undefined;
  readonly #loaded = new Map<string, Promise<LoadedCatalog>>();

  /** The catalog of a name as a visit needs it, from `load` where it is not at hand. */
  take(
    { band, pointing }: Pick<Request, 'band' | 'pointing'>,
    name: string,
    load: () => Promise<LoadedCatalog>,
  ): Promise<LoadedCatalog> {
    const circumstances = JSON.stringify([band, pointing]);
    if (circumstances !== this.#circumstances) this.#loaded.clear();
    this.#circumstances = circumstances;
    const catalog = this.#loaded.get(name) ?? load();
    this.#loaded.set(name, catalog);
    return catalog;
  }
}

type Mapping = Readonly<Record<string, unknown>>;

/** The layer of a visit. Where `--set` gives the rotator, the visit's is left out: the two angles are one statement. */
export function visitLayer(
  { file, visit }: GivenVisit,
  settings: readonly Setting[],
): { origin: string; document: Mapping } {
  const rotatorIsSet = settings.some(({ path }) => ROTATOR_KEYS.includes(path[0]!));
  const document = Object.entries(visitRequestDocument(visit)).filter(
    ([key]) => !rotatorIsSet || !ROTATOR_KEYS.includes(key),
  );
  return { origin: `visit ${visit.visitId} of ${file}`, document: Object.fromEntries(document) };
}
