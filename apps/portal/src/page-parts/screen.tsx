/** The frame of one screen: its heading, which also names the browser's tab, what can be done, and its help. */
import { Group, Stack, Title } from '@mantine/core';
import { type ReactNode, useEffect } from 'react';
import { helpDoor } from '../help/help-drawer.js';

/** What a screen gives. */
export interface ScreenProps {
  readonly title: string;
  /** Said in the help drawer: what the screen is for, what is on it, what to do. A constant element of the screen's module. */
  readonly help: ReactNode;
  /** Beside the heading. */
  readonly actions?: ReactNode;
  readonly children: ReactNode;
}

/** A screen. */
export function Screen({ title, help, actions, children }: ScreenProps) {
  useEffect(() => {
    document.title = `${title} – ImSim On Demand`;
  }, [title]);
  useEffect(() => helpDoor.put(help), [help]);
  useEffect(() => helpDoor.name(title), [title]);
  return (
    <Stack gap="md">
      <Group justify="space-between" align="center">
        <Title order={1} size="h2">
          {title}
        </Title>
        {actions !== undefined && <Group gap="xs">{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
