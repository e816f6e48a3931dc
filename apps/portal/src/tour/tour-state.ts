/** Whether the tour is shown: at a browser's first visit, and whenever somebody asks for it. */

const KEY = 'imsim-od.tour';

let isOpen = !wasSeen();
const watchers = new Set<() => void>();

function set(next: boolean): void {
  isOpen = next;
  for (const watcher of watchers) watcher();
}

/** For `useSyncExternalStore`. */
export const tour = {
  subscribe: (watcher: () => void): (() => void) => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  },
  isOpen: (): boolean => isOpen,
  open: (): void => set(true),
  /** Closes it for good in this browser. */
  close: (): void => {
    try {
      window.localStorage.setItem(KEY, 'seen');
    } catch {
      // A browser without a memory shows it again.
    }
    set(false);
  },
};

function wasSeen(): boolean {
  try {
    return window.localStorage.getItem(KEY) === 'seen';
  } catch {
    return false;
  }
}
