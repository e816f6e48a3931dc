/** The version of the simulation: a hash of kernel, tables and physics code, made at build time. */
export { simulationVersion } from './generated/simulation-version.js';
