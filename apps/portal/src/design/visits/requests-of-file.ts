/** Several requests of one file as visits of the design screen: what they share is the request, what differs is each visit's part. */
import { DECIDED_BY_VISIT, ROTATOR_KEYS } from '@imsim-od/survey';
import type { Json } from '../request-document.js';
import type { ChosenVisits } from './chosen-visits.js';

/** The visits of documents, the first of them shown; null where there is one alone. */
export function visitsOfDocuments(documents: readonly Json[], name: string): ChosenVisits | null {
  const [first, ...others] = documents;
  if (first === undefined || others.length === 0) return null;
  const known = new Set([...DECIDED_BY_VISIT, ...ROTATOR_KEYS]);
  const keys = new Set(documents.flatMap((document) => Object.keys(document)));
  const differing = [...keys].filter((key) => {
    const text = JSON.stringify(first[key]);
    return known.has(key) || others.some((document) => JSON.stringify(document[key]) !== text);
  });
  return {
    databaseName: name,
    option: null,
    parts: documents.map((document) =>
      Object.fromEntries(differing.flatMap((key) => (key in document ? [[key, document[key]]] : []))),
    ),
    shown: 0,
    notes: [],
  };
}
