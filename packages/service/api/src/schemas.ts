/** The shapes that cross the wire, one schema each: camelCase, units in names, times RFC 3339 in UTC. */
import Type, { type Static } from 'typebox';
import { SkyCountsSchema } from './sky-counts-schema.js';

const strict = <P extends Parameters<typeof Type.Object>[0]>(properties: P, options: object = {}) =>
  Type.Object(properties, { additionalProperties: false, ...options });
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(schema: T) =>
  Type.Union([schema, Type.Null()]);
const oneOf = <const T extends readonly string[]>(...values: T) =>
  Type.Unsafe<T[number]>({ type: 'string', enum: [...values] });

export const UuidSchema = Type.String({
  pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$',
  description: 'UUID, lower case',
});
const Time = Type.String({ description: 'RFC 3339, UTC' });
const Text = (maxLength: number) => Type.String({ minLength: 1, maxLength });

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ description: 'documentation of the code' }),
    title: Type.String(),
    status: Type.Integer(),
    detail: Type.String({ description: 'what, where, and what to do' }),
    code: Type.String({ description: 'one of the catalogue' }),
    requestId: Type.Optional(Type.String()),
    faults: Type.Optional(Type.Array(strict({ path: Type.String(), message: Type.String() }))),
  },
  { description: 'RFC 9457 problem' },
);

export const ScopeSchema = oneOf(
  'runs:read',
  'runs:write',
  'data:read',
  'data:write',
  'query',
  'account',
  'admin',
);

export const UserSchema = strict({
  id: UuidSchema,
  name: Type.String(),
  displayName: Type.String(),
  email: nullable(Type.String()),
  role: oneOf('user', 'admin'),
  disabled: Type.Boolean(),
  createdAtUtc: Time,
});
export const GroupSchema = strict({
  id: UuidSchema,
  name: Type.String(),
  members: Type.Array(strict({ id: UuidSchema, name: Type.String() })),
  createdAtUtc: Time,
});
export const TokenSchema = strict({
  id: UuidSchema,
  name: Type.String(),
  kind: oneOf('personal', 'session'),
  scopes: Type.Array(ScopeSchema),
  createdAtUtc: Time,
  expiresAtUtc: Time,
  lastUsedAtUtc: nullable(Time),
});
export const IssuedTokenSchema = strict({
  ...TokenSchema.properties,
  text: Type.String({ description: 'shown once' }),
});
export const MeSchema = strict({
  id: UuidSchema,
  name: Type.String(),
  displayName: Type.String(),
  email: nullable(Type.String()),
  notifyByEmail: Type.Boolean({
    description: 'a message when a run of one’s own ends, where the service sends mail',
  }),
  role: oneOf('user', 'admin'),
  scopes: Type.Array(ScopeSchema),
  groups: Type.Array(strict({ id: UuidSchema, name: Type.String() })),
  usage: strict({ bytes: Type.Number(), datasets: Type.Number(), quotaBytes: Type.Number() }),
});
export const LoginSchema = strict({
  name: Text(100),
  password: Type.String({ maxLength: 2048 }),
  device: Type.Optional(Type.String({ maxLength: 100, description: 'to recognise the session by' })),
});
export const MyChangesSchema = strict({
  displayName: Type.Optional(Text(200)),
  email: Type.Optional(nullable(Text(200))),
  notifyByEmail: Type.Optional(Type.Boolean()),
});
export const SignInLinkSchema = strict({
  secret: Type.String({ description: 'shown once; works once' }),
  url: Type.String({ description: 'address of the portal that logs a browser in' }),
  expiresAtUtc: Time,
});
export const FeedbackSchema = strict({
  id: UuidSchema,
  userName: Type.String(),
  text: Type.String(),
  page: nullable(Type.String({ description: 'path in the portal' })),
  runId: nullable(UuidSchema),
  createdAtUtc: Time,
  doneAtUtc: nullable(Time),
});
export const NewFeedbackSchema = strict({
  text: Text(5000),
  page: Type.Optional(Text(500)),
  runId: Type.Optional(UuidSchema),
});
export const SetupSchema = strict({
  secret: Text(100),
  name: Text(63),
  password: Type.String({ maxLength: 2048 }),
  displayName: Type.Optional(Text(200)),
});
export const NewTokenSchema = strict({
  name: Text(100),
  scopes: Type.Array(ScopeSchema, { minItems: 1, maxItems: 10 }),
  days: Type.Optional(Type.Integer({ minimum: 1, maximum: 366, default: 90 })),
});
export const NewUserSchema = strict({
  name: Text(63),
  displayName: Type.Optional(Text(200)),
  email: Type.Optional(Text(200)),
  role: Type.Optional(oneOf('user', 'admin')),
  password: Type.Optional(Type.String({ maxLength: 2048 })),
});
export const UserChangesSchema = strict({
  displayName: Type.Optional(Text(200)),
  role: Type.Optional(oneOf('user', 'admin')),
  disabled: Type.Optional(Type.Boolean()),
  email: Type.Optional(nullable(Text(200))),
  password: Type.Optional(Type.String({ maxLength: 2048 })),
  quotaBytes: Type.Optional(nullable(Type.Integer({ minimum: 0 }))),
});
export const AuditSchema = strict({
  seq: Type.Integer(),
  atUtc: Time,
  actorId: nullable(UuidSchema),
  actorName: nullable(Type.String()),
  action: Type.String(),
  subject: Type.String(),
  data: Type.Unknown(),
});

const MEBIBYTES = 'largest resident memory, in MiB';
const EstimatedSchema = strict(
  { value: Type.Number(), low: Type.Number(), high: Type.Number() },
  { description: 'low to high holds the true value nine times in ten; memoryMb counts MiB' },
);
export const SiteEstimateSchema = strict({
  site: Type.String(),
  cpuS: EstimatedSchema,
  wallS: EstimatedSchema,
  memoryMb: EstimatedSchema,
  bytes: EstimatedSchema,
  learntFrom: Type.Number({ description: 'finished tasks of the site that were learnt from' }),
});
const RequestsSchema = Type.Array(
  Type.Unknown({ description: 'a request; its schema is at /api/v1/request-schema' }),
  {
    minItems: 1,
    maxItems: 5000,
    description: 'one request a visit; catalogs are given as path "dataset:ID" or "library:NAME"',
  },
);
export const EstimateRequestSchema = strict({ requests: RequestsSchema });
const ReusedTasksSchema = nullable(
  Type.Integer({
    description:
      'of the tasks those whose files the archive has, so that they are taken and cost no time; null: too many to be looked up',
  }),
);
export const EstimateSchema = strict({
  tasks: Type.Integer(),
  reusedTasks: ReusedTasksSchema,
  sites: Type.Array(SiteEstimateSchema),
  visits: Type.Array(
    strict({
      visitId: Type.Integer(),
      band: Type.String(),
      tasks: Type.Integer(),
      reusedTasks: ReusedTasksSchema,
      sources: Type.Number(),
      cpuS: Type.Number(),
      bytes: Type.Number(),
    }),
  ),
  sky: nullable(SkyCountsSchema),
  notes: Type.Array(Type.String()),
  obstacles: Type.Array(Type.String(), { description: 'what would keep the run from being accepted now' }),
});

export const RunStateSchema = oneOf(
  'preparing',
  'active',
  'paused',
  'cancelling',
  'cancelled',
  'succeeded',
  'failed',
  'deleting',
);
export const TaskStateSchema = oneOf(
  'waiting',
  'claimed',
  'queued',
  'running',
  'collecting',
  'cancelling',
  'succeeded',
  'failed',
  'cancelled',
);
const Count = Type.Integer({ minimum: 0 });
export const CountsSchema = strict({
  total: Count,
  unexpanded: Count,
  waiting: Count,
  claimed: Count,
  queued: Count,
  running: Count,
  collecting: Count,
  cancelling: Count,
  succeeded: Count,
  failed: Count,
  cancelled: Count,
});
export const NewRunSchema = strict({
  name: Type.Optional(Text(200)),
  requests: RequestsSchema,
  site: Type.Optional(Text(200)),
  priority: Type.Optional(Type.Integer({ minimum: -100, maximum: 100 })),
  paused: Type.Optional(Type.Boolean()),
});
export const RunLineSchema = strict({
  id: UuidSchema,
  name: Type.String(),
  ownerId: UuidSchema,
  site: Type.String(),
  kind: oneOf('simulation', 'restoration'),
  state: RunStateSchema,
  counts: CountsSchema,
  progress: Type.Number({ minimum: 0, maximum: 1 }),
  createdAtUtc: Time,
  changedAtUtc: Time,
});
export const RunSchema = strict({
  ...RunLineSchema.properties,
  priority: Type.Integer(),
  visits: Type.Integer(),
  estimate: SiteEstimateSchema,
  cost: strict({
    tasks: Count,
    cpuS: Type.Number(),
    taskWallS: Type.Number(),
    maxRssMb: Type.Number({ description: MEBIBYTES }),
    bytes: Type.Number(),
    reusedTasks: Count,
  }),
  startedAtUtc: nullable(Time),
  endedAtUtc: nullable(Time),
  tasksPerMinute: nullable(Type.Number()),
  timeLeftS: nullable(Type.Number()),
  monitorUrl: nullable(Type.String({ description: 'page of the site’s own monitor' })),
  failures: Type.Array(
    strict({
      end: Type.String(),
      reason: Type.String(),
      tasks: Type.Integer(),
      taskIndex: Type.Integer(),
      advice: Type.String(),
    }),
  ),
});
export const TaskSchema = strict({
  taskIndex: Type.Integer(),
  visit: Type.Integer(),
  band: Type.String(),
  snap: Type.Integer(),
  detector: Type.String(),
  detectorId: Type.Integer(),
  state: TaskStateSchema,
  attempt: Type.Integer(),
  lastEnd: nullable(Type.String()),
  startedAtUtc: nullable(Time),
  endedAtUtc: nullable(Time),
  cpuS: nullable(Type.Number()),
  wallS: nullable(Type.Number()),
  maxRssMb: nullable(Type.Number({ description: MEBIBYTES })),
  bytes: nullable(Type.Number()),
  sources: nullable(Type.Number()),
  reused: Type.Boolean(),
  warnings: Type.Array(Type.String()),
  monitorUrl: nullable(Type.String({ description: 'page of the site’s own monitor about the job' })),
});
export const TaskLogSchema = strict({
  attempt: Type.Integer(),
  text: Type.String(),
  offset: Type.Integer(),
  totalBytes: Type.Integer(),
});
export const CloneSchema = strict({
  name: Type.Optional(Text(200)),
  site: Type.Optional(Text(200)),
  changes: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      description: 'dotted path in every request, such as sky.0.path, to its new value; null takes it out',
    }),
  ),
});
export const AudienceSchema = Type.Union([Type.Literal('all'), strict({ groupId: UuidSchema })]);
export const ShareRunSchema = strict({
  with: AudienceSchema,
  grant: Type.Optional(Type.Boolean({ default: true, description: 'false takes it back' })),
});

export const DatasetSchema = strict({
  id: UuidSchema,
  type: Type.String({ description: 'eimage, raw, truth, preview, thumbnail, recipe, catalog, survey' }),
  format: Type.String(),
  name: Type.String(),
  folder: Type.String(),
  ownerId: UuidSchema,
  runId: nullable(UuidSchema),
  taskIndex: nullable(Type.Integer()),
  recipeHash: nullable(Type.String()),
  visit: nullable(Type.Integer()),
  snap: nullable(Type.Integer()),
  band: nullable(Type.String()),
  physicalFilter: nullable(Type.String()),
  detector: nullable(Type.String()),
  detectorId: nullable(Type.Integer()),
  obsMjdTai: nullable(Type.Number()),
  exposureS: nullable(Type.Number()),
  airmass: nullable(Type.Number()),
  seeingArcsec: nullable(Type.Number()),
  skyBrightness: nullable(Type.Number()),
  raDeg: nullable(Type.Number()),
  decDeg: nullable(Type.Number()),
  corners: nullable(Type.Array(Type.Array(Type.Number()))),
  bytes: Type.Integer(),
  sha256: Type.String(),
  adler32: Type.String(),
  state: oneOf('present', 'dropped', 'making', 'missing', 'corrupt'),
  createdAtUtc: Time,
  expiresAtUtc: nullable(Time),
  replicas: Type.Array(
    strict({
      store: Type.String(),
      state: oneOf('present', 'missing', 'corrupt'),
      verifiedAtUtc: nullable(Time),
    }),
  ),
});
const Strings = Type.Array(Text(200), { maxItems: 250 });
export const SearchSchema = {
  expression: Type.Optional(
    Type.String({
      maxLength: 10_000,
      description: "as band = 'r' and detector like 'R22%' and seeingArcsec < 0.8",
    }),
  ),
  type: Type.Optional(Strings),
  band: Type.Optional(Strings),
  detector: Type.Optional(Strings),
  visit: Type.Optional(
    Type.Array(Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }), { maxItems: 250 }),
  ),
  runId: Type.Optional(UuidSchema),
  folder: Type.Optional(Text(500)),
  collectionId: Type.Optional(UuidSchema),
  from: Type.Optional(oneOf('mine', 'shared')),
  raDeg: Type.Optional(
    Type.Number({ minimum: 0, maximum: 360, description: 'of a cone, with decDeg and radiusDeg' }),
  ),
  decDeg: Type.Optional(Type.Number({ minimum: -90, maximum: 90 })),
  radiusDeg: Type.Optional(Type.Number({ minimum: 0, maximum: 30 })),
};
export const FacetsSchema = strict({
  datasets: Count,
  bytes: Type.Number(),
  facets: Type.Record(Type.String(), Type.Array(strict({ value: Type.String(), datasets: Count }))),
});
export const DatasetIdsSchema = strict({
  datasetIds: Type.Array(UuidSchema, { minItems: 1, maxItems: 10_000 }),
});
export const ShareDatasetsSchema = strict({ ...DatasetIdsSchema.properties, ...ShareRunSchema.properties });
export const ExpirySchema = strict({
  ...DatasetIdsSchema.properties,
  expiresAtUtc: nullable(Type.String({ format: 'date-time' })),
});
export const RemovalSchema = strict({ datasets: Count, bytes: Type.Number() });
export const CollectionSchema = strict({
  id: UuidSchema,
  name: Type.String(),
  ownerId: UuidSchema,
  datasets: Count,
  createdAtUtc: Time,
});
export const CollectionChangesSchema = strict({
  name: Type.Optional(Text(200)),
  add: Type.Optional(Type.Array(UuidSchema, { maxItems: 10_000 })),
  remove: Type.Optional(Type.Array(UuidSchema, { maxItems: 10_000 })),
});
export const UploadResultSchema = strict({
  state: oneOf('receiving', 'checking', 'ready'),
  datasetId: nullable(UuidSchema),
  kind: nullable(oneOf('catalog', 'table', 'fits', 'survey', 'hdf5', 'yaml', 'seds')),
  objects: nullable(Type.Integer({ description: 'of a scheduler database: its visits' })),
  skipped: Type.Record(Type.String(), Type.Integer()),
  notes: Type.Array(Type.String()),
});
export const QuerySchema = strict({
  sql: Type.String({ minLength: 1, maxLength: 20_000, description: 'one SELECT over the table truth' }),
  datasets: Type.Optional(
    Type.String({
      maxLength: 10_000,
      description: 'expression that chooses the datasets; default: every truth that one may see',
    }),
  ),
  maxRows: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000, default: 10_000 })),
});
export const QueryResultSchema = strict({
  columns: Type.Array(strict({ name: Type.String(), type: Type.String() })),
  rows: Type.Array(Type.Array(Type.Unknown())),
  truncated: Type.Boolean({ description: 'there were more than maxRows' }),
  datasets: Count,
});
export const SiteSchema = strict({
  name: Type.String(),
  isUp: Type.Boolean(),
  detail: nullable(Type.String()),
  slots: Type.Integer(),
  activeJobs: nullable(Type.Integer()),
  waitingJobs: nullable(Type.Integer()),
  capabilities: Type.Record(Type.String(), Type.Unknown()),
});
export const ServiceStatusSchema = strict({
  version: Type.String(),
  simulationVersion: Type.String(),
  nodeVersion: Type.String(),
  startedAtUtc: Time,
  storeFreeBytes: Type.Number({ description: 'free on the file system of the archive' }),
  storeTotalBytes: Type.Number(),
  databaseBytes: Type.Number(),
  databaseVersion: Type.String(),
  sendsMail: Type.Boolean(),
  callsWebhook: Type.Boolean(),
  queues: Type.Array(
    strict({
      userName: Type.String(),
      site: Type.String(),
      runs: Count,
      waitingTasks: Count,
      activeTasks: Count,
    }),
    { description: 'what is under way and waits, by user and site' },
  ),
});
export const IntegritySchema = strict({
  contents: Count,
  bytes: Type.Number(),
  missing: Count,
  corrupt: Count,
  oldestVerifiedAtUtc: nullable(Time),
  faults: Type.Array(
    strict({ sha256: Type.String(), state: Type.String(), datasetIds: Type.Array(UuidSchema) }),
  ),
});

/** A page of a list. */
export const pageOf = <T extends Parameters<typeof Type.Array>[0]>(items: T) =>
  strict({
    items: Type.Array(items),
    next: nullable(Type.String({ description: 'give it as `after` to get the next page; null at the end' })),
  });

export type Problem = Static<typeof ProblemSchema>;
export type Run = Static<typeof RunSchema>;
export type RunLine = Static<typeof RunLineSchema>;
export type Task = Static<typeof TaskSchema>;
export type Dataset = Static<typeof DatasetSchema>;
export type Estimate = Static<typeof EstimateSchema>;
export type Feedback = Static<typeof FeedbackSchema>;
export type ServiceStatus = Static<typeof ServiceStatusSchema>;
export type Facets = Static<typeof FacetsSchema>;
export type User = Static<typeof UserSchema>;
export type Group = Static<typeof GroupSchema>;
export type Token = Static<typeof TokenSchema>;
export type Me = Static<typeof MeSchema>;
export type UploadResult = Static<typeof UploadResultSchema>;
export type QueryResult = Static<typeof QueryResultSchema>;
export { strict as strictObject };
