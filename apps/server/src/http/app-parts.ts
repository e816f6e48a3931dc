import type { RunHub } from '../events/run-hub.js';
import type { LibraryReader } from '../library/library-reader.js';
import type { Services } from '../services.js';
import type { Uploads } from '../uploads/uploads.js';

/** What the addresses work with. */
export interface AppParts {
  readonly services: Services;
  readonly hub: RunHub;
  readonly uploads: Uploads;
  readonly library: LibraryReader;
}
