/** The parts of the sky package that need Node. */
export { openFileSource } from './file-source.js';
