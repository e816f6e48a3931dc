/** What the light profiles refuse: a parameter outside its range, and a table file that is not what it should be. */

/** A profile was asked for with a parameter outside its range. */
export class ProfileParameterError extends Error {
  readonly code = 'PROFILE_PARAMETER';
  readonly profile: string;
  readonly parameter: string;
  readonly value: number;

  constructor(profile: string, parameter: string, value: number, rule: string) {
    super(`${profile}: ${parameter} is ${value}, but must be ${rule}.`);
    this.name = 'ProfileParameterError';
    this.profile = profile;
    this.parameter = parameter;
    this.value = value;
  }
}

/** tables.bin is damaged or of another version. */
export class ProfileTablesError extends Error {
  readonly code = 'PROFILE_TABLES';
  readonly fact: 'magic' | 'length' | 'sha256';
  readonly value: string;
  readonly expected: string;

  constructor(fact: 'magic' | 'length' | 'sha256', value: string, expected: string) {
    super(`tables.bin: its ${fact} is ${value}, expected ${expected}; build the kernel again.`);
    this.name = 'ProfileTablesError';
    this.fact = fact;
    this.value = value;
    this.expected = expected;
  }
}

/** Throws unless the value is positive and finite. */
export function requirePositive(profile: string, parameter: string, value: number): void {
  if (!(value > 0 && value < Infinity)) {
    throw new ProfileParameterError(profile, parameter, value, 'positive and finite');
  }
}
