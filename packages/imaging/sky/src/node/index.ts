/** The parts of the sky package that need Node. */
export { openFileInFolder, openFileSource } from './file-source.js';
export { openRangeFile } from './range-file.js';
