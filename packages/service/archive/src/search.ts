/** Finding datasets: by expression, by facets, by a cone on the sky. Pages are cut by key. */
import { queryCone } from '@imsim-od/astro';
import { type Expression, type SqlBool, sql } from 'kysely';
import type { Archive, Viewer } from './archive.js';
import { type Dataset, datasetColumns, type DatasetRow, isVisible, STATE_SQL, toDataset } from './dataset.js';
import { ArchiveInputError } from './errors.js';
import { parseExpression } from './expression/parse-expression.js';
import { toSql } from './expression/to-sql.js';

/** A circle on the sky, ICRS degrees. */
export interface Cone {
  readonly raDeg: number;
  readonly decDeg: number;
  readonly radiusDeg: number;
}

/** What is looked for; conditions add up. */
export interface Search {
  /** As `band = 'r' and seeingArcsec < 0.8`; see parse-expression.ts. */
  readonly expression?: string;
  readonly type?: readonly string[];
  readonly band?: readonly string[];
  readonly detector?: readonly string[];
  readonly visit?: readonly number[];
  readonly runId?: string;
  readonly folder?: string;
  readonly collectionId?: string;
  /** Own datasets alone, or those of others that are shared. */
  readonly from?: 'mine' | 'shared';
  /** Datasets whose HEALPix cells of order 8 (13.7 arcmin) the cone touches: every dataset that it touches, and some just beside it. */
  readonly cone?: Cone;
}

/** A page of a search. */
export interface SearchPage {
  /** Id of the last dataset seen. */
  readonly after?: string;
  /** 1 to 1000; default 100. */
  readonly limit?: number;
  /** By time of coming in; default `newest` first. */
  readonly order?: 'newest' | 'oldest';
}

const CONE_ORDER = 8;
const MAX_CONE_DEG = 30;

/** Datasets that the viewer may see and that fit. @throws ExpressionError, ArchiveInputError */
export async function searchDatasets(
  { db }: Archive,
  viewer: Viewer,
  search: Search,
  page: SearchPage = {},
): Promise<readonly Dataset[]> {
  const limit = Math.min(1000, Math.max(1, Math.trunc(page.limit ?? 100)));
  const oldestFirst = page.order === 'oldest';
  const beyond =
    page.after === undefined
      ? sql<SqlBool>`true`
      : sql<SqlBool>`d.id ${sql.raw(oldestFirst ? '>' : '<')} ${page.after}::uuid`;
  const { rows } = await sql<DatasetRow>`
    select ${datasetColumns()} from archive.datasets d left join archive.blobs b on b.sha256 = d.sha256
    where ${conditionOf(viewer, search)} and ${beyond}
    order by d.id ${sql.raw(oldestFirst ? 'asc' : 'desc')} limit ${limit}
  `.execute(db);
  return rows.map(toDataset);
}

/** How many datasets there are of each value of each facet, and in all. */
export interface FacetCounts {
  readonly datasets: number;
  readonly bytes: number;
  readonly facets: Readonly<Record<(typeof FACETS)[number], readonly { value: string; datasets: number }[]>>;
}

const FACETS = ['type', 'band', 'detector', 'visit', 'state', 'folder'] as const;
const MAX_VALUES = 250;

/** Counts by facet over everything that fits. @throws ExpressionError, ArchiveInputError */
export async function countFacets({ db }: Archive, viewer: Viewer, search: Search): Promise<FacetCounts> {
  const { rows } = await sql<{ facet: string; value: string | null; datasets: number; bytes: number }>`
    with fitting as materialized (
      select d.type, d.band, d.detector, d.visit::text as visit, ${STATE_SQL} as state, d.folder, d.bytes
      from archive.datasets d left join archive.blobs b on b.sha256 = d.sha256 where ${conditionOf(viewer, search)})
    select 'all' as facet, null as value, count(*) as datasets, coalesce(sum(bytes), 0)::bigint as bytes from fitting
    ${sql.join(
      FACETS.map(
        (facet) => sql`union all (select ${sql.lit(facet)}, ${sql.ref(facet)}, count(*), 0 from fitting
          where ${sql.ref(facet)} is not null group by 2 order by 3 desc, 2 limit ${MAX_VALUES})`,
      ),
      sql` `,
    )}
  `.execute(db);
  const all = rows.find(({ facet }) => facet === 'all');
  const valuesOf = (name: string) =>
    rows.flatMap(({ facet, value, datasets }) =>
      facet === name && value !== null ? [{ value, datasets }] : [],
    );
  return {
    datasets: all?.datasets ?? 0,
    bytes: all?.bytes ?? 0,
    facets: {
      type: valuesOf('type'),
      band: valuesOf('band'),
      detector: valuesOf('detector'),
      visit: valuesOf('visit'),
      state: valuesOf('state'),
      folder: valuesOf('folder'),
    },
  };
}

/** The condition on the row `d` (with its blob `b`) that the viewer may see it and that it fits. */
export function conditionOf(viewer: Viewer, search: Search): Expression<SqlBool> {
  const parts: Expression<SqlBool>[] = [isVisible(viewer)];
  const oneOf = (column: string, values: readonly unknown[] | undefined, cast: string) => {
    if (values !== undefined && values.length > 0)
      parts.push(sql<SqlBool>`${sql.raw(`d.${column}`)} = any(${[...values]}::${sql.raw(cast)})`);
  };
  oneOf('type', search.type, 'text[]');
  oneOf('band', search.band, 'text[]');
  oneOf('detector', search.detector, 'text[]');
  oneOf('visit', search.visit, 'bigint[]');
  if (search.runId !== undefined) parts.push(sql<SqlBool>`d.run_id = ${search.runId}::uuid`);
  if (search.folder !== undefined)
    parts.push(
      sql<SqlBool>`(d.folder = ${search.folder} or starts_with(d.folder, ${search.folder.replace(/\/$/, '') + '/'}))`,
    );
  if (search.collectionId !== undefined)
    parts.push(sql<SqlBool>`exists (select 1 from archive.collection_items i
      where i.dataset_id = d.id and i.collection_id = ${search.collectionId}::uuid)`);
  if (search.from === 'mine') parts.push(sql<SqlBool>`d.owner = ${viewer.userId}::uuid`);
  if (search.from === 'shared') parts.push(sql<SqlBool>`d.owner <> ${viewer.userId}::uuid`);
  if (search.cone !== undefined) parts.push(sql<SqlBool>`d.hpx8 && ${cellsOf(search.cone)}::integer[]`);
  if (search.expression !== undefined && search.expression.trim() !== '')
    parts.push(toSql(parseExpression(search.expression)));
  return sql<SqlBool>`(${sql.join(parts, sql` and `)})`;
}

function cellsOf({ raDeg, decDeg, radiusDeg }: Cone): number[] {
  const within = (field: string, value: number, low: number, high: number): void => {
    if (!(value >= low && value <= high))
      throw new ArchiveInputError(field, `must be from ${low} to ${high} degrees`);
  };
  within('cone.raDeg', raDeg, 0, 360);
  within('cone.decDeg', decDeg, -90, 90);
  within('cone.radiusDeg', radiusDeg, 0, MAX_CONE_DEG);
  return queryCone(raDeg % 360, decDeg, radiusDeg, CONE_ORDER);
}
