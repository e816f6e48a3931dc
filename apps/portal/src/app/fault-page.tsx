/** What is shown in place of a screen that cannot be shown. */
import { ApiError } from '@imsim-od/api';
import { Alert, Button, Code, Group, Stack, Text, Title } from '@mantine/core';
import { type ErrorComponentProps, Link, useRouter } from '@tanstack/react-router';
import { useEffect } from 'react';
import { failureText } from '../service/use-call.js';

/** A screen failed: why, and how to go on. */
export function FaultPage({ error: thrown, reset }: ErrorComponentProps) {
  const router = useRouter();
  const error = thrown instanceof Error ? thrown : new Error(String(thrown));
  const isOurs =
    !(error instanceof ApiError) && !(error instanceof TypeError && /fetch/i.test(error.message));
  return (
    <Stack maw={680} p="md" role="alert">
      <Title order={1} size="h2">
        This screen cannot be shown
      </Title>
      <Alert color="red">{isOurs ? 'The portal has a bug.' : failureText(error)}</Alert>
      {isOurs && <Code block>{error.message}</Code>}
      {error instanceof ApiError && error.requestId !== null && (
        <Text size="sm">
          Where it is reported, give the request’s id: <Code>{error.requestId}</Code>
        </Text>
      )}
      <Group>
        <Button
          onClick={() => {
            reset();
            void router.invalidate();
          }}
        >
          Try again
        </Button>
        <Button variant="default" onClick={() => window.location.assign('/')}>
          Begin anew
        </Button>
      </Group>
    </Stack>
  );
}

/** There is no such page. */
export function MissingPage() {
  useEffect(() => {
    document.title = 'No such page – ImSim On Demand';
  }, []);
  return (
    <Stack maw={680} p="md" component="main">
      <Title order={1} size="h2">
        There is no such page
      </Title>
      <Text>
        The address is misspelt, or what it showed is gone. Runs stand under <Link to="/runs">Runs</Link>,
        their files under <Link to="/data">Data</Link>.
      </Text>
      <Link to="/">Begin anew</Link>
    </Stack>
  );
}
