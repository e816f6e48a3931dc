/** The parts of the sky package that need Node. */
export { openFileSource } from './file-source.js';
export { openRangeFile } from './range-file.js';
export { openSedFolder } from './sed-folder.js';
