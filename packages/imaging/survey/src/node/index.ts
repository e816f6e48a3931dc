/** The parts that need Node. */
export { type FilePageSource, openPageSource } from './file-page-source.js';
