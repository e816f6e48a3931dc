/** The recipe of a task, derived from its visit's request. */
import {
  expandRequest,
  PRODUCTS,
  type Product,
  type Recipe,
  recipeHash,
  type Request,
} from '@imsim-od/simulator';
import { type KeptRecipe, readRecipe } from '@imsim-od/archive';
import type { CatalogContent } from './planner.js';
import type { Runs } from './runs.js';

/** What a visit's tasks make. */
export interface VisitRecipes {
  readonly firstTask: number;
  readonly recipes: readonly Recipe[];
  readonly products: readonly Product[];
  /** In the order of the recipes' catalogs. */
  readonly catalogs: readonly CatalogContent[];
  /** Counted for all tasks of the visit. */
  readonly cpuS: number;
  readonly memoryMb: number;
  readonly bytes: number;
  /** Files that were made before and dropped. */
  readonly isRemake: boolean;
}

interface RestorationRequest {
  readonly recipeHash: string;
  readonly products: readonly Product[];
}

const KEPT_VISITS = 64;

/** The recipes of a visit of a run, in the order of its tasks. */
export async function recipesOfVisit(runs: Runs, runId: string, visitIndex: number): Promise<VisitRecipes> {
  const key = `${runId}.${visitIndex}`;
  const kept = runs.recipes.get(key);
  if (kept !== undefined) return kept as VisitRecipes;
  const row = await runs.db
    .selectFrom('runs.visits')
    .innerJoin('runs.runs', 'runs.runs.id', 'runs.visits.run_id')
    .select(['kind', 'request', 'catalogs', 'first_task', 'cpu_s', 'memory_mb', 'bytes'])
    .where('run_id', '=', runId)
    .where('visit_index', '=', visitIndex)
    .executeTakeFirstOrThrow();
  const catalogs = row.catalogs as readonly CatalogContent[];
  const cost = {
    isRemake: row.kind === 'restoration',
    firstTask: row.first_task,
    cpuS: row.cpu_s,
    memoryMb: row.memory_mb,
    bytes: row.bytes,
  };
  let expanded: VisitRecipes;
  if (row.kind === 'restoration') {
    const { recipeHash: hash, products } = row.request as RestorationRequest;
    const recipe = await readRecipe(runs.archive, hash);
    if (recipe === undefined) throw new TypeError(`the recipe ${hash} is kept no more: nobody needs it`);
    expanded = { ...cost, recipes: [JSON.parse(recipe.document) as Recipe], products, catalogs };
  } else {
    const request = row.request as Request;
    const contents = catalogs.map(({ files, ...more }) => ({ ...more, files: [...files] }));
    expanded = {
      ...cost,
      recipes: expandRequest(request, contents).recipes,
      products: request.products,
      catalogs,
    };
  }
  if (runs.recipes.size >= KEPT_VISITS) {
    const [oldest] = runs.recipes.keys();
    if (oldest !== undefined) runs.recipes.delete(oldest);
  }
  runs.recipes.set(key, expanded);
  return expanded;
}

/** The catalogs of a visit with the files that one of its tasks reads. */
export function catalogsOfTask(
  catalogs: readonly CatalogContent[],
  indexInVisit: number,
): readonly CatalogContent[] {
  return catalogs.map(({ filesByRecipe, ...catalog }) => {
    const places = filesByRecipe?.[indexInVisit];
    return places === undefined
      ? catalog
      : { ...catalog, files: places.map((place) => catalog.files[place]!) };
  });
}

/** A recipe with its catalogs, as the archive keeps it. */
export function toKeptRecipe(
  recipe: Recipe,
  document: string,
  catalogs: readonly CatalogContent[],
): KeptRecipe {
  // The recipe says itself which SED files it needs.
  const kept = catalogs.map(({ recipeSeds: _others, ...content }) => content);
  return { recipeHash: recipeHash(recipe), document, catalogs: kept };
}

/** The types of dataset that a product of a request becomes. */
export function typesOfProducts(products: readonly string[]): readonly string[] {
  return [
    ...products.flatMap((product) => (product === 'preview' ? ['preview', 'thumbnail'] : [product])),
    'recipe',
  ];
}

/** The products that must be asked for to get these types. */
export function productsOfTypes(types: readonly string[]): readonly Product[] {
  return PRODUCTS.filter((product) =>
    types.some((type) => type === product || (type === 'thumbnail' && product === 'preview')),
  );
}

/** The type of dataset that a file becomes. */
export function typeOfFile({ product, name }: { readonly product: string; readonly name: string }): string {
  return product === 'preview' && name.startsWith('thumbnail') ? 'thumbnail' : product;
}
