/** The tasks of a run as a table, by state; only the rows in sight are in the page. */
import type { Task } from '@imsim-od/api';
import { Button, Select, Stack, Text, UnstyledButton } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useMemo, useRef, useState } from 'react';
import { bytesText, countText, durationText } from '../page-parts/quantity.js';
import { TASK_STATE_WORDS, taskStateWord } from './task-state.js';
import classes from './task-table.module.css';

const ROW_PX = 36;

/** The table. */
export function TaskTable({
  tasks,
  hasMore,
  onMore,
  onShowTask,
}: {
  readonly tasks: readonly Task[];
  readonly hasMore: boolean;
  readonly onMore: () => void;
  readonly onShowTask: (taskIndex: number) => void;
}) {
  const [state, setState] = useState<string | null>(null);
  const shown = useMemo(
    () => (state === null ? tasks : tasks.filter((task) => task.state === state)),
    [tasks, state],
  );
  const scroller = useRef<HTMLDivElement>(null);
  const virtualizer = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW_PX,
    overscan: 12,
  });
  const rows = virtualizer.getVirtualItems();
  const before = rows[0]?.start ?? 0;
  const after = virtualizer.getTotalSize() - (rows.at(-1)?.end ?? 0);
  return (
    <Stack gap="xs">
      <Select
        label="State"
        placeholder="any"
        clearable
        clearButtonProps={{ 'aria-label': 'Any state' }}
        data={Object.entries(TASK_STATE_WORDS).map(([value, label]) => ({ value, label }))}
        value={state}
        onChange={setState}
        maw={240}
      />
      <div ref={scroller} className={classes['scroller']} tabIndex={0} role="region" aria-label="Tasks">
        <table className={classes['table']} aria-rowcount={shown.length + 1}>
          <thead>
            <tr aria-rowindex={1}>
              {['Detector', 'Visit', 'Snap', 'State', 'Attempts', 'Sources', 'CPU', 'Bytes'].map((name) => (
                <th scope="col" key={name}>
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {before > 0 && <Spacer height={before} />}
            {rows.map(({ index }) => {
              const task = shown[index];
              return task === undefined ? null : (
                <tr key={task.taskIndex} aria-rowindex={index + 2}>
                  <td>
                    <UnstyledButton className={classes['open']} onClick={() => onShowTask(task.taskIndex)}>
                      {task.detector}
                    </UnstyledButton>
                  </td>
                  <td>{task.visit}</td>
                  <td>{task.snap}</td>
                  <td>{taskStateWord(task.state)}</td>
                  <td>{task.attempt}</td>
                  <td>{task.sources === null ? '–' : countText(task.sources)}</td>
                  <td>{task.cpuS === null ? '–' : durationText(task.cpuS)}</td>
                  <td>{task.bytes === null ? '–' : bytesText(task.bytes)}</td>
                </tr>
              );
            })}
            {after > 0 && <Spacer height={after} />}
          </tbody>
        </table>
      </div>
      <Text size="sm" c="dimmed">
        {countText(shown.length)} tasks{hasMore ? ' are read so far' : ''}.
      </Text>
      {hasMore && (
        <Button variant="default" onClick={onMore}>
          Read more
        </Button>
      )}
    </Stack>
  );
}

function Spacer({ height }: { readonly height: number }) {
  return (
    <tr aria-hidden="true">
      <td colSpan={8} style={{ height, padding: 0, border: 0 }} />
    </tr>
  );
}
