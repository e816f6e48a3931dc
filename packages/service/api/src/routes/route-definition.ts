/** What an address is, and what several share. */
import Type, { type Static, type TSchema } from 'typebox';
import type { ErrorCode } from '../errors.js';
import * as s from '../schemas.js';

/** Who may ask: anyone, or a token with a scope. */
export type Policy = 'public' | { readonly scope: Static<typeof s.ScopeSchema> };

/** One address. */
export interface RouteDefinition {
  readonly method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Under /api/v1, parameters as `:id`. */
  readonly path: string;
  readonly summary: string;
  readonly policy: Policy;
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: TSchema;
  /** What a success answers with; absent: nothing (204), or what the summary says. */
  readonly response?: TSchema;
  readonly status?: 200 | 201 | 202 | 204;
  /** Of an answer that is no JSON document: the media type by status; null: no body. */
  readonly media?: Readonly<Record<number, string | null>>;
  /** Besides those that every address may answer with. */
  readonly errors: readonly ErrorCode[];
}

/** An address, its literal types kept. */
export const route = <const R extends RouteDefinition>(definition: R): R => definition;
/** The policy: a token with this scope. */
export const scope = <const S extends Static<typeof s.ScopeSchema>>(name: S) => ({ scope: name });
/** An object without other fields. */
export const { strictObject: strict } = s;

/** The parameter of an address of one thing. */
export const Id = strict({ id: s.UuidSchema });
/** Where the next page begins. */
export const After = Type.Optional(Type.String({ maxLength: 100, description: '`next` of the page before' }));
/** Items of a page. */
export const Limit = Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: 'items at most' }));
/** A page and nothing else. */
export const page = strict({ after: After, limit: Limit });
