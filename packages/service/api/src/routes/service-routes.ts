/** The service itself. */
import Type from 'typebox';
import * as s from '../schemas.js';
import { route, scope } from './route-definition.js';

/** By name. */
export const SERVICE_ROUTES = {
  listSites: route({
    method: 'GET',
    path: '/sites',
    summary: 'The sites and how busy they are',
    policy: scope('runs:read'),
    response: s.pageOf(s.SiteSchema),
    errors: [],
  }),
  requestSchema: route({
    method: 'GET',
    path: '/request-schema',
    summary: 'The JSON Schema of a request',
    policy: 'public',
    response: Type.Unknown(),
    errors: [],
  }),

  serviceStatus: route({
    method: 'GET',
    path: '/admin/status',
    summary: 'Versions, room on disk, and what each user has waiting and under way',
    policy: scope('admin'),
    response: s.ServiceStatusSchema,
    errors: [],
  }),
  integrity: route({
    method: 'GET',
    path: '/admin/integrity',
    summary: 'What the crawler has found',
    policy: scope('admin'),
    response: s.IntegritySchema,
    errors: [],
  }),
} as const;
