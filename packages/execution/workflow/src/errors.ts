/** What can go wrong in the journal: small classes with a stable code and the facts as fields. */

/** A write was refused because the server's lease had run out or was taken over; nothing of the write happened. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
  readonly code = 'WORKFLOW_LEASE_LOST';
  readonly token: number;

  constructor(token: number) {
    super(
      `Lease ${token} is no longer held: it ran out or another server took over. Nothing was written; take a new lease.`,
    );
    this.token = token;
  }
}

/** A run with this id exists and was submitted with other contents; ids are given out once. */
export class RunConflictError extends Error {
  override readonly name = 'RunConflictError';
  readonly code = 'WORKFLOW_RUN_CONFLICT';
  readonly runId: string;

  constructor(runId: string) {
    super(`Run ${runId} exists already with other contents; submit a new run under a new id.`);
    this.runId = runId;
  }
}

/** No run has this id. */
export class RunNotFoundError extends Error {
  override readonly name = 'RunNotFoundError';
  readonly code = 'WORKFLOW_RUN_NOT_FOUND';
  readonly runId: string;

  constructor(runId: string) {
    super(`Run ${runId} is not known; it may have been deleted.`);
    this.runId = runId;
  }
}

/** The run still has jobs at its site, and what was asked needs it to be at rest. */
export class RunBusyError extends Error {
  override readonly name = 'RunBusyError';
  readonly code = 'WORKFLOW_RUN_BUSY';
  readonly runId: string;

  constructor(runId: string, wish: string) {
    super(
      `Run ${runId} still has jobs at its site and cannot be ${wish}; cancel it and wait for them to end.`,
    );
    this.runId = runId;
  }
}

/** A run, or a rule in it, that cannot be accepted. */
export class InvalidRunError extends Error {
  override readonly name = 'InvalidRunError';
  readonly code = 'WORKFLOW_INVALID_RUN';
  readonly field: string;
  readonly value: unknown;

  constructor(field: string, value: unknown, rule: string, runId?: string) {
    super(`${field} is ${JSON.stringify(value)}; ${rule}${runId === undefined ? '' : ` (run ${runId})`}.`);
    this.field = field;
    this.value = value;
  }
}

/** A batch names an expander that this server does not have. */
export class UnknownExpanderError extends Error {
  override readonly name = 'UnknownExpanderError';
  readonly code = 'WORKFLOW_UNKNOWN_EXPANDER';
  readonly expander: string;

  constructor(expander: string, known: readonly string[]) {
    super(`No expander "${expander}" on this server; known: ${known.join(', ') || 'none'}.`);
    this.expander = expander;
  }
}

/** A change of tasks that no caller of the journal may ask for: a fault of the program. */
export class JournalMisuseError extends Error {
  override readonly name = 'JournalMisuseError';
  readonly code = 'WORKFLOW_JOURNAL_MISUSE';
}

/** What a task left is not what it should be; thrown by whoever records outputs, it ends the attempt as `outputs`. */
export class BadOutputsError extends Error {
  override readonly name: string = 'BadOutputsError';
  readonly code: string = 'WORKFLOW_BAD_OUTPUTS';
}
