/**
 * Uploads that were cancelled while the service was not reached. The browser remembers where they lie, and tells the service as soon as it is
 * reached again, be it after the page was closed: without that the service would keep what it has of them for a week.
 */
import { ApiError, type Client, endUpload } from '@imsim-od/api';

const KEY = 'imsim-od.uploads.given-up';
const PLACE = /^\/api\/v1\/uploads\/[\w-]+$/;
/** As many are remembered; the oldest are forgotten, and left to the service. */
const MOST_KEPT = 100;
/** How long the service is waited for. */
const PATIENCE_MS = 10_000;

/** Gives an upload up at the service, now or as soon as it is reached. It is remembered before this returns; nothing is thrown. */
export async function giveUpUpload(client: Client, location: string): Promise<void> {
  keep([...kept().filter((other) => other !== location), location]);
  await endGivenUpUploads(client);
}

/** Gives up those that are remembered; where the service does not answer, they stay remembered. Nothing is thrown. */
export async function endGivenUpUploads(client: Client): Promise<void> {
  for (const location of kept()) {
    try {
      await endUpload(client, location, AbortSignal.timeout(PATIENCE_MS));
    } catch (error) {
      if (!(error instanceof ApiError)) return;
      // What is nobody's any more, or another user's, is none of ours; else it is tried again.
      if (error.status !== 404 && error.status !== 403) continue;
    }
    keep(kept().filter((other) => other !== location));
  }
}

function kept(): readonly string[] {
  try {
    const said: unknown = JSON.parse(window.localStorage.getItem(KEY) ?? '[]');
    const places = Array.isArray(said) ? (said as readonly unknown[]) : [];
    return places.filter((place): place is string => typeof place === 'string' && PLACE.test(place));
  } catch {
    return [];
  }
}

function keep(locations: readonly string[]): void {
  try {
    if (locations.length === 0) window.localStorage.removeItem(KEY);
    else window.localStorage.setItem(KEY, JSON.stringify(locations.slice(-MOST_KEPT)));
  } catch {
    // Without room the service keeps what it has for a week.
  }
}
