/** All addresses of the API. */
import type { FastifyInstance } from 'fastify';
import type { AppParts } from '../http/app-parts.js';
import { registerAccounts } from './accounts.js';
import { registerArchive } from './archive.js';
import { registerCatalogIndexes } from './catalog-indexes.js';
import { registerCollections } from './collections.js';
import { registerEvents } from './events.js';
import { registerExplanations } from './explanations.js';
import { registerFileSets } from './file-sets.js';
import { registerImageDifferences } from './image-differences.js';
import { registerLibrary } from './library.js';
import { registerQueries } from './queries.js';
import { registerRuns } from './runs.js';
import { registerSedFiles } from './sed-files.js';
import { registerService } from './service.js';
import { registerSessions } from './sessions.js';
import { registerSurveys } from './surveys.js';
import { registerUploads } from './uploads.js';

/** Registers them. */
export function registerRoutes(app: FastifyInstance, { services, hub, uploads, library }: AppParts): void {
  registerSessions(app, services);
  registerAccounts(app, services);
  registerRuns(app, services);
  registerEvents(app, services, hub);
  registerFileSets(app, services);
  registerArchive(app, services);
  registerImageDifferences(app, services);
  registerCatalogIndexes(app, services);
  registerCollections(app, services);
  registerUploads(app, uploads);
  registerSurveys(app, services);
  registerLibrary(app, services, library);
  registerSedFiles(app, services);
  registerExplanations(app, services);
  registerQueries(app, services);
  registerService(app, services);
}
