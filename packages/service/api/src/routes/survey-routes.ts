/** Scheduler databases that were uploaded: looking through them, and choosing visits. */
import Type from 'typebox';
import type { ErrorCode } from '../errors.js';
import * as s from '../survey-schemas.js';
import { Id, route, scope, strict } from './route-definition.js';

const SURVEY: readonly ErrorCode[] = ['ARCHIVE_NOT_FOUND', 'ARCHIVE_GONE', 'SURVEY_INVALID'];

/** By name. */
export const SURVEY_ROUTES = {
  surveyVisits: route({
    method: 'GET',
    path: '/datasets/:id/visits',
    summary: 'Visits of a scheduler database that meet a condition, a page at a time',
    policy: scope('data:read'),
    params: Id,
    query: s.SurveyPageQuerySchema,
    response: s.SurveyPageSchema,
    errors: SURVEY,
  }),
  surveyFacets: route({
    method: 'GET',
    path: '/datasets/:id/visits/facets',
    summary: 'How the visits that meet a condition are spread over bands, nights, airmass and the sky',
    policy: scope('data:read'),
    params: Id,
    query: strict({ where: Type.Optional(s.SurveyPageQuerySchema.properties.where) }),
    response: s.SurveyFacetsSchema,
    errors: SURVEY,
  }),
  surveyRequests: route({
    method: 'POST',
    path: '/datasets/:id/visits/requests',
    summary: 'What chosen visits give to a request each: by number, or by condition',
    policy: scope('data:read'),
    params: Id,
    body: s.SurveyChoiceSchema,
    response: s.SurveyRequestsSchema,
    errors: SURVEY,
  }),
} as const;
