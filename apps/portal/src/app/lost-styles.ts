/** Style sheets that a dropped connection lost. Pages are loaded piece by piece, and each sheet is asked for once alone. */

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60_000;

/** Asks for lost style sheets again until they come, after longer and longer waits. */
export function fetchLostStylesAgain(): void {
  const waits = new WeakMap<HTMLLinkElement, number>();
  const onLost = ({ target }: Event): void => {
    if (!(target instanceof HTMLLinkElement) || target.rel !== 'stylesheet') return;
    const waitMs = waits.get(target) ?? FIRST_WAIT_MS;
    window.setTimeout(() => {
      const again = target.cloneNode() as HTMLLinkElement;
      waits.set(again, Math.min(2 * waitMs, LONGEST_WAIT_MS));
      target.replaceWith(again);
    }, waitMs);
  };
  // Errors of elements do not bubble; they are seen on the way down.
  window.addEventListener('error', onLost, true);
}
