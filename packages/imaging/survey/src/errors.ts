/** What can be wrong with a scheduler database, or with the choice of its visits. */

/** Thrown where a database cannot be read, lacks what a visit needs, or holds what no visit can be. */
export class SurveyDatabaseError extends Error {
  readonly code = 'SURVEY_DATABASE';
  readonly file: string;

  constructor(file: string, message: string, options?: ErrorOptions) {
    super(`${file}: ${message}`, options);
    this.name = 'SurveyDatabaseError';
    this.file = file;
  }
}

/** Thrown where the choice of visits names none, or too many. */
export class SurveyChoiceError extends Error {
  readonly code = 'SURVEY_CHOICE';

  constructor(message: string) {
    super(message);
    this.name = 'SurveyChoiceError';
  }
}

/** Thrown for an expression that cannot be read; `at` counts characters from 0. */
export class WhereError extends Error {
  readonly code = 'SURVEY_WHERE';
  readonly at: number;

  constructor(expression: string, at: number, detail: string) {
    const shown = expression.length > 200 ? '' : `\n  ${expression}\n  ${' '.repeat(at)}^`;
    super(`--where, character ${at + 1}: ${detail}${shown}`);
    this.name = 'WhereError';
    this.at = at;
  }
}
