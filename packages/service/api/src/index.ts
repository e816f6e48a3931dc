/** The HTTP contract: schemas, addresses, errors, and a client made from them. */
export {
  type CallInput,
  type CallOutput,
  type Client,
  type ClientOptions,
  createClient,
  toApiError,
} from './client.js';
export { ApiError, type ErrorCode, type ErrorEntry, ERRORS, isErrorCode } from './errors.js';
export type { Explanation } from './explanation-schema.js';
export { readEvents, type RunEvent } from './events.js';
export { API_PREFIX, COMMON_ERRORS, REQUEST_JSON_SCHEMA, type RouteName, ROUTES } from './routes.js';
export type { Policy, RouteDefinition } from './routes/route-definition.js';
export {
  type Dataset,
  type Estimate,
  type Facets,
  type Feedback,
  type Group,
  type Me,
  type Problem,
  ProblemSchema,
  type QueryResult,
  type Run,
  type RunLine,
  type ServiceStatus,
  type Task,
  type Token,
  type UploadResult,
  type User,
} from './schemas.js';
export type { ImageDifference } from './image-difference-schema.js';
export type { SurveyFacets, SurveyVisit } from './survey-schemas.js';
export { endUpload, uploadCatalog, type UploadOptions, type UploadSource } from './upload.js';
