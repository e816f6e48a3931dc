/** Scheduler databases in a store: what they hold, and visits of them. */
import {
  describeSurvey,
  type PageSource,
  readSurvey,
  readVisitFacets,
  readVisitPage,
  visitRequestDocument,
} from '@imsim-od/survey';
import { openPageSource } from '@imsim-od/survey/node';
import type {
  CatalogSummary,
  ChosenVisits,
  StoredCatalog,
  SurveyAnswer,
  SurveyQuestion,
} from './work-messages.js';

/** A database, by the name that its owner knows. */
export interface StoredSurvey {
  readonly name: string;
  readonly path: string;
}

/** Says what a database holds. @throws SurveyDatabaseError where it is none of visits */
export async function summariseSurvey({ name, files }: StoredCatalog): Promise<CatalogSummary> {
  const path = files.find((file) => file.name === name)?.path ?? name;
  return withSource({ name, path }, async (source) => {
    const { total, notes } = await readVisitFacets(source);
    const text = await describeSurvey(source);
    return { kind: 'survey', objects: total, skipped: {}, notes: [`${text}.`, ...notes], files: [] };
  });
}

/** Answers a question about a database. @throws SurveyDatabaseError, SurveyChoiceError, WhereError */
export async function askSurvey({
  question,
  ...stored
}: StoredSurvey & { readonly question: SurveyQuestion }): Promise<SurveyAnswer> {
  return withSource<SurveyAnswer>(stored, (source) => {
    switch (question.ask) {
      case 'page':
        return readVisitPage(source, question.query);
      case 'facets':
        return readVisitFacets(source, question.where);
      case 'visits':
        return chosenVisits(source, question);
    }
  });
}

async function chosenVisits(
  source: PageSource,
  question: Extract<SurveyQuestion, { readonly ask: 'visits' }>,
): Promise<ChosenVisits> {
  const { visits, matching, notes } = await readSurvey(
    source,
    'visitIds' in question
      ? { visitIds: question.visitIds }
      : {
          ...(question.where.trim() === '' ? {} : { where: question.where }),
          limit: question.limit,
        },
  );
  return {
    matching,
    notes,
    visits: visits.map((visit) => ({ visitId: visit.visitId, request: visitRequestDocument(visit) })),
  };
}

async function withSource<T>(
  { name, path }: StoredSurvey,
  use: (source: PageSource) => Promise<T>,
): Promise<T> {
  const file = openPageSource(path);
  try {
    return await use({
      name,
      byteLength: file.byteLength,
      read: (offset, into) => file.read(offset, into),
    });
  } finally {
    file.close();
  }
}
