/** A judge that a test under `CI=true` cannot do without is not installed. */
export class MissingJudgeError extends Error {
  readonly code = 'TESTING_MISSING_JUDGE';
  /** What is missing. */
  readonly judge: string;
  /** Where it was looked for. */
  readonly lookedAt: readonly string[];

  constructor(judge: string, lookedAt: readonly string[], remedy: string) {
    super(
      `${judge} is missing at ${lookedAt.join(' and ')}; under CI=true no test may skip for want of it. ${remedy}`,
    );
    this.name = 'MissingJudgeError';
    this.judge = judge;
    this.lookedAt = lookedAt;
  }
}
