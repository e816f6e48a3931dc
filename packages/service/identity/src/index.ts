/** Accounts, tokens, groups, audit. */
export {};
