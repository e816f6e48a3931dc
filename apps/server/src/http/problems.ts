/** Every error as an RFC 9457 problem document under a code of the catalogue; what is in no catalogue is a bug, told without its insides. */
import { ERRORS, type ErrorCode, isErrorCode, type Problem } from '@imsim-od/api';
import { ArchiveAwayError } from '@imsim-od/archive';
import { isDatabaseAway } from '@imsim-od/database';
import { LoginThrottledError } from '@imsim-od/identity';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { ApiFault, type Fault } from './api-fault.js';

export const PROBLEM_TYPE = 'application/problem+json; charset=utf-8';

/** Answers with an error. */
export function sendProblem(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  const { code, detail, faults, retryAfterS } = describe(error);
  const { status, title } = ERRORS[code];
  // A fault that we raised ourselves, as that a turn did not come, is an answer and no failure.
  if (status >= 500 && !(error instanceof ApiFault)) request.log.error({ err: error }, 'request failed');
  if (retryAfterS !== null) reply.header('retry-after', String(retryAfterS));
  if (code === 'AUTH_REQUIRED') reply.header('www-authenticate', 'Bearer realm="imsim-od"');
  const problem: Problem = {
    type: `/api/v1/docs#${code}`,
    title,
    status,
    detail,
    code,
    requestId: request.id,
    ...(faults.length === 0 ? {} : { faults: [...faults] }),
  };
  return reply.code(status).type(PROBLEM_TYPE).serializer(JSON.stringify).send(problem);
}

interface Described {
  readonly code: ErrorCode;
  readonly detail: string;
  readonly faults: readonly Fault[];
  readonly retryAfterS: number | null;
}

/** Fastify's own errors by their codes. */
const FASTIFY_CODES: Readonly<Record<string, ErrorCode>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: 'API_BODY_TOO_LARGE',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'API_MEDIA_TYPE',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'API_INVALID',
  FST_ERR_CTP_INVALID_JSON_BODY: 'API_INVALID',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'API_INVALID',
  FST_ERR_BAD_URL: 'API_INVALID',
  FST_ERR_ASYNC_CONSTRAINT: 'API_INVALID',
};

function describe(error: unknown): Described {
  const plain = (code: ErrorCode, detail: string, retryAfterS: number | null = null): Described => ({
    code,
    detail,
    faults: [],
    retryAfterS,
  });
  if (!(error instanceof Error)) return plain('API_INTERNAL', 'The service has a bug.');
  if (error instanceof ApiFault)
    return {
      ...plain(error.code, error.message, error.code === 'API_UNAVAILABLE' ? 5 : null),
      faults: error.faults,
    };
  if (error instanceof LoginThrottledError)
    return plain('IDENTITY_LOGIN_THROTTLED', error.message, error.retryAfterS);
  const { code, statusCode, validation } = error as Partial<FastifyError>;
  if (code === 'API_VALIDATION' || validation !== undefined) {
    const faults = (error as { faults?: readonly Fault[] }).faults ?? [];
    return { ...plain('API_INVALID', error.message), faults };
  }
  if (typeof code === 'string') {
    if (isErrorCode(code)) {
      const faults = (error as { faults?: readonly Fault[] }).faults ?? [];
      return { ...plain(code, error.message), faults };
    }
    const known = FASTIFY_CODES[code];
    if (known !== undefined) return plain(known, error.message);
  }
  if (error instanceof ArchiveAwayError)
    return plain('API_UNAVAILABLE', 'The file system with the stored files is away.', 30);
  if (isDatabaseAway(error))
    return plain('API_UNAVAILABLE', 'The database does not answer; it may be restarting.', 2);
  if (statusCode === 416) return plain('API_RANGE', 'The range that was asked for is not in the file.');
  if (statusCode === 429) return plain('API_RATE', error.message);
  if (statusCode !== undefined && statusCode >= 400 && statusCode < 500)
    return plain('API_INVALID', error.message);
  return plain('API_INTERNAL', 'The service has a bug. Report it with the request id.');
}
