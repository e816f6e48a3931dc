/** The library: catalogs, tables, maps and scheduler databases that an administrator offers to every user. */
import Type from 'typebox';
import * as s from '../schemas.js';
import { route, scope, strict } from './route-definition.js';

const Name = Type.String({ minLength: 1, maxLength: 63, description: 'as requests name it: library:NAME' });

export const LibraryEntrySchema = strict({
  name: Name,
  state: Type.Union([Type.Literal('reading'), Type.Literal('ready'), Type.Literal('failed')], {
    description: 'what is ready is offered; the others are shown to administrators',
  }),
  readShare: Type.Number({ minimum: 0, maximum: 1, description: 'of its files' }),
  failure: Type.String({ description: 'why it cannot be offered; else empty' }),
  kind: Type.String({
    description: 'catalog, table, fits, survey, seds, skyCatalogs; empty until it is read',
  }),
  description: Type.String(),
  objects: Type.Union([Type.Number(), Type.Null()], { description: 'objects, rows, visits or spectra' }),
  addedAtUtc: Type.String(),
  dataset: s.DatasetSchema,
});

/** By name. */
export const LIBRARY_ROUTES = {
  listLibrary: route({
    method: 'GET',
    path: '/library',
    summary: 'What administrators offer to every user, by name',
    policy: scope('data:read'),
    response: s.pageOf(LibraryEntrySchema),
    errors: [],
  }),
  addToLibrary: route({
    method: 'POST',
    path: '/library',
    summary:
      'Offer an uploaded file with what it includes, a folder of sky catalogs, or an archive of SED files to every user under a name',
    policy: scope('admin'),
    body: strict({
      name: Name,
      datasetId: s.UuidSchema,
      description: Type.Optional(Type.String({ maxLength: 500 })),
      wholeFolder: Type.Optional(
        Type.Boolean({ description: 'the folder of the dataset, with all files in it: sky catalogs' }),
      ),
    }),
    response: LibraryEntrySchema,
    status: 202,
    errors: ['ARCHIVE_NOT_FOUND', 'ARCHIVE_INPUT'],
  }),
  removeFromLibrary: route({
    method: 'DELETE',
    path: '/library/:name',
    summary: 'Offer it no more; its files stay with their owner',
    policy: scope('admin'),
    params: strict({ name: Name }),
    status: 204,
    errors: ['ARCHIVE_NOT_FOUND'],
  }),
} as const;
