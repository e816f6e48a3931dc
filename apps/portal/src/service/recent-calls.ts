/** The calls of the API that the screens have made, kept so that the portal can show what it does as code. */
import type { CallInput, RouteName } from '@imsim-od/api';

/** The parts of an input that an address may have. */
export interface CallParts {
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
}

/** A call. */
export interface RecentCall {
  readonly name: RouteName;
  readonly input: CallParts;
}

/** Of a screen. */
const MOST_CALLS = 40;
/** Screens that are remembered. */
const MOST_SCREENS = 50;

/** Who somebody is, and what holds a password or a secret that must not be shown. */
const KEPT_BACK: ReadonlySet<RouteName> = new Set([
  'me',
  'login',
  'logout',
  'setup',
  'createSignInLink',
  'signInByLink',
  'changePassword',
  'createUser',
  'changeUser',
]);

/** Calls by the screen that made them. */
export class RecentCalls {
  readonly #screens = new Map<string, Map<string, RecentCall>>();

  /** Notes a call; one of the same address and query takes the place of an earlier one, whatever its body and its page. */
  note<N extends RouteName>(screen: string, name: N, input: CallInput<N>): void {
    if (KEPT_BACK.has(name)) return;
    const { params, query, body } = input as CallParts;
    const { after: _page, ...asked } = query ?? {};
    const call: RecentCall = {
      name,
      input: {
        ...(params === undefined ? {} : { params }),
        ...(query === undefined ? {} : { query: asked }),
        ...(body === undefined ? {} : { body }),
      },
    };
    const calls = this.#screens.get(screen) ?? new Map<string, RecentCall>();
    putLast(calls, JSON.stringify([name, params, asked]), call, MOST_CALLS);
    putLast(this.#screens, screen, calls, MOST_SCREENS);
  }

  /** Those of a screen, the latest first. */
  of(screen: string): readonly RecentCall[] {
    return [...(this.#screens.get(screen)?.values() ?? [])].reverse();
  }

  /** Those of all screens, by screen the latest first. */
  all(): readonly RecentCall[] {
    return [...this.#screens.keys()].reverse().flatMap((screen) => this.of(screen));
  }
}

/** Puts an entry behind all others, and forgets the first where there are too many. */
function putLast<K, V>(map: Map<K, V>, key: K, value: V, most: number): void {
  map.delete(key);
  map.set(key, value);
  const [first] = map.keys();
  if (map.size > most && first !== undefined) map.delete(first);
}

/** Those of this page. */
export const recentCalls = new RecentCalls();
