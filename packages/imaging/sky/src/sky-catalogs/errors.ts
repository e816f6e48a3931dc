/** Errors of reading a folder of sky catalogs. */
import { asSentence } from '../tables/errors.js';

/** The folder or its configuration cannot be understood. */
export class SkyCatalogError extends Error {
  readonly code = 'SKY_CATALOG';
  readonly file: string;
  constructor(file: string, problem: string, options?: ErrorOptions) {
    super(`${file}: ${asSentence(problem)}`, options);
    this.name = 'SkyCatalogError';
    this.file = file;
  }
}

/** A type of objects that is unknown, or not in the folder. */
export class SkyCatalogTypeError extends Error {
  readonly code = 'SKY_CATALOG_TYPE';
  readonly file: string;
  readonly objectType: string;
  constructor(file: string, objectType: string, problem: string) {
    super(`${file}: ${asSentence(problem)}`);
    this.name = 'SkyCatalogTypeError';
    this.file = file;
    this.objectType = objectType;
  }
}
