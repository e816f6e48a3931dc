// The kernel's exports. Every function takes byte pointers into the imported memory, laid out by the host
// (src/memory-map.ts); nothing here allocates, and no state outlives a call.
export { seed, fillWords } from './rng';
export { fillNormals } from './gaussian';
export { poissonCount } from './count';
export { poissonRow, poissonUniformRow } from './poisson';
export { realiseRectangle } from './realise';
export { shootPoint, shootSersic } from './photons';
export { shootBatch } from './batch';
export { leastWords, leastWordsBatch, shootSersicBeyond } from './reach';
export { blend, phases, quarterPlane } from './spectrum';
export { stamp } from './stamps';
export { radialStamp } from './radial';
export { bigEndianRow } from './output';
export { addBilinear, addConstant } from './surface';
export { addDark, crosstalk, digitize, gatherRow, maxOfRow, parallelTransfer, serialTransfer } from './readout';
export { riceEncode } from './rice';
