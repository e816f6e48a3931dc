/** The portal's client of the public API. The browser's cookie says who asks; nothing else is known here of sessions. */
import { ApiError, type Client, createClient } from '@imsim-od/api';
import { QueryClient } from '@tanstack/react-query';
import { connection } from './connection.js';
import { recentCalls } from './recent-calls.js';

const UNAUTHORIZED = 401;

const sessionWatchers = new Set<() => void>();

/** Calls back whenever an answer says that nobody is logged in. */
export function onSessionEnded(callback: () => void): () => void {
  sessionWatchers.add(callback);
  return () => sessionWatchers.delete(callback);
}

/** Whether a name or a password was wrong, which says nothing of the session. */
async function isRefusedPassword(response: Response): Promise<boolean> {
  const problem: unknown = await response
    .clone()
    .json()
    .catch(() => null);
  return (
    typeof problem === 'object' &&
    problem !== null &&
    'code' in problem &&
    problem.code === 'IDENTITY_LOGIN_REFUSED'
  );
}

/** Reports what it sees of connection and session, and is `fetch` otherwise. */
async function watchedFetch(input: RequestInfo | URL, init?: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(input, init);
  } catch (error) {
    if (init?.signal?.aborted !== true) connection.reportLost();
    throw error;
  }
  if (response.status === UNAUTHORIZED && !(await isRefusedPassword(response)))
    for (const callback of sessionWatchers) callback();
  return response;
}

const service = createClient({ baseUrl: window.location.origin, fetch: watchedFetch, retries: 2 });

/** The client; it notes what the screens call. */
export const client: Client = {
  ...service,
  call: (name, input) => {
    recentCalls.note(window.location.pathname, name, input);
    return service.call(name, input);
  },
};

/** What is known of the service, by call and input. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 5000,
      // The service may be on this very machine, which no network is needed for.
      networkMode: 'always',
      // An answer of the service is an answer; only what did not get through is asked for again.
      retry: (failures, error) => !(error instanceof ApiError) && failures < 3,
      refetchOnWindowFocus: true,
    },
    mutations: { networkMode: 'always' },
  },
});

connection.onRecovered(() => void queryClient.invalidateQueries());
