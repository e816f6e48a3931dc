/** The connection to a service: its address, our token, and words for what goes wrong between. */
import { type Client, createClient } from '@imsim-od/api';
import { CliError } from '../errors.js';
import { EXIT_CODE } from '../exit-code.js';
import { readCredentials } from './credentials.js';

/** Where a server of this machine listens, unless told otherwise. */
export const DEFAULT_URL = 'http://127.0.0.1:8470';

/** Options of every command that talks to a service. */
export interface ServiceOptions {
  readonly url?: string;
  readonly json?: boolean;
}

/** The address that is meant: option, environment, last login, this machine. */
export function serviceUrl({ url }: ServiceOptions): string {
  const chosen = url ?? process.env['IMSIM_OD_URL'] ?? readCredentials().current ?? DEFAULT_URL;
  return checkedUrl(chosen);
}

/** An address without a slash at its end. @throws CliError where it is none */
export function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol))
    throw new CliError(`${text}: is no address of a service; give it as ${DEFAULT_URL}`, EXIT_CODE.usage);
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** A client for the service that is meant, with the token that is known for it. */
export function connect(options: ServiceOptions): Client {
  const url = serviceUrl(options);
  const token = process.env['IMSIM_OD_TOKEN'] ?? readCredentials().services[url]?.token;
  if (token === undefined)
    throw new CliError(`You are not logged in to ${url}. Log in: imsim-od login ${url}`);
  return clientFor(url, token);
}

/** A client that says where the service could not be reached. */
export function clientFor(url: string, token?: string): Client {
  return createClient({
    baseUrl: url,
    ...(token === undefined ? {} : { token }),
    fetch: async (input, init) => {
      try {
        return await fetch(input, init);
      } catch (error) {
        if (init?.signal?.aborted === true) throw error;
        throw unreachable(url, error);
      }
    },
  });
}

/** The service is not reached. */
export class ServiceUnreachableError extends CliError {
  constructor(url: string, why: string, cause: unknown) {
    super(
      `${url} is not reached (${why}). Is the service running? imsim-od serve starts one.`,
      EXIT_CODE.site,
      { cause },
    );
    this.name = 'ServiceUnreachableError';
  }
}

function unreachable(url: string, error: unknown): ServiceUnreachableError {
  const cause = error instanceof Error ? error.cause : undefined;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : undefined;
  const words: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'nothing listens there',
    ENOTFOUND: 'there is no such host',
    EAI_AGAIN: 'the name cannot be looked up',
    ETIMEDOUT: 'no answer',
    UND_ERR_CONNECT_TIMEOUT: 'no answer',
    ECONNRESET: 'the connection was cut',
    UND_ERR_SOCKET: 'the connection was cut',
  };
  const why =
    code === undefined ? (error instanceof Error ? error.message : 'unknown trouble') : (words[code] ?? code);
  return new ServiceUnreachableError(url, why, error);
}
