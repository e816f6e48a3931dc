/** The service's library of SED files, from which tasks take the spectra that catalogs name. */
import Type from 'typebox';
import { route, scope, strict } from './route-definition.js';

/** By name. */
export const SED_ROUTES = {
  listSedFiles: route({
    method: 'GET',
    path: '/sed-files',
    summary: 'Paths of the SED files that tasks draw spectra from; none where colours go by family',
    policy: scope('data:read'),
    response: strict({
      paths: Type.Array(Type.String(), {
        description: 'below the library, with / between folders, ascending',
      }),
    }),
    errors: [],
  }),
  downloadSedFile: route({
    method: 'GET',
    path: '/sed-files/content',
    summary: 'The bytes of a SED file',
    policy: scope('data:read'),
    query: strict({ path: Type.String({ minLength: 1, maxLength: 512 }) }),
    media: { 200: 'application/octet-stream' },
    errors: ['ARCHIVE_NOT_FOUND'],
  }),
} as const;
