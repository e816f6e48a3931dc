/** Registering the addresses of the contract, typed by it. */
import {
  API_PREFIX,
  COMMON_ERRORS,
  ERRORS,
  ProblemSchema,
  type RouteDefinition,
  type RouteName,
  ROUTES,
} from '@imsim-od/api';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';

type Part<R, K extends string> = R extends { readonly [P in K]: infer S extends TSchema }
  ? Static<S>
  : undefined;

/** What a handler is given. */
export interface RouteInput<N extends RouteName> {
  readonly params: Part<(typeof ROUTES)[N], 'params'>;
  readonly query: Part<(typeof ROUTES)[N], 'query'>;
  readonly body: Part<(typeof ROUTES)[N], 'body'>;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

/** What a handler answers: the response of the contract; an address without one answers by itself, or not at all. */
export type RouteOutput<N extends RouteName> = (typeof ROUTES)[N] extends {
  readonly response: infer S extends TSchema;
}
  ? Static<S>
  : void | FastifyReply;

/** Registers one address of the contract. */
export function registerRoute<N extends RouteName>(
  app: FastifyInstance,
  name: N,
  handler: (input: RouteInput<N>) => Promise<RouteOutput<N>>,
): void {
  const definition: RouteDefinition = ROUTES[name];
  const { params, query, body, response, status = 200 } = definition;
  app.route({
    method: definition.method,
    url: `${API_PREFIX}${definition.path}`,
    config: { policy: definition.policy },
    schema: {
      operationId: name,
      ...(params === undefined ? {} : { params }),
      ...(query === undefined ? {} : { querystring: query }),
      ...(body === undefined ? {} : { body }),
      ...describeRoute(definition),
    },
    handler: async (request, reply) => {
      const input = { params: request.params, query: request.query, body: request.body, request, reply };
      // Without a response in the contract, and not empty either, the handler answers by itself.
      if (response === undefined && status !== 204) return handler(input as RouteInput<N>);
      const answer = await handler(input as RouteInput<N>);
      return status === 204 ? reply.code(204).send() : reply.code(status).send(answer);
    },
  });
}

/** The part of an address's OpenAPI description that says who may ask, and what is answered. */
export function describeRoute({
  path,
  summary,
  policy,
  response,
  status = 200,
  media,
  errors,
}: Omit<RouteDefinition, 'method'>): Record<string, unknown> {
  const codes = [
    ...errors,
    ...COMMON_ERRORS,
    ...(policy === 'public' ? [] : (['AUTH_REQUIRED', 'AUTH_SCOPE', 'AUTH_ORIGIN'] as const)),
  ];
  const byStatus = new Map<number, string[]>();
  for (const code of codes)
    byStatus.set(ERRORS[code].status, [...(byStatus.get(ERRORS[code].status) ?? []), code]);
  const empty = { type: 'null', description: summary };
  const success =
    media !== undefined
      ? Object.fromEntries(
          Object.entries(media).map(([code, type]) => [
            code,
            type === null ? { ...empty } : { description: summary, content: { [type]: { schema: {} } } },
          ]),
        )
      : { [status]: response ?? empty };
  return {
    summary,
    tags: [path.split('/')[1] ?? ''],
    ...(policy === 'public' ? { security: [] } : { description: `Scope: ${policy.scope}.` }),
    response: {
      ...success,
      ...Object.fromEntries(
        [...byStatus].map(([code, names]) => [
          code,
          {
            description: names.join(', '),
            content: { 'application/problem+json': { schema: ProblemSchema } },
          },
        ]),
      ),
    },
  };
}
