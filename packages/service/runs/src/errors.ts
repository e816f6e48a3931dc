/** What can go wrong with runs. */

/** There is no such run, or none that the asker may see. */
export class NoSuchRunError extends Error {
  override readonly name = 'NoSuchRunError';
  readonly code = 'RUN_NOT_FOUND';

  constructor(id: string) {
    super(`There is no run ${JSON.stringify(id.slice(0, 80))} that you may see.`);
  }
}

/** The asker may see the run, but it is another's. */
export class NotRunOwnerError extends Error {
  override readonly name = 'NotRunOwnerError';
  readonly code = 'RUN_NOT_OWNER';

  constructor(id: string) {
    super(`The run ${id} belongs to another user; its owner or an administrator may change it.`);
  }
}

/** A fault in what was submitted, and where. */
export interface SubmissionFault {
  /** As `requests[2].sky[0].path`. */
  readonly path: string;
  readonly message: string;
}

/** What was submitted cannot be run. */
export class SubmissionError extends Error {
  override readonly name = 'SubmissionError';
  readonly code = 'RUN_INVALID';
  readonly faults: readonly SubmissionFault[];

  constructor(faults: readonly SubmissionFault[]) {
    super(faults.map(({ path, message }) => `${path}: ${message}`).join('\n'));
    this.faults = faults;
  }
}

/** A user has as many tasks under way as one may. */
export class TooManyTasksError extends Error {
  override readonly name = 'TooManyTasksError';
  readonly code = 'RUN_TASK_LIMIT';
  readonly limit: number;
  readonly active: number;
  readonly wanted: number;

  constructor(limit: number, active: number, wanted: number) {
    super(
      `${wanted} more tasks are wanted, ${active} are under way and ${limit} are allowed; wait for some to end, or split the request.`,
    );
    this.limit = limit;
    this.active = active;
    this.wanted = wanted;
  }
}

/** There is a run under the id already, and it is another. */
export class RunExistsError extends Error {
  override readonly name = 'RunExistsError';
  readonly code = 'RUN_EXISTS';

  constructor(id: string) {
    super(`There is another run under the id ${id}; choose a new id for a new run.`);
  }
}

/** The run is not in a state that allows what was asked. */
export class RunStateError extends Error {
  override readonly name = 'RunStateError';
  readonly code = 'RUN_STATE';

  constructor(id: string, what: string) {
    super(`The run ${id} ${what}.`);
  }
}
