/** Fuzzing of parsers: inputs from nothing and from valid ones, and what a parser may never do with them. */
export { fuzz, type FuzzTarget, isCodedError } from './fuzz.js';
export { damaged, type Damage, soupOf } from './inputs.js';
