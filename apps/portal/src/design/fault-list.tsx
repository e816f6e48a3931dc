/** What is wrong with the request, one by one, each with a way to take out what it is about: not every key has a field on the screen. */
import { Button, Group, Stack, Text } from '@mantine/core';
import { useDesign, useDesigned } from './design-state.js';
import classes from './design.module.css';
import { valueAt } from './request-document.js';

/** As many are shown; the others come up as these are mended. */
const MOST = 20;
/** Keys that every request has: without them it would only have another fault. */
const NEEDED = /^(pointing|band)(\.|$)|\.type$/;

/** The list; nothing where there is no fault. */
export function FaultList() {
  const { takeOut } = useDesign();
  const faults = useDesigned(({ checked }) => checked.faults);
  const document = useDesigned((state) => state.document);
  if (faults.length === 0) return null;
  return (
    <div className={classes['faults']} tabIndex={0} role="region" aria-label="To be mended">
      <Stack gap={4}>
        {faults.length > 1 && <Text size="sm">{faults.length} things to mend:</Text>}
        {faults.slice(0, MOST).map(({ path, message }) => (
          <Group key={`${path} ${message}`} gap="xs" wrap="nowrap" align="flex-start">
            <Text size="sm" c="var(--mantine-color-error)" className={classes['faultText']}>
              {message}
            </Text>
            {!NEEDED.test(path) && valueAt(document, path) !== undefined && (
              <Button
                size="compact-xs"
                variant="default"
                flex="none"
                aria-label={`Take out ${path}`}
                onClick={() => takeOut(path)}
              >
                Take it out
              </Button>
            )}
          </Group>
        ))}
      </Stack>
    </div>
  );
}
