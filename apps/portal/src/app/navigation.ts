/** What stands in the portal's navigation, and the keys that lead there. */
import type { IconName } from '../icons/icon.js';

/** An entry. */
export interface NavigationEntry {
  readonly path: '/design' | '/runs';
  readonly label: string;
  readonly icon: IconName;
  /** Pressed after G. */
  readonly key: string;
  /** What one does there, for the list of keys. */
  readonly purpose: string;
  /** For administrators alone. */
  readonly isForAdmins?: boolean;
}

/** In the order of the bar. */
export const NAVIGATION: readonly NavigationEntry[] = [
  { path: '/design', label: 'Design', icon: 'design', key: 'd', purpose: 'say what to simulate, and see it' },
  { path: '/runs', label: 'Runs', icon: 'runs', key: 'r', purpose: 'what is being simulated, and what was' },
];

/** Where one begins. */
export const FIRST_SCREEN = '/design';
