/** What a client is told that does not speak HTTP, or too slowly, or too much: there is no request then to answer in the usual way. */
import type { Socket } from 'node:net';
import { ERRORS, type ErrorCode, type Problem } from '@imsim-od/api';
import { v7 } from 'uuid';
import { PROBLEM_TYPE } from './problems.js';

const CODES: Readonly<Record<string, ErrorCode>> = {
  HPE_HEADER_OVERFLOW: 'API_HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'API_SLOW',
};

/** Answers and hangs up. */
export function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const code = CODES[error.code ?? ''] ?? 'API_INVALID';
  const { status, title, advice } = ERRORS[code];
  const problem: Problem = {
    type: `/api/v1/docs#${code}`,
    title,
    status,
    detail: advice,
    code,
    requestId: v7(),
  };
  const body = JSON.stringify(problem);
  socket.end(
    `HTTP/1.1 ${status} ${title}\r\ncontent-type: ${PROBLEM_TYPE}\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
  );
}
