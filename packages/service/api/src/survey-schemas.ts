/** Scheduler databases on the wire: what there is of their visits, and the requests that chosen ones become. */
import Type, { type Static } from 'typebox';
import { strictObject as strict } from './schemas.js';

const Count = Type.Integer({ minimum: 0 });
const Quantity = Type.Union([Type.Number(), Type.Null()]);
const Where = Type.String({
  maxLength: 10_000,
  description:
    "condition on the columns of the database, and on raDeg and decDeg, as in band = 'r' and airmass < 1.2; empty: every visit",
});

/** Quantities by which visits are ordered. */
export const VISIT_ORDERS = [
  'startMjdUtc',
  'visitId',
  'night',
  'band',
  'raDeg',
  'decDeg',
  'airmass',
  'seeingFwhm500Arcsec',
  'skyBrightnessMagPerArcsec2',
  'moonPhasePercent',
  'exposureS',
] as const;

export const SurveyVisitSchema = strict({
  visitId: Quantity,
  startMjdUtc: Quantity,
  night: Quantity,
  band: Type.Union([Type.String(), Type.Null()]),
  raDeg: Quantity,
  decDeg: Quantity,
  airmass: Quantity,
  seeingFwhm500Arcsec: Quantity,
  skyBrightnessMagPerArcsec2: Quantity,
  moonPhasePercent: Quantity,
  exposureS: Quantity,
});
export const SurveyPageQuerySchema = strict({
  where: Type.Optional(Where),
  order: Type.Optional(
    Type.Unsafe<(typeof VISIT_ORDERS)[number]>({ type: 'string', enum: [...VISIT_ORDERS] }),
  ),
  descending: Type.Optional(Type.Boolean()),
  after: Type.Optional(Type.String({ pattern: '^[0-9]{1,9}$', description: '`next` of the page before' })),
  limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
});
export const SurveyPageSchema = strict({
  items: Type.Array(SurveyVisitSchema),
  next: Type.Union([Type.String(), Type.Null()]),
  matching: Count,
});
export const SurveyFacetsSchema = strict({
  total: Count,
  matching: Count,
  columns: Type.Array(strict({ name: Type.String(), holds: Type.String() })),
  bands: Type.Array(strict({ band: Type.String(), visits: Count })),
  ranges: Type.Array(
    strict({
      quantity: Type.String(),
      column: Type.String({ description: 'its name in a condition' }),
      low: Type.Number({ description: 'of every visit of the database' }),
      high: Type.Number(),
      counts: Type.Array(Count, { description: 'visits that fit, in equal steps from low to high' }),
    }),
  ),
  places: Type.Array(
    strict({
      visitId: Quantity,
      raDeg: Quantity,
      decDeg: Quantity,
      band: Type.Union([Type.String(), Type.Null()]),
      airmass: Quantity,
    }),
    { description: 'pointings that fit: all of them, or evenly chosen ones' },
  ),
  notes: Type.Array(Type.String()),
});
export const SurveyChoiceSchema = strict({
  visitIds: Type.Optional(
    Type.Array(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), {
      minItems: 1,
      maxItems: 5000,
      description: 'these visits, in this order',
    }),
  ),
  where: Type.Optional(Where),
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 5000, description: 'with where: so many, the earliest first' }),
  ),
});
export const SurveyRequestsSchema = strict({
  matching: Count,
  visits: Type.Array(
    strict({
      visitId: Type.Integer(),
      request: Type.Record(Type.String(), Type.Unknown(), {
        description: 'the keys of a request that the visit gives: pointing, time, band, rotator, conditions',
      }),
    }),
  ),
  notes: Type.Array(Type.String()),
});

export type SurveyVisit = Static<typeof SurveyVisitSchema>;
export type SurveyFacets = Static<typeof SurveyFacetsSchema>;
