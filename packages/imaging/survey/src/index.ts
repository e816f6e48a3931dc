/** Visits of scheduler databases (OpSim, rubin_scheduler) as requests. */
export { SurveyChoiceError, SurveyDatabaseError, WhereError } from './errors.js';
export { type PageSource, memoryPageSource } from './page-source.js';
export { MAX_VISITS, type Survey, type VisitChoice, describeSurvey, readSurvey } from './read-survey.js';
export type { ScheduledVisit } from './scheduled-visit.js';
export { DECIDED_BY_VISIT, visitRequestDocument } from './visit-request.js';
