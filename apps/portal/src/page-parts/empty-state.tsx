/** What is shown where there is nothing yet: what would be here, and how to make it come. */
import { Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';

/** Teaches. */
export function EmptyState({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Paper withBorder p="xl">
      <Stack gap="sm" maw={640} mx="auto">
        <Title order={2} size="h3">
          {title}
        </Title>
        {typeof children === 'string' ? <Text>{children}</Text> : children}
      </Stack>
    </Paper>
  );
}
