/** Visits of scheduler databases (OpSim, rubin_scheduler) as requests. */
export { SurveyChoiceError, SurveyDatabaseError, WhereError } from './errors.js';
export {
  MAX_PLACES,
  VISIT_QUANTITIES,
  type VisitFacets,
  type VisitLine,
  type VisitPage,
  type VisitQuantity,
  type VisitQuery,
  type VisitRange,
  readVisitFacets,
  readVisitPage,
} from './browse-survey.js';
export { type PageSource, memoryPageSource } from './page-source.js';
export { MAX_VISITS, type Survey, type VisitChoice, describeSurvey, readSurvey } from './read-survey.js';
export type { ScheduledVisit } from './scheduled-visit.js';
export { DECIDED_BY_VISIT, ROTATOR_KEYS, visitRequestDocument, withoutVisit } from './visit-request.js';
