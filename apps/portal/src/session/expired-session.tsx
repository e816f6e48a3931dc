/** A session ended while a page is open: logging in again over the page, which keeps everything that was typed into it. */
import { Modal, Stack, Text } from '@mantine/core';
import { useSyncExternalStore } from 'react';
import { LoginForm } from './login-form.js';
import { sessionEnd } from './session.js';

/** Shown while the session is over. */
export function ExpiredSession({ name }: { readonly name: string }) {
  const hasEnded = useSyncExternalStore(sessionEnd.subscribe, sessionEnd.hasEnded);
  return (
    <Modal
      opened={hasEnded}
      onClose={() => undefined}
      withCloseButton={false}
      closeOnClickOutside={false}
      closeOnEscape={false}
      title="Your session has ended"
    >
      <Stack>
        <Text size="sm">Log in again to go on where you are; nothing on this page is lost.</Text>
        <LoginForm
          initialName={name}
          onLoggedIn={(newName) => {
            // Another user must not go on with what was shown to this one.
            if (newName.toLowerCase() !== name) window.location.assign('/');
          }}
        />
      </Stack>
    </Modal>
  );
}
