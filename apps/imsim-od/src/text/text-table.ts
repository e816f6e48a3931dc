/** A table in plain text: a head, columns padded to their widest cell, numbers to the right. */

/** One column: its head and which side its cells keep to. */
export interface TextColumn {
  readonly head: string;
  readonly align?: 'left' | 'right';
}

/** The lines of a table; the last column is never padded. */
export function formatTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): string {
  const widths = columns.map(({ head }, index) =>
    Math.max(head.length, ...rows.map((row) => row[index]!.length)),
  );
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, index) =>
        columns[index]!.align === 'right' ? cell.padStart(widths[index]!) : cell.padEnd(widths[index]!),
      )
      .join('  ')
      .trimEnd();
  return [line(columns.map(({ head }) => head)), ...rows.map(line)].join('\n');
}
