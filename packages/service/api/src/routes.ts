/**
 * Every address of the service: what it takes, what it answers, who may ask. The server registers exactly these, the client calls them, and
 * the OpenAPI document is made from them. The version in the address only changes when something is taken away.
 */
import { RequestSchema } from '@imsim-od/simulator';
import type { ErrorCode } from './errors.js';
import { ACCOUNT_ROUTES } from './routes/account-routes.js';
import { ARCHIVE_ROUTES } from './routes/archive-routes.js';
import { LIBRARY_ROUTES } from './routes/library-routes.js';
import { SED_ROUTES } from './routes/sed-routes.js';
import { RUN_ROUTES } from './routes/run-routes.js';
import { SERVICE_ROUTES } from './routes/service-routes.js';
import { SURVEY_ROUTES } from './routes/survey-routes.js';

/** The addresses by name. */
export const ROUTES = {
  ...ACCOUNT_ROUTES,
  ...RUN_ROUTES,
  ...ARCHIVE_ROUTES,
  ...SURVEY_ROUTES,
  ...LIBRARY_ROUTES,
  ...SED_ROUTES,
  ...SERVICE_ROUTES,
} as const;

/** A name of an address. */
export type RouteName = keyof typeof ROUTES;

/** What every address may answer with. */
export const COMMON_ERRORS: readonly ErrorCode[] = [
  'API_INVALID',
  'API_RATE',
  'API_UNAVAILABLE',
  'API_INTERNAL',
  'API_BODY_TOO_LARGE',
  'API_MEDIA_TYPE',
  'API_HEADERS_TOO_LARGE',
  'API_SLOW',
];

/** The prefix of every address. */
export const API_PREFIX = '/api/v1';

/** The JSON Schema of a request, as `/request-schema` answers it. */
export const REQUEST_JSON_SCHEMA: unknown = RequestSchema;
