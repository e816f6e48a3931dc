/** Scheduler databases: their visits, read by the runner. */
import { readDataset, settleIfAbsent, type Viewer } from '@imsim-od/archive';
import type { FastifyInstance } from 'fastify';
import { ApiFault } from '../http/api-fault.js';
import { viewerOf } from '../http/authentication.js';
import { registerRoute } from '../http/register-route.js';
import type { Services } from '../services.js';
import type { StoredSurvey } from '../work/work-protocol.js';

const DEFAULT_PAGE = 100;
/** Visits of a run, at most. */
const MOST_VISITS = 5000;

/** Registers the addresses. */
export function registerSurveys(app: FastifyInstance, { archive, runner }: Services): void {
  registerRoute(app, 'surveyVisits', async ({ params, query, request }) => {
    const { where = '', order, descending = false, after = '0', limit = DEFAULT_PAGE } = query;
    const offset = Number(after);
    const { visits, matching } = await runner.askSurvey(await survey(viewerOf(request), params.id), {
      ask: 'page',
      query: { where, offset, limit, isDescending: descending, ...(order === undefined ? {} : { order }) },
    });
    const end = offset + visits.length;
    return { items: [...visits], matching, next: end < matching && visits.length > 0 ? String(end) : null };
  });
  registerRoute(app, 'surveyFacets', async ({ params, query, request }) => {
    const stored = await survey(viewerOf(request), params.id);
    const facets = await runner.askSurvey(stored, { ask: 'facets', where: query.where ?? '' });
    return structuredClone(facets) as never;
  });
  registerRoute(app, 'surveyRequests', async ({ params, body, request }) => {
    const { visitIds, where = '', limit = MOST_VISITS } = body;
    if (visitIds !== undefined && (body.where !== undefined || body.limit !== undefined))
      throw new ApiFault('API_INVALID', 'body: visitIds and where both choose visits; give one of them');
    const stored = await survey(viewerOf(request), params.id);
    const chosen = await runner.askSurvey(
      stored,
      visitIds === undefined ? { ask: 'visits', where, limit } : { ask: 'visits', visitIds },
    );
    return { matching: chosen.matching, visits: [...chosen.visits], notes: [...chosen.notes] };
  });

  /** A database that the viewer may see, and whose bytes are there. @throws ApiFault, NotInArchiveError */
  async function survey(viewer: Viewer, id: string): Promise<StoredSurvey> {
    const dataset = await readDataset(archive, viewer, id);
    if (dataset.type !== 'survey')
      throw new ApiFault(
        'SURVEY_INVALID',
        `${dataset.name} is of type ${dataset.type}, no scheduler database.`,
      );
    if (dataset.state !== 'present' || (await settleIfAbsent(archive, dataset)) !== undefined)
      throw new ApiFault('ARCHIVE_GONE', `The bytes of ${dataset.name} are gone from the store.`);
    return { name: dataset.name, path: archive.store.pathOf(dataset.sha256) };
  }
}
