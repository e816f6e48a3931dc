/** The folder of everything that a service keeps. */
import { chmodSync, mkdirSync } from 'node:fs';

/** Started by root, the database runs under another account, which must pass through the home; what lies in it is closed by itself. */
const MODE = process.getuid?.() === 0 ? 0o711 : 0o700;

/** Makes the home where it is not there. A folder that somebody else made keeps the mode that they gave it. */
export function makeHome(home: string): void {
  const made = mkdirSync(home, { recursive: true, mode: MODE });
  if (made !== undefined) chmodSync(home, MODE); // whatever the umask took
}
