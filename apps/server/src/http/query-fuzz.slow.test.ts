/** Query strings of every address against invented ones: values of the contract's types or a coded error, nothing else. */
import { ROUTES } from '@imsim-od/api';
import { fuzz, soupOf } from '@imsim-od/testing/fuzz';
import fc from 'fast-check';
import { parse } from 'node:querystring';
import type { TSchema } from 'typebox';
import { it } from 'vitest';
import { compileValidator } from './validation.js';

/** The query schemas of all addresses that take one, each compiled once. */
const validators = Object.values(ROUTES as Readonly<Record<string, { readonly query?: TSchema }>>).flatMap(
  ({ query }) =>
    query === undefined
      ? []
      : [compileValidator({ schema: query, httpPart: 'querystring', method: 'GET', url: '/' })],
);
const NAMES = [
  ...new Set(
    Object.values(
      ROUTES as Readonly<Record<string, { readonly query?: { readonly properties?: object } }>>,
    ).flatMap(({ query }) => Object.keys(query?.properties ?? {})),
  ),
];
const VALUES = [
  '1',
  '-1',
  '1e999',
  '0x10',
  'true',
  'null',
  '[1,2]',
  '{"a":1}',
  'r',
  '%00',
  '%zz',
  '',
  '1.5',
  '٣',
];

it('query strings under fuzz are values or a coded error', () =>
  fuzz({
    what: 'query strings',
    inputs: fc.oneof(
      fc
        .array(fc.tuple(fc.constantFrom(...NAMES, '__proto__', 'constructor'), fc.constantFrom(...VALUES)), {
          maxLength: 6,
        })
        .map((pairs) => pairs.map((pair) => pair.join('=')).join('&')),
      soupOf([...NAMES, ...VALUES], ['=', '&', '[', ']', '']),
    ),
    parse: (input) => {
      const query = parse(input as string);
      for (const validate of validators) {
        const outcome: unknown = validate(query);
        if (typeof outcome === 'object' && outcome !== null && 'error' in outcome) {
          const { error } = outcome as { readonly error: Error & { readonly code?: unknown } };
          if (error.code !== 'API_VALIDATION') throw error;
        }
      }
    },
  }));
