/**
 * Every address of the service: what it takes, what it answers, who may ask. The server registers exactly these, the client calls them, and
 * the OpenAPI document is made from them. The version in the address only changes when something is taken away.
 */
import Type, { type Static, type TSchema } from 'typebox';
import { RequestSchema } from '@imsim-od/simulator';
import type { ErrorCode } from './errors.js';
import * as s from './schemas.js';

/** Who may ask: anyone, or a token with a scope. */
export type Policy = 'public' | { readonly scope: Static<typeof s.ScopeSchema> };

/** One address. */
export interface RouteDefinition {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Under /api/v1, parameters as `:id`. */
  readonly path: string;
  readonly summary: string;
  readonly policy: Policy;
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: TSchema;
  /** What a success answers with; absent: nothing (204), or what the summary says. */
  readonly response?: TSchema;
  readonly status?: 200 | 201 | 202 | 204;
  /** Of an answer that is no JSON document: the media type by status; null: no body. */
  readonly media?: Readonly<Record<number, string | null>>;
  /** Besides those that every address may answer with. */
  readonly errors: readonly ErrorCode[];
}

const route = <const R extends RouteDefinition>(definition: R): R => definition;
const scope = <const S extends Static<typeof s.ScopeSchema>>(name: S) => ({ scope: name });
const { strictObject: strict } = s;

const Id = strict({ id: s.UuidSchema });
const After = Type.Optional(Type.String({ maxLength: 100, description: '`next` of the page before' }));
const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'items at most' }));
const page = strict({ after: After, limit: Limit });
const EXPRESSION: readonly ErrorCode[] = [
  'EXPRESSION_SYNTAX',
  'EXPRESSION_FIELD',
  'EXPRESSION_TYPE',
  'EXPRESSION_SIZE',
  'ARCHIVE_INPUT',
];
const OWN_DATASETS: readonly ErrorCode[] = ['ARCHIVE_NOT_FOUND', 'ARCHIVE_NOT_OWNER', 'ARCHIVE_INPUT'];
const OWN_RUN: readonly ErrorCode[] = ['RUN_NOT_FOUND', 'RUN_NOT_OWNER', 'RUN_STATE'];

/** The addresses by name. */
export const ROUTES = {
  login: route({
    method: 'POST',
    path: '/session',
    summary: 'Log in with name and password; also sets the cookie of a browser',
    policy: 'public',
    body: s.LoginSchema,
    response: s.IssuedTokenSchema,
    status: 201,
    errors: ['IDENTITY_LOGIN_REFUSED', 'IDENTITY_LOGIN_THROTTLED'],
  }),
  logout: route({
    method: 'DELETE',
    path: '/session',
    summary: 'End the session or token that asks',
    policy: scope('account'),
    status: 204,
    errors: [],
  }),
  setup: route({
    method: 'POST',
    path: '/setup',
    summary: 'Make the first administrator, from this machine, with the secret that the server printed',
    policy: 'public',
    body: s.SetupSchema,
    response: s.UserSchema,
    status: 201,
    errors: ['IDENTITY_SETUP_REFUSED', 'IDENTITY_INVALID', 'IDENTITY_NAME_TAKEN'],
  }),
  me: route({
    method: 'GET',
    path: '/me',
    summary: 'Who asks, and how much is stored',
    policy: scope('account'),
    response: s.MeSchema,
    errors: [],
  }),
  changePassword: route({
    method: 'POST',
    path: '/me/password',
    summary: 'Change one’s own password; ends sessions',
    policy: scope('account'),
    body: strict({ current: Type.String({ maxLength: 2048 }), password: Type.String({ maxLength: 2048 }) }),
    status: 204,
    errors: ['IDENTITY_LOGIN_REFUSED', 'IDENTITY_LOGIN_THROTTLED', 'IDENTITY_INVALID'],
  }),
  listTokens: route({
    method: 'GET',
    path: '/tokens',
    summary: 'One’s own tokens and sessions',
    policy: scope('account'),
    response: s.pageOf(s.TokenSchema),
    errors: [],
  }),
  createToken: route({
    method: 'POST',
    path: '/tokens',
    summary: 'Make a token; its text is shown once',
    policy: scope('account'),
    body: s.NewTokenSchema,
    response: s.IssuedTokenSchema,
    status: 201,
    errors: ['IDENTITY_INVALID'],
  }),
  revokeToken: route({
    method: 'DELETE',
    path: '/tokens/:id',
    summary: 'End one of one’s own tokens',
    policy: scope('account'),
    params: Id,
    status: 204,
    errors: ['IDENTITY_NOT_FOUND'],
  }),

  estimate: route({
    method: 'POST',
    path: '/estimates',
    summary: 'What requests will cost at every site, before they are submitted',
    policy: scope('runs:read'),
    body: s.EstimateRequestSchema,
    response: s.EstimateSchema,
    errors: ['RUN_INVALID'],
  }),
  submitRun: route({
    method: 'POST',
    path: '/runs',
    summary: 'Submit a run; with an Idempotency-Key (a UUID, the run’s id) asking again is harmless',
    policy: scope('runs:write'),
    body: s.NewRunSchema,
    response: s.RunSchema,
    status: 201,
    errors: ['RUN_INVALID', 'ARCHIVE_QUOTA', 'RUN_TASK_LIMIT', 'RUN_EXISTS'],
  }),
  listRuns: route({
    method: 'GET',
    path: '/runs',
    summary: 'Runs, newest first',
    policy: scope('runs:read'),
    query: strict({
      after: Type.Optional(s.UuidSchema),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })),
      from: Type.Optional(
        Type.Unsafe<'mine' | 'shared' | 'all'>({ type: 'string', enum: ['mine', 'shared', 'all'] }),
      ),
      state: Type.Optional(s.RunStateSchema),
      name: Type.Optional(Type.String({ maxLength: 200 })),
    }),
    response: s.pageOf(s.RunLineSchema),
    errors: [],
  }),
  readRun: route({
    method: 'GET',
    path: '/runs/:id',
    summary: 'A run: state, progress, estimate and actual cost, failures and what to do',
    policy: scope('runs:read'),
    params: Id,
    response: s.RunSchema,
    errors: ['RUN_NOT_FOUND'],
  }),
  readRequests: route({
    method: 'GET',
    path: '/runs/:id/requests',
    summary: 'The requests of a run',
    policy: scope('runs:read'),
    params: Id,
    response: s.EstimateRequestSchema,
    errors: ['RUN_NOT_FOUND', 'RUN_STATE'],
  }),
  listTasks: route({
    method: 'GET',
    path: '/runs/:id/tasks',
    summary: 'The tasks of a run, one a detector and snap',
    policy: scope('runs:read'),
    params: Id,
    query: strict({
      after: Type.Optional(Type.String({ pattern: '^[0-9]{1,9}$' })),
      limit: Limit,
      state: Type.Optional(s.TaskStateSchema),
    }),
    response: s.pageOf(s.TaskSchema),
    errors: ['RUN_NOT_FOUND'],
  }),
  readTaskLog: route({
    method: 'GET',
    path: '/runs/:id/tasks/:index/log',
    summary: 'The log of a task',
    policy: scope('runs:read'),
    params: strict({ id: s.UuidSchema, index: Type.String({ pattern: '^[0-9]{1,9}$' }) }),
    query: strict({
      offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1e12 })),
      stream: Type.Optional(Type.Unsafe<'stdout' | 'stderr'>({ type: 'string', enum: ['stdout', 'stderr'] })),
    }),
    response: s.TaskLogSchema,
    errors: ['RUN_NOT_FOUND', 'RUN_STATE'],
  }),
  cancelRun: route({
    method: 'POST',
    path: '/runs/:id/cancel',
    summary: 'Stop a run; what is finished stays',
    policy: scope('runs:write'),
    params: Id,
    response: s.RunSchema,
    errors: OWN_RUN,
  }),
  pauseRun: route({
    method: 'POST',
    path: '/runs/:id/pause',
    summary: 'Start nothing more of a run until it is resumed',
    policy: scope('runs:write'),
    params: Id,
    response: s.RunSchema,
    errors: OWN_RUN,
  }),
  resumeRun: route({
    method: 'POST',
    path: '/runs/:id/resume',
    summary: 'Go on with a paused run',
    policy: scope('runs:write'),
    params: Id,
    response: s.RunSchema,
    errors: OWN_RUN,
  }),
  retryRun: route({
    method: 'POST',
    path: '/runs/:id/retry',
    summary: 'Try failed and cancelled tasks again',
    policy: scope('runs:write'),
    params: Id,
    response: s.RunSchema,
    errors: OWN_RUN,
  }),
  cloneRun: route({
    method: 'POST',
    path: '/runs/:id/clone',
    summary: 'Submit a run’s requests anew, with changes',
    policy: scope('runs:write'),
    params: Id,
    body: s.CloneSchema,
    response: s.RunSchema,
    status: 201,
    errors: ['RUN_NOT_FOUND', 'RUN_STATE', 'RUN_INVALID', 'ARCHIVE_QUOTA', 'RUN_TASK_LIMIT', 'RUN_EXISTS'],
  }),
  deleteRun: route({
    method: 'DELETE',
    path: '/runs/:id',
    summary: 'Delete a run; its datasets stay unless withData',
    policy: scope('runs:write'),
    params: Id,
    query: strict({ withData: Type.Optional(Type.Boolean()) }),
    status: 204,
    errors: OWN_RUN,
  }),
  shareRun: route({
    method: 'POST',
    path: '/runs/:id/share',
    summary: 'Let a group or all see a run and what it makes',
    policy: scope('runs:write'),
    params: Id,
    body: s.ShareRunSchema,
    status: 204,
    errors: ['RUN_NOT_FOUND', 'RUN_NOT_OWNER'],
  }),
  events: route({
    method: 'GET',
    path: '/events',
    summary: 'Server-sent events of runs: a snapshot, then changes, at most twice a second',
    policy: scope('runs:read'),
    query: strict({
      runs: Type.String({
        pattern: '^[0-9a-f-]{36}(,[0-9a-f-]{36}){0,49}$',
        description: 'ids, separated by commas',
      }),
    }),
    media: { 200: 'text/event-stream' },
    errors: ['RUN_NOT_FOUND'],
  }),

  searchDatasets: route({
    method: 'GET',
    path: '/datasets',
    summary: 'Datasets by expression, facets and cone, newest first',
    policy: scope('data:read'),
    query: strict({
      ...s.SearchSchema,
      after: Type.Optional(s.UuidSchema),
      limit: Limit,
      order: Type.Optional(Type.Unsafe<'newest' | 'oldest'>({ type: 'string', enum: ['newest', 'oldest'] })),
    }),
    response: s.pageOf(s.DatasetSchema),
    errors: EXPRESSION,
  }),
  countFacets: route({
    method: 'GET',
    path: '/datasets/facets',
    summary: 'How many datasets fit, by facet',
    policy: scope('data:read'),
    query: strict(s.SearchSchema),
    response: s.FacetsSchema,
    errors: EXPRESSION,
  }),
  manifest: route({
    method: 'GET',
    path: '/datasets/manifest',
    summary: 'Everything that fits as lines of JSON: id, name, folder, bytes, sha256, adler32',
    policy: scope('data:read'),
    query: strict(s.SearchSchema),
    media: { 200: 'application/x-ndjson' },
    errors: EXPRESSION,
  }),
  readDataset: route({
    method: 'GET',
    path: '/datasets/:id',
    summary: 'A dataset',
    policy: scope('data:read'),
    params: Id,
    response: s.DatasetSchema,
    errors: ['ARCHIVE_NOT_FOUND'],
  }),
  download: route({
    method: 'GET',
    path: '/datasets/:id/content',
    summary: 'The bytes, with Range and ETag; 202 while dropped pixels are made again',
    policy: scope('data:read'),
    params: Id,
    media: { 200: '*/*', 202: 'application/json', 206: '*/*', 304: null },
    errors: ['ARCHIVE_NOT_FOUND', 'ARCHIVE_GONE', 'ARCHIVE_NO_RECIPE', 'API_RANGE'],
  }),
  dropDatasets: route({
    method: 'POST',
    path: '/datasets/drop',
    summary: 'Drop pixels and keep recipes: reading makes them again',
    policy: scope('data:write'),
    body: s.DatasetIdsSchema,
    response: s.RemovalSchema,
    errors: [...OWN_DATASETS, 'ARCHIVE_NO_RECIPE'],
  }),
  removeDatasets: route({
    method: 'POST',
    path: '/datasets/remove',
    summary: 'Remove datasets for good',
    policy: scope('data:write'),
    body: s.DatasetIdsSchema,
    response: s.RemovalSchema,
    errors: OWN_DATASETS,
  }),
  shareDatasets: route({
    method: 'POST',
    path: '/datasets/share',
    summary: 'Let a group or all read datasets',
    policy: scope('data:write'),
    body: s.ShareDatasetsSchema,
    status: 204,
    errors: OWN_DATASETS,
  }),
  setExpiry: route({
    method: 'POST',
    path: '/datasets/expiry',
    summary: 'Say when retention takes datasets; null: never',
    policy: scope('data:write'),
    body: s.ExpirySchema,
    status: 204,
    errors: OWN_DATASETS,
  }),
  listCollections: route({
    method: 'GET',
    path: '/collections',
    summary: 'Collections of one’s own and those shared',
    policy: scope('data:read'),
    response: s.pageOf(s.CollectionSchema),
    errors: [],
  }),
  createCollection: route({
    method: 'POST',
    path: '/collections',
    summary: 'Make an empty collection',
    policy: scope('data:write'),
    body: strict({ name: Type.String({ minLength: 1, maxLength: 200 }) }),
    response: s.CollectionSchema,
    status: 201,
    errors: ['ARCHIVE_INPUT'],
  }),
  changeCollection: route({
    method: 'PATCH',
    path: '/collections/:id',
    summary: 'Rename a collection, add and remove datasets',
    policy: scope('data:write'),
    params: Id,
    body: s.CollectionChangesSchema,
    status: 204,
    errors: OWN_DATASETS,
  }),
  shareCollection: route({
    method: 'POST',
    path: '/collections/:id/share',
    summary: 'Let a group or all read a collection',
    policy: scope('data:write'),
    params: Id,
    body: s.ShareRunSchema,
    status: 204,
    errors: OWN_DATASETS,
  }),
  deleteCollection: route({
    method: 'DELETE',
    path: '/collections/:id',
    summary: 'Remove a collection; its datasets stay',
    policy: scope('data:write'),
    params: Id,
    status: 204,
    errors: OWN_DATASETS,
  }),
  uploadResult: route({
    method: 'GET',
    path: '/uploads/:upload/catalog',
    summary: 'What became of an upload: being received, checked, or a dataset',
    policy: scope('data:write'),
    params: strict({ upload: Type.String({ pattern: '^[A-Za-z0-9_-]{1,100}$' }) }),
    response: s.UploadResultSchema,
    errors: ['UPLOAD_NOT_FOUND', 'UPLOAD_INVALID', 'ARCHIVE_QUOTA', 'ARCHIVE_INPUT'],
  }),
  query: route({
    method: 'POST',
    path: '/queries',
    summary: 'SQL over truth tables',
    policy: scope('query'),
    body: s.QuerySchema,
    response: s.QueryResultSchema,
    errors: [
      ...EXPRESSION,
      'QUERY_SYNTAX',
      'QUERY_FORBIDDEN',
      'QUERY_TIMEOUT',
      'QUERY_TOO_LARGE',
      'QUERY_MEMORY',
    ],
  }),

  listSites: route({
    method: 'GET',
    path: '/sites',
    summary: 'The sites and how busy they are',
    policy: scope('runs:read'),
    response: s.pageOf(s.SiteSchema),
    errors: [],
  }),
  requestSchema: route({
    method: 'GET',
    path: '/request-schema',
    summary: 'The JSON Schema of a request',
    policy: 'public',
    response: Type.Unknown(),
    errors: [],
  }),

  listUsers: route({
    method: 'GET',
    path: '/users',
    summary: 'Accounts by name',
    policy: scope('admin'),
    query: page,
    response: s.pageOf(s.UserSchema),
    errors: [],
  }),
  createUser: route({
    method: 'POST',
    path: '/users',
    summary: 'Make an account',
    policy: scope('admin'),
    body: s.NewUserSchema,
    response: s.UserSchema,
    status: 201,
    errors: ['IDENTITY_INVALID', 'IDENTITY_NAME_TAKEN'],
  }),
  changeUser: route({
    method: 'PATCH',
    path: '/users/:id',
    summary: 'Change an account: name, role, password, quota; disable it',
    policy: scope('admin'),
    params: Id,
    body: s.UserChangesSchema,
    response: s.UserSchema,
    errors: ['IDENTITY_NOT_FOUND', 'IDENTITY_INVALID', 'IDENTITY_LAST_ADMIN'],
  }),
  listGroups: route({
    method: 'GET',
    path: '/groups',
    summary: 'Groups and their members',
    policy: scope('account'),
    response: s.pageOf(s.GroupSchema),
    errors: [],
  }),
  createGroup: route({
    method: 'POST',
    path: '/groups',
    summary: 'Make a group',
    policy: scope('admin'),
    body: strict({ name: Type.String({ minLength: 1, maxLength: 100 }) }),
    response: s.GroupSchema,
    status: 201,
    errors: ['IDENTITY_INVALID', 'IDENTITY_NAME_TAKEN'],
  }),
  setMembers: route({
    method: 'PATCH',
    path: '/groups/:id',
    summary: 'Replace the members of a group',
    policy: scope('admin'),
    params: Id,
    body: strict({ userIds: Type.Array(s.UuidSchema, { maxItems: 1000 }) }),
    response: s.GroupSchema,
    errors: ['IDENTITY_NOT_FOUND'],
  }),
  deleteGroup: route({
    method: 'DELETE',
    path: '/groups/:id',
    summary: 'Remove a group',
    policy: scope('admin'),
    params: Id,
    status: 204,
    errors: ['IDENTITY_NOT_FOUND'],
  }),
  listAudit: route({
    method: 'GET',
    path: '/audit',
    summary: 'Who did what, newest first',
    policy: scope('admin'),
    query: strict({
      after: Type.Optional(Type.String({ pattern: '^[0-9]{1,15}$' })),
      limit: Limit,
      action: Type.Optional(Type.String({ maxLength: 100 })),
    }),
    response: s.pageOf(s.AuditSchema),
    errors: [],
  }),
  integrity: route({
    method: 'GET',
    path: '/admin/integrity',
    summary: 'What the crawler has found',
    policy: scope('admin'),
    response: s.IntegritySchema,
    errors: [],
  }),
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
