/** The page's side of the test of scheduler databases: a dropped file's bytes in, visits out. */
import { type Survey, memoryPageSource, readSurvey } from '@imsim-od/survey';

declare global {
  interface Window {
    surveyInPage?: (bytes: readonly number[], where: string) => Promise<Survey>;
  }
}

window.surveyInPage = (bytes, where) =>
  readSurvey(memoryPageSource('dropped.db', Uint8Array.from(bytes)), { where });
