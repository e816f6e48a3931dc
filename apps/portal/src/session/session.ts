/** Who is logged in, and what happens when a session ends while a page is open. */
import { ApiError } from '@imsim-od/api';
import { client, onSessionEnded, queryClient } from '../service/client.js';
import { callQuery } from '../service/use-call.js';

/** The query of who asks. */
export const meQuery: ReturnType<typeof callQuery<'me'>> = callQuery('me', {});

let hasEnded = false;
const watchers = new Set<() => void>();

/** The state "the session has ended while the portal was open", for `useSyncExternalStore`. */
export const sessionEnd = {
  subscribe: (watcher: () => void): (() => void) => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  },
  hasEnded: (): boolean => hasEnded,
};

function setEnded(value: boolean): void {
  if (hasEnded === value) return;
  hasEnded = value;
  for (const watcher of watchers) watcher();
}

onSessionEnded(() => {
  // Before anybody was logged in there is no session that could end: the login page is on its way.
  if (queryClient.getQueryData(meQuery.queryKey) !== undefined) setEnded(true);
});

/** Whether an error says that nobody is logged in. */
export function isLoginNeeded(error: unknown): boolean {
  return error instanceof ApiError && error.code === 'AUTH_REQUIRED';
}

/** Logs in; everything shown is read anew. @throws ApiError */
export async function logIn(name: string, password: string): Promise<void> {
  await client.call('login', { body: { name, password, device: 'portal' } });
  setEnded(false);
  await queryClient.invalidateQueries();
}

/** Ends the session and forgets everything that was read. */
export async function logOut(): Promise<void> {
  await client.call('logout', {}).catch(() => undefined);
  queryClient.clear();
  window.location.assign('/login');
}
