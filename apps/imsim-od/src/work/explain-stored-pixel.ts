/** Pixels of a service's images explained: the sources of the last recipe stay, since one pixel is seldom the only one. */
import type { Kernel } from '@imsim-od/kernel';
import {
  CutoutMemory,
  type LoadedSources,
  type PixelExplanation,
  explainPixel,
  recipeHash,
} from '@imsim-od/simulator';
import type { CatalogCache } from './catalog-cache.js';
import { storedSourcesNear } from './stored-inputs.js';
import type { PixelQuestion } from './work-messages.js';

/** What is kept of the last recipe. */
interface KeptRecipe {
  readonly hash: string;
  readonly catalogs: readonly LoadedSources[];
  readonly memory: CutoutMemory;
}

/** Explains pixels, one recipe at a time in memory. */
export class PixelExplainer {
  readonly #kernel: Kernel;
  readonly #cache: CatalogCache;
  #kept: KeptRecipe | undefined;

  constructor(kernel: Kernel, cache: CatalogCache) {
    this.#kernel = kernel;
    this.#cache = cache;
  }

  /** What made a pixel. @throws RecipeError for a pixel off the detector, CatalogChangedError */
  async explain(
    { recipe, catalogs: stored, x, y, mostSources }: PixelQuestion,
    onProgress: (fraction: number) => void,
  ): Promise<PixelExplanation> {
    const hash = recipeHash(recipe);
    if (this.#kept?.hash !== hash) {
      this.#kept = undefined;
      const loaded = await this.#cache.load(recipe, stored);
      const catalogs = await storedSourcesNear(loaded, stored, recipe);
      this.#kept = { hash, catalogs, memory: new CutoutMemory() };
    }
    const { catalogs, memory } = this.#kept;
    return explainPixel(
      recipe,
      { x, y },
      { kernel: this.#kernel, catalogs, memory, mostSources, onProgress },
    );
  }
}
