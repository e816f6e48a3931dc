/** A typed client of the service: one call for each address, for Node, browsers and notebooks in JavaScript. */
import type { Static, TSchema } from 'typebox';
import { ApiError } from './errors.js';
import { API_PREFIX, type RouteName, ROUTES } from './routes.js';
import type { RouteDefinition } from './routes/route-definition.js';

type Part<R, K extends string, N extends string> = R extends { readonly [P in K]: infer S extends TSchema }
  ? { readonly [P in N]: Static<S> }
  : unknown;
type OptionalPart<R, K extends string, N extends string> = R extends {
  readonly [P in K]: infer S extends TSchema;
}
  ? { readonly [P in N]?: Static<S> }
  : unknown;

/** What a call takes. */
export type CallInput<N extends RouteName> = Part<(typeof ROUTES)[N], 'params', 'params'> &
  OptionalPart<(typeof ROUTES)[N], 'query', 'query'> &
  Part<(typeof ROUTES)[N], 'body', 'body'> & {
    readonly headers?: Readonly<Record<string, string>>;
    readonly signal?: AbortSignal;
  };

/** What a call answers. */
export type CallOutput<N extends RouteName> = (typeof ROUTES)[N] extends {
  readonly response: infer S extends TSchema;
}
  ? Static<S>
  : undefined;

/** How to reach a service. */
export interface ClientOptions {
  /** As `http://127.0.0.1:8470`. */
  readonly baseUrl: string;
  readonly token?: string;
  /** Default: the host's. */
  readonly fetch?: typeof fetch;
  /** How often a call is tried again that the service was too busy for; default 4. */
  readonly retries?: number;
}

/** A client. */
export interface Client {
  readonly baseUrl: string;
  /** Calls an address by its name. Throws `ApiError` for a problem, and what `fetch` throws where the service is not reached. */
  call<N extends RouteName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>;
  /** The raw answer of an address, its status checked: for downloads, manifests and events. */
  open<N extends RouteName>(name: N, input: CallInput<N>): Promise<Response>;
  /** A request to any path of the service with the token; the status is not checked. */
  send(path: string, init?: RequestInit): Promise<Response>;
}

const FIRST_PAUSE_MS = 500;

/** Makes a client. */
export function createClient(options: ClientOptions): Client {
  const baseUrl = options.baseUrl.replace(/\/+$/, '');
  const doFetch = options.fetch ?? fetch;
  const retries = options.retries ?? 4;

  const send = async (path: string, init: RequestInit = {}): Promise<Response> => {
    const headers = new Headers(init.headers);
    if (options.token !== undefined) headers.set('authorization', `Bearer ${options.token}`);
    for (let attempt = 0; ; attempt++) {
      const response = await doFetch(`${baseUrl}${path}`, { ...init, headers });
      const isBusy = response.status === 429 || response.status === 503;
      if (!isBusy || attempt >= retries || init.body instanceof ReadableStream) return response;
      const afterS = Number(response.headers.get('retry-after'));
      const pauseMs = Number.isFinite(afterS) && afterS > 0 ? afterS * 1000 : FIRST_PAUSE_MS * 2 ** attempt;
      if (pauseMs > 60_000) return response;
      await response.body?.cancel();
      await pause(pauseMs, init.signal ?? undefined);
    }
  };

  const open = async <N extends RouteName>(name: N, input: CallInput<N>): Promise<Response> => {
    const definition: RouteDefinition = ROUTES[name];
    const parts = input as {
      params?: Readonly<Record<string, string>>;
      query?: Readonly<Record<string, unknown>>;
      body?: unknown;
      headers?: Readonly<Record<string, string>>;
      signal?: AbortSignal;
    };
    const response = await send(
      `${API_PREFIX}${fillPath(definition.path, parts.params ?? {})}${queryText(parts.query ?? {})}`,
      {
        method: definition.method,
        headers: {
          ...(parts.body === undefined ? {} : { 'content-type': 'application/json' }),
          ...parts.headers,
        },
        ...(parts.body === undefined ? {} : { body: JSON.stringify(parts.body) }),
        ...(parts.signal === undefined ? {} : { signal: parts.signal }),
      },
    );
    if (!response.ok) throw await toApiError(response);
    return response;
  };

  return {
    baseUrl,
    send,
    open,
    call: async (name, input) => {
      const response = await open(name, input);
      if (response.status === 204) return undefined as never;
      return (await response.json()) as never;
    },
  };
}

/** The error that a failed answer tells of. */
export async function toApiError(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get('retry-after'));
  const retryAfterS = Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null;
  const text = await response.text();
  try {
    const problem = JSON.parse(text) as ConstructorParameters<typeof ApiError>[0];
    if (typeof problem.code === 'string' && typeof problem.detail === 'string')
      return new ApiError({ ...problem, status: response.status }, retryAfterS);
  } catch {
    // Not a problem document: something between us and the service answered.
  }
  const detail = `The answer is ${response.status} and no problem document; is ${new URL(response.url).origin} an ImSim On Demand service?`;
  return new ApiError({ code: 'API_INTERNAL', status: response.status, detail }, retryAfterS);
}

function fillPath(path: string, params: Readonly<Record<string, string>>): string {
  return path.replace(/:([A-Za-z]+)/g, (_all, name: string) => encodeURIComponent(params[name] ?? ''));
}

function queryText(query: Readonly<Record<string, unknown>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value === undefined) continue;
    for (const item of Array.isArray(value) ? (value as readonly unknown[]) : [value])
      search.append(name, String(item));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

/** Waits. @throws the signal's reason, as soon as it is aborted */
export async function pause(ms: number, signal?: AbortSignal): Promise<void> {
  signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}
