/** What can go wrong with accounts. No message says more of others' accounts than the asker may know. */

/** A field of an account, group or token breaks a rule. */
export class InvalidAccountError extends Error {
  override readonly name = 'InvalidAccountError';
  readonly code = 'IDENTITY_INVALID';
  readonly field: string;
  readonly rule: string;

  constructor(field: string, rule: string) {
    super(`${field} ${rule}.`);
    this.field = field;
    this.rule = rule;
  }
}

/** The name is taken. */
export class NameTakenError extends Error {
  override readonly name = 'NameTakenError';
  readonly code = 'IDENTITY_NAME_TAKEN';

  constructor(what: 'user' | 'group', name: string) {
    super(`There is a ${what} ${JSON.stringify(name)} already; choose another name.`);
  }
}

/** There is no such user, group or token, or none that the asker may see. */
export class NoSuchAccountError extends Error {
  override readonly name = 'NoSuchAccountError';
  readonly code = 'IDENTITY_NOT_FOUND';

  constructor(what: 'user' | 'group' | 'token' | 'feedback', id: string) {
    super(`There is no ${what} ${JSON.stringify(id)}.`);
  }
}

/** Name or password are wrong, or the account is disabled: which of them is not told. */
export class LoginRefusedError extends Error {
  override readonly name = 'LoginRefusedError';
  readonly code = 'IDENTITY_LOGIN_REFUSED';

  constructor() {
    super('The name or the password is wrong, or the account is disabled.');
  }
}

/** Too many failed logins of late. */
export class LoginThrottledError extends Error {
  override readonly name = 'LoginThrottledError';
  readonly code = 'IDENTITY_LOGIN_THROTTLED';
  readonly retryAfterS: number;

  constructor(retryAfterS: number) {
    super(`Too many logins failed; try again in ${retryAfterS} s.`);
    this.retryAfterS = retryAfterS;
  }
}

/** The one-time secret of the first administrator is wrong, used or too old, or there is an administrator already. */
export class SetupRefusedError extends Error {
  override readonly name = 'SetupRefusedError';
  readonly code = 'IDENTITY_SETUP_REFUSED';

  constructor() {
    super(
      'The set-up link is wrong, used or too old; the server prints a new one at each start while there is no administrator.',
    );
  }
}

/** The secret of a sign-in link is wrong, used or too old, or its user is disabled. */
export class LinkRefusedError extends Error {
  override readonly name = 'LinkRefusedError';
  readonly code = 'IDENTITY_LINK_REFUSED';

  constructor() {
    super(
      'The sign-in link is wrong, used or too old; log in with name and password, or have a new one made.',
    );
  }
}

/** The last administrator cannot be disabled or lose the role: nobody could give it back. */
export class LastAdminError extends Error {
  override readonly name = 'LastAdminError';
  readonly code = 'IDENTITY_LAST_ADMIN';

  constructor(name: string) {
    super(`${name} is the last administrator; make another one first.`);
  }
}
