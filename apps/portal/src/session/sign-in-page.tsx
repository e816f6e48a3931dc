/** Where a link leads that logs a browser in: as `make start` and `imsim-od portal` print it. The secret is after the `#`, and works once. */
import { Alert, Code, Loader, Text } from '@mantine/core';
import { Link, useRouter } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { client, queryClient } from '../service/client.js';
import { failureText } from '../service/use-call.js';
import { DoorPage } from './door-page.js';

/** The page. */
export function SignInPage() {
  const router = useRouter();
  const [fault, setFault] = useState<string | null>(null);
  const isBegun = useRef(false);
  useEffect(() => {
    if (isBegun.current) return;
    isBegun.current = true;
    const secret = window.location.hash.slice(1);
    // Out of the address, and so out of the browser's history.
    window.history.replaceState(window.history.state, '', '/sign-in');
    client
      .call('signInByLink', { body: { secret: secret === '' ? '-' : secret } })
      .then(() => {
        queryClient.clear();
        router.history.replace('/');
      })
      .catch((error: unknown) =>
        setFault(failureText(error instanceof Error ? error : new Error(String(error)))),
      );
  }, [router]);
  return (
    <DoorPage title="Signing in">
      <div role="status" aria-live="polite">
        {fault === null ? (
          <Loader aria-label="You are being logged in" />
        ) : (
          <Alert color="red">{fault}</Alert>
        )}
      </div>
      {fault !== null && (
        <Text size="sm">
          <Link to="/login">Log in with name and password</Link>, or have a new link printed on the machine of
          the service: <Code>imsim-od portal</Code>.
        </Text>
      )}
    </DoorPage>
  );
}
