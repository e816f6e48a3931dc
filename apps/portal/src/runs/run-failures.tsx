/** Why tasks have failed, and what to do. */
import type { Run } from '@imsim-od/api';
import { Alert, Button, Code, Stack, Text } from '@mantine/core';
import { Icon } from '../icons/icon.js';

/** How an attempt ended, in words. */
const END_WORDS: Readonly<Record<string, string>> = {
  exit: 'the program stopped with a fault',
  memory: 'more memory than the site gives',
  wall: 'more time than it was given',
  cpu: 'more CPU time than it was given',
  lost: 'its worker was lost',
  refused: 'the site refused it',
  outputs: 'its files did not come back whole',
  evicted: 'the site stopped it',
};

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
          title={`${tasks === 1 ? 'One task' : `${tasks} tasks`} failed: ${END_WORDS[end] ?? end}`}
          styles={{ body: { minWidth: 0 } }}
        >
          <Stack gap="xs" align="flex-start">
            <Code block w="100%" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
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
