/** Keys that work everywhere: G and a letter leads to a screen, ? lists the keys. None works while somebody types. */
import { useEffect, useRef } from 'react';

/** Keys by what is pressed: one key, or two with a space between, such as `g r`. */
export type Shortcuts = Readonly<Record<string, () => void>>;

/** The second key must follow within so long. */
const SEQUENCE_MS = 1500;

/** Listens for keys while the component is shown. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const current = useRef(shortcuts);
  useEffect(() => {
    current.current = shortcuts;
  });
  useEffect(() => {
    let first = '';
    let timer: ReturnType<typeof setTimeout> | undefined;
    const onKey = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || isTyping(event.target))
        return;
      const { key } = event;
      const act = current.current[first === '' ? key : `${first} ${key}`];
      clearTimeout(timer);
      if (act !== undefined) {
        first = '';
        event.preventDefault();
        act();
        return;
      }
      const begins = Object.keys(current.current).some((keys) => keys.startsWith(`${key} `));
      first = begins ? key : '';
      timer = setTimeout(() => (first = ''), SEQUENCE_MS);
    };
    document.addEventListener('keydown', onKey);
    return () => {
      clearTimeout(timer);
      document.removeEventListener('keydown', onKey);
    };
  }, []);
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable ||
      target.closest('input, textarea, select, [role="dialog"], [role="menu"], [role="listbox"]') !== null)
  );
}
