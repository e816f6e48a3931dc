/** Names of files that hold the number of a cell, as the configuration states them: `galaxy_(?P<healpix>\d+).parquet`. */

/** What stands before and after the number. */
export interface NameTemplate {
  readonly before: string;
  readonly after: string;
}

/** Reads a template; all but the place of the number is taken literally, so nothing of the file runs as a pattern. */
export function parseNameTemplate(text: string): NameTemplate | undefined {
  const match = /^(.*)\(\?P<(?:healpix|htm|pixel)>\\d\+\)(.*)$/.exec(text);
  if (match === null) return undefined;
  const [before, after] = [match[1]!, match[2]!].map((part) => part.replaceAll('\\', ''));
  return before!.includes('/') || after!.includes('/') ? undefined : { before: before!, after: after! };
}

/** The name of the file of a cell. */
export function nameOfCell({ before, after }: NameTemplate, cell: number): string {
  return `${before}${cell}${after}`;
}

/** The cell of a file; undefined where the name is not of the template. */
export function cellOfName({ before, after }: NameTemplate, name: string): number | undefined {
  if (!name.startsWith(before) || !name.endsWith(after)) return undefined;
  const digits = name.slice(before.length, name.length - after.length);
  return /^\d{1,15}$/.test(digits) ? Number(digits) : undefined;
}
