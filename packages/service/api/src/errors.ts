/** Every error that the service answers with: RFC 9457 problem documents, whose `code` is one of these and never changes its meaning. */

/** What a code means. */
export interface ErrorEntry {
  readonly status: number;
  /** The same for every occurrence. */
  readonly title: string;
  /** What to do about it. */
  readonly advice: string;
}

const entry = (status: number, title: string, advice: string): ErrorEntry => ({ status, title, advice });

/** The catalogue. docs/api.md lists it; a test compares the two. */
export const ERRORS = {
  API_INVALID: entry(
    400,
    'The request breaks the contract',
    'See `faults` for each place and rule; the contract is at /api/v1/openapi.json.',
  ),
  API_BODY_TOO_LARGE: entry(413, 'The body is too large', 'Split it; catalogs go through /api/v1/uploads.'),
  API_HEADERS_TOO_LARGE: entry(
    431,
    'The head of the request is too large',
    'Shorten the address or the headers; expressions may have 10,000 characters.',
  ),
  API_SLOW: entry(408, 'The request came too slowly', 'Send it again, in one go.'),
  API_MEDIA_TYPE: entry(415, 'The media type is not understood', 'Send application/json.'),
  API_RANGE: entry(416, 'The range is not in the file', 'Ask for bytes below its size.'),
  API_NOT_FOUND: entry(404, 'There is no such address', 'The addresses are at /api/v1/openapi.json.'),
  API_METHOD: entry(405, 'The address does not take this method', 'The methods are at /api/v1/openapi.json.'),
  API_RATE: entry(429, 'Too many requests', 'Wait as long as Retry-After says.'),
  API_UNAVAILABLE: entry(503, 'The service cannot answer at the moment', 'Try again as Retry-After says.'),
  API_INTERNAL: entry(500, 'The service has a bug', 'Report it with the `requestId`.'),
  AUTH_REQUIRED: entry(
    401,
    'Nobody is logged in',
    'Send a token: Authorization: Bearer iod_...; imsim-od login gets one.',
  ),
  AUTH_SCOPE: entry(403, 'The token does not allow this', 'Make a token with the scope that `detail` names.'),
  AUTH_ORIGIN: entry(403, 'The request came from another site', 'Send a token instead of the cookie.'),
  IDENTITY_INVALID: entry(422, 'An account, group or token breaks a rule', 'See `detail`.'),
  IDENTITY_NAME_TAKEN: entry(409, 'The name is taken', 'Choose another.'),
  IDENTITY_NOT_FOUND: entry(404, 'There is no such user, group or token', 'List them to see what there is.'),
  IDENTITY_LOGIN_REFUSED: entry(
    401,
    'Name or password are wrong',
    'Try again, or ask an administrator for a new password.',
  ),
  IDENTITY_LOGIN_THROTTLED: entry(429, 'Too many logins have failed', 'Wait as long as Retry-After says.'),
  IDENTITY_SETUP_REFUSED: entry(
    403,
    'The set-up link is wrong, used or too old',
    'Restart the service and use the link that it prints.',
  ),
  IDENTITY_LINK_REFUSED: entry(
    403,
    'The sign-in link is wrong, used or too old',
    'Log in with name and password, or have a new link made: imsim-od portal.',
  ),
  IDENTITY_LAST_ADMIN: entry(409, 'Nobody would be administrator', 'Make another administrator first.'),
  ARCHIVE_NOT_FOUND: entry(
    404,
    'There is no such dataset or collection',
    'Search for what there is; what is not shared with you does not show.',
  ),
  ARCHIVE_NOT_OWNER: entry(403, 'It belongs to another user', 'Ask its owner.'),
  ARCHIVE_INPUT: entry(422, 'A value breaks a rule', 'See `detail`.'),
  ARCHIVE_QUOTA: entry(
    409,
    'The quota of bytes would be passed',
    'Remove or drop datasets, ask for fewer products, or ask an administrator.',
  ),
  ARCHIVE_NO_RECIPE: entry(409, 'The dataset has no recipe', 'Remove it instead of dropping it.'),
  ARCHIVE_NO_INDEX: entry(
    404,
    'The dataset has no index',
    'Instance catalogs of up to 200,000 objects need none: download the file. The next estimate or run makes that of a larger one.',
  ),
  ARCHIVE_INDEX_OLD: entry(
    409,
    'The index is damaged, or of another simulation version',
    'The next estimate or run of the catalog makes it anew.',
  ),
  ARCHIVE_INDEX_FILES: entry(
    409,
    'The index is of other files than are there for you',
    'See `detail`: have the file shared, or the index made anew by the next estimate or run.',
  ),
  ARCHIVE_GONE: entry(
    410,
    'The bytes are gone',
    'They were missing or damaged on disk; make them again by cloning the run, and tell an administrator.',
  ),
  ARCHIVE_TOO_MANY: entry(
    422,
    'There are too many files for one answer',
    'Narrow the search, or fetch them one by one: imsim-od get takes any number.',
  ),
  EXPRESSION_SYNTAX: entry(
    422,
    'The expression is not understood',
    'See `detail` for the character; docs/api.md has the grammar.',
  ),
  EXPRESSION_FIELD: entry(422, 'The expression names an unknown field', 'See `detail` for the nearest name.'),
  EXPRESSION_TYPE: entry(422, 'The expression compares what cannot be compared', 'See `detail`.'),
  EXPRESSION_SIZE: entry(422, 'The expression is too large', 'Split it, or use the facets.'),
  RUN_NOT_FOUND: entry(
    404,
    'There is no such run',
    'List runs to see what there is; what is not shared with you does not show.',
  ),
  RUN_NOT_OWNER: entry(403, 'The run belongs to another user', 'Ask its owner, or clone it.'),
  RUN_INVALID: entry(422, 'The requests cannot be run', 'See `faults` for each place and rule.'),
  RUN_TASK_LIMIT: entry(409, 'Too many tasks are under way', 'Wait for some to end, or split the request.'),
  RUN_EXISTS: entry(409, 'Another run has this id', 'Use a new Idempotency-Key for a new run.'),
  RUN_STATE: entry(409, 'The run is not in a state that allows this', 'See `detail`.'),
  UPLOAD_INVALID: entry(
    422,
    'The uploaded catalog cannot be used',
    'See `detail` for the line; correct the file and upload it again.',
  ),
  UPLOAD_OFFSET: entry(
    409,
    'The upload stands elsewhere',
    'Ask by HEAD for Upload-Offset, and go on from there.',
  ),
  UPLOAD_NOT_FOUND: entry(404, 'There is no such upload', 'Start a new one.'),
  SURVEY_INVALID: entry(
    422,
    'The scheduler database, or the choice of its visits, cannot be used',
    'See `detail` for the column, the visit or the character.',
  ),
  EXPLAIN_INVALID: entry(
    422,
    'The pixel cannot be explained',
    'See `detail`: the dataset has no recipe, its catalogs are gone, or the pixel is not on the detector.',
  ),
  QUERY_SYNTAX: entry(
    422,
    'The query is not understood',
    'See `detail`; it is DuckDB SQL over the table truth.',
  ),
  QUERY_FORBIDDEN: entry(422, 'The query asks for what it may not', 'Only SELECT from truth is allowed.'),
  QUERY_TIMEOUT: entry(422, 'The query took too long', 'Narrow it: fewer datasets, or a condition on hpx29.'),
  QUERY_TOO_LARGE: entry(422, 'The query has too many datasets or rows', 'Add conditions or a LIMIT.'),
  QUERY_MEMORY: entry(422, 'The query needs too much memory', 'Narrow it, or aggregate less.'),
} as const satisfies Record<string, ErrorEntry>;

/** A code of the catalogue. */
export type ErrorCode = keyof typeof ERRORS;

/** Whether a text is a code of the catalogue. */
export function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code);
}

/** An answer of the service that is an error. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly status: number;
  readonly faults: readonly { readonly path: string; readonly message: string }[];
  readonly requestId: string | null;
  readonly retryAfterS: number | null;

  constructor(
    problem: {
      readonly code: string;
      readonly status: number;
      readonly detail: string;
      readonly faults?: readonly { readonly path: string; readonly message: string }[];
      readonly requestId?: string;
    },
    retryAfterS: number | null,
  ) {
    super(problem.detail);
    this.code = problem.code;
    this.status = problem.status;
    this.faults = problem.faults ?? [];
    this.requestId = problem.requestId ?? null;
    this.retryAfterS = retryAfterS;
  }
}
