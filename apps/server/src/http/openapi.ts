/** The OpenAPI 3.1 document, made from the contract, and a page to read it. */
import fastifySwagger from '@fastify/swagger';
import fastifySwaggerUi from '@fastify/swagger-ui';
import { API_PREFIX, ERRORS } from '@imsim-od/api';
import type { FastifyInstance } from 'fastify';

/** Collects the addresses that are registered after it. */
export async function describeApi(app: FastifyInstance): Promise<void> {
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'ImSim On Demand',
        version: '1',
        description: [
          'Describe a Rubin/LSST visit; get simulated images, their truth and catalogs.',
          'Errors are RFC 9457 problem documents whose `code` is one of:',
          ...Object.entries(ERRORS).map(
            ([code, { status, title, advice }]) => `- **${code}** (${status}): ${title}. ${advice}`,
          ),
        ].join('\n'),
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', description: 'a token, as `imsim-od login` gets one' },
        },
      },
      security: [{ token: [] }],
    },
  });
}

/** The bar of the page is for other documents, of which there are none. */
const DOCS_STYLE = '.swagger-ui .topbar { display: none } .swagger-ui .info { margin: 2rem 0 1rem }';

/** Answers `openapi.json` and the page. */
export async function serveDocs(app: FastifyInstance): Promise<void> {
  app.get(`${API_PREFIX}/openapi.json`, { config: { policy: 'public' }, schema: { hide: true } }, async () =>
    app.swagger(),
  );
  await app.register(async (scope) => {
    scope.addHook('onRoute', (route) => {
      route.config = { ...route.config, policy: 'public' };
    });
    await scope.register(fastifySwaggerUi, {
      routePrefix: `${API_PREFIX}/docs`,
      staticCSP: true,
      transformStaticCSP: (header) => `${header}; frame-ancestors 'none'`,
      uiConfig: { docExpansion: 'list', deepLinking: true, tryItOutEnabled: false },
      theme: {
        title: 'ImSim On Demand API',
        css: [{ filename: 'imsim-od.css', content: DOCS_STYLE }],
      },
    });
  });
}
