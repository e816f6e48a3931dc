/** The service's SED files, from which tasks take the spectra that catalogs name. */
import Type from 'typebox';
import { route, scope, strict } from './route-definition.js';

const SedDir = Type.Optional(
  Type.String({
    maxLength: 100,
    description:
      'library:NAME or dataset:ID, as in a request; default: the folder that the service has itself',
  }),
);

/** By name. */
export const SED_ROUTES = {
  listSedFiles: route({
    method: 'GET',
    path: '/sed-files',
    summary: 'Paths of the SED files that tasks draw spectra from; none where colours go by family',
    policy: scope('data:read'),
    query: strict({ sedDir: SedDir }),
    response: strict({
      paths: Type.Array(Type.String(), {
        description: 'below the library, with / between folders, ascending',
      }),
    }),
    errors: ['ARCHIVE_NOT_FOUND', 'ARCHIVE_INPUT', 'RUN_INVALID'],
  }),
  downloadSedFile: route({
    method: 'GET',
    path: '/sed-files/content',
    summary: 'The bytes of a SED file',
    policy: scope('data:read'),
    query: strict({ path: Type.String({ minLength: 1, maxLength: 512 }), sedDir: SedDir }),
    media: { 200: 'application/octet-stream' },
    errors: ['ARCHIVE_NOT_FOUND', 'ARCHIVE_INPUT', 'RUN_INVALID'],
  }),
} as const;
