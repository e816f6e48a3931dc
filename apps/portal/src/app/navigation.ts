/** What stands in the portal's navigation, and the keys that lead there. */
import type { IconName } from '../icons/icon.js';

/** An entry. */
export interface NavigationEntry {
  readonly path: '/design' | '/runs' | '/look' | '/data' | '/truth' | '/account' | '/admin';
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
  { path: '/design', label: 'Design', icon: 'design', key: 'n', purpose: 'say what to simulate, and see it' },
  { path: '/runs', label: 'Runs', icon: 'runs', key: 'r', purpose: 'what is being simulated, and what was' },
  { path: '/look', label: 'Look', icon: 'look', key: 'l', purpose: 'images, their pixels and their truth' },
  {
    path: '/data',
    label: 'Data',
    icon: 'data',
    key: 'd',
    purpose: 'find images and tables, and take them home',
  },
  {
    path: '/truth',
    label: 'Truth',
    icon: 'table',
    key: 't',
    purpose: 'ask what was put into the images, in SQL',
  },
  {
    path: '/account',
    label: 'Account',
    icon: 'account',
    key: 'a',
    purpose: 'storage, mail, password, tokens',
  },
  {
    path: '/admin',
    label: 'Administration',
    icon: 'admin',
    key: 'm',
    purpose: 'health, users, groups, feedback, audit',
    isForAdmins: true,
  },
];

/** Where one begins. */
export const FIRST_SCREEN = '/design';
