/** An answer of SQL as a table of which only the rows in sight are in the page. */
import type { QueryResult } from '@imsim-od/api';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { cellText } from './result-text.js';
import classes from './result-table.module.css';

const ROW_PX = 30;

/** The table. */
export function ResultTable({ result: { columns, rows } }: { readonly result: QueryResult }) {
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 20,
  });
  const shown = virtualizer.getVirtualItems();
  const before = shown[0]?.start ?? 0;
  const after = virtualizer.getTotalSize() - (shown.at(-1)?.end ?? 0);
  return (
    <div ref={scroller} className={classes['scroller']} tabIndex={0} role="region" aria-label="Answer">
      <table className={classes['table']} aria-rowcount={rows.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {columns.map(({ name, type }) => (
              <th scope="col" key={name} title={type}>
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {before > 0 && <Spacer columns={columns.length} height={before} />}
          {shown.map(({ index }) => (
            <tr key={index} aria-rowindex={index + 2}>
              {(rows[index] ?? []).map((value, column) => (
                <td key={columns[column]?.name ?? column} data-number={typeof value === 'number'}>
                  {cellText(value)}
                </td>
              ))}
            </tr>
          ))}
          {after > 0 && <Spacer columns={columns.length} height={after} />}
        </tbody>
      </table>
    </div>
  );
}

function Spacer({ columns, height }: { readonly columns: number; readonly height: number }) {
  return (
    <tr aria-hidden="true">
      <td colSpan={columns} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}
