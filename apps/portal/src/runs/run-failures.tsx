/** Why tasks have failed, and what to do. */
import type { Run } from '@imsim-od/api';
import { Alert, Button, Code, Stack, Text } from '@mantine/core';
import { Icon } from '../icons/icon.js';

/** One notice for each reason. */
export function RunFailures({
  failures,
  onShowTask,
}: {
  readonly failures: Run['failures'];
  readonly onShowTask: (taskIndex: number) => void;
}) {
  return (
    <Stack gap="sm">
      {failures.map(({ end, reason, tasks, taskIndex, advice }) => (
        <Alert
          key={`${end} ${reason}`}
          color="red"
          icon={<Icon name="warning" />}
          title={`${tasks === 1 ? 'One task' : `${tasks} tasks`} failed: ${end}`}
        >
          <Stack gap="xs" align="flex-start">
            <Code block w="100%">
              {reason}
            </Code>
            <Text size="sm">{advice}</Text>
            <Button size="xs" variant="default" onClick={() => onShowTask(taskIndex)}>
              Show the log {tasks === 1 ? '' : 'of one'}
            </Button>
          </Stack>
        </Alert>
      ))}
    </Stack>
  );
}
