/** The focal plane of one exposure of a run, each detector in the colour of its task's state as it happens. */
import type { Task } from '@imsim-od/api';
import { Group, Select, Stack, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { FocalPlane } from '../focal-plane/focal-plane.js';
import { FocalPlaneLegend } from '../focal-plane/focal-plane-legend.js';
import { TASK_STATE_WORDS, taskStateWord } from './task-state.js';
import { exposuresOf } from './use-tasks.js';

/** The drawing with its legend; pressing a detector shows its task. */
export function RunFocalPlane({
  tasks,
  shownTask,
  onShowTask,
}: {
  readonly tasks: readonly Task[];
  readonly shownTask: number | null;
  readonly onShowTask: (taskIndex: number) => void;
}) {
  const exposures = useMemo(() => exposuresOf(tasks), [tasks]);
  const [chosen, setChosen] = useState<string | null>(null);
  const exposure = exposures.find(({ key }) => key === chosen) ?? exposures[0];
  const byDetector = useMemo(
    () =>
      new Map(
        tasks
          .filter(({ visit, snap }) => visit === exposure?.visit && snap === exposure.snap)
          .map((task) => [task.detectorId, task] as const),
      ),
    [tasks, exposure],
  );
  const counts = new Map<string, number>();
  for (const { state } of byDetector.values()) counts.set(state, (counts.get(state) ?? 0) + 1);
  const pressed = [...byDetector.values()].find(({ taskIndex }) => taskIndex === shownTask);
  return (
    <Stack gap="xs">
      {exposures.length > 1 && (
        <Select
          label="Visit"
          data={exposures.map(({ key, visit, snap, band }) => ({
            value: key,
            label: `${visit}, ${band} band, snap ${snap}`,
          }))}
          value={exposure?.key ?? null}
          onChange={setChosen}
          allowDeselect={false}
          searchable
          maw={320}
        />
      )}
      <FocalPlane
        label={
          exposure === undefined
            ? 'Focal plane; the tasks are not known yet'
            : `Focal plane of visit ${exposure.visit}, snap ${exposure.snap}, ${exposure.band} band: ${legendText(counts)}`
        }
        look={({ id, name }) => {
          const task = byDetector.get(id);
          return task === undefined
            ? { state: 'absent', label: `${name}, not in this run`, isIdle: true }
            : { state: task.state, label: `${name}, ${taskStateWord(task.state)}` };
        }}
        onPress={({ id }) => {
          const task = byDetector.get(id);
          if (task !== undefined) onShowTask(task.taskIndex);
        }}
        pressedId={pressed?.detectorId ?? null}
      />
      <Group gap="xs">
        <FocalPlaneLegend
          entries={Object.keys(TASK_STATE_WORDS).flatMap((state) =>
            counts.has(state) ? [{ state, label: `${counts.get(state) ?? 0} ${taskStateWord(state)}` }] : [],
          )}
        />
      </Group>
      <Text size="xs" c="dimmed">
        x to the right, y up, as in the camera’s own view. Press a detector for its log and files.
      </Text>
    </Stack>
  );
}

function legendText(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([state, count]) => `${count} ${taskStateWord(state)}`).join(', ');
}
