/** What a token may be used for. A token never allows more than its user may do; `admin` further needs the user's role. */
export const SCOPES = [
  /** See runs, their tasks and logs. */
  'runs:read',
  /** Submit runs, and stop, retry, share and delete one's own. */
  'runs:write',
  /** Search the archive and download. */
  'data:read',
  /** Upload catalogs; share, drop and remove one's own datasets. */
  'data:write',
  /** Ask questions of truth tables. */
  'query',
  /** See and change one's own account and tokens. */
  'account',
  /** Administer the service; for administrators alone. */
  'admin',
] as const;

/** One of SCOPES. */
export type Scope = (typeof SCOPES)[number];

/** Whether a text is a scope. */
export function isScope(text: string): text is Scope {
  return (SCOPES as readonly string[]).includes(text);
}

/** Who asks: a user, as seen through the token that came with the request. */
export interface Principal {
  readonly userId: string;
  readonly name: string;
  readonly role: UserRole;
  readonly groupIds: readonly string[];
  readonly scopes: readonly Scope[];
  readonly tokenId: string;
}

export const USER_ROLES = ['user', 'admin'] as const;

/** One of USER_ROLES. */
export type UserRole = (typeof USER_ROLES)[number];

/** Whether the principal may act under a scope. */
export function mayAct(principal: Principal, scope: Scope): boolean {
  return principal.scopes.includes(scope) && (scope !== 'admin' || principal.role === 'admin');
}
