/** Judges and fixtures for the tests: Python, command-line tools, other engines, shared data. */
export { caseCount, isValidation } from './counts.js';
export { chromiumLaunchOptions, chromiumPath, node24Path, type ChromiumLaunchOptions } from './engines.js';
export { askPython, hasPython, hasTool, pythonPath, runPython, runTool } from './judges.js';
export { MissingJudgeError } from './missing-judge-error.js';
export { inCi, repositoryRoot, sharedPath } from './repository.js';
