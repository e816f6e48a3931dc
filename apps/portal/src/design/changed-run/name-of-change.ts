/** Names of runs. */

/** Characters of one, at most. */
export const LONGEST_NAME = 200;

/** What a change of a run is called unless its author says. */
export function nameOfChange(runName: string): string {
  const numbered = /^(.*) \(changed(?: (\d+))?\)$/s.exec(runName);
  const end = numbered === null ? ' (changed)' : ` (changed ${Number(numbered[2] ?? 1) + 1})`;
  return (numbered?.[1] ?? runName).slice(0, LONGEST_NAME - end.length) + end;
}
