/** Accounts, groups, tokens and the audit. */
export { type AuditEntry, type AuditPage, type AuditRecord, listAudit, writeAudit } from './audit.js';
export {
  InvalidAccountError,
  LastAdminError,
  LinkRefusedError,
  LoginRefusedError,
  LoginThrottledError,
  NameTakenError,
  NoSuchAccountError,
  SetupRefusedError,
} from './errors.js';
export {
  type Feedback,
  type FeedbackPage,
  listFeedback,
  markFeedback,
  type NewFeedback,
  sendFeedback,
} from './feedback.js';
export { claimFirstAdmin, newSetupSecret } from './first-admin.js';
export { createGroup, deleteGroup, type Group, listGroups, setMembers } from './groups.js';
export { type Credentials, login, sweepIdentity } from './login.js';
export { identitySchema } from './migrations.js';
export type { IdentityDatabase, IdentityTables } from './schema.js';
export { isScope, mayAct, type Principal, type Scope, SCOPES, USER_ROLES, type UserRole } from './scopes.js';
export { createSignInLink, type SignInLink, signInByLink } from './sign-in-links.js';
export {
  authenticate,
  createToken,
  type IssuedToken,
  listTokens,
  type NewToken,
  revokeToken,
  type TokenInfo,
} from './tokens.js';
export {
  changeUser,
  createUser,
  hasAdmin,
  listUsers,
  type NewUser,
  readUser,
  setPassword,
  type User,
  type UserChanges,
} from './users.js';
