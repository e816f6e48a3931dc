/** Where the one-time link leads that a new service prints: it makes the first administrator. The secret is after the `#`. */
import { Alert, Button, PasswordInput, Stack, Text, TextInput } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { client } from '../service/client.js';
import { failureText } from '../service/use-call.js';
import { DoorPage } from './door-page.js';
import { logIn } from './session.js';

/** The page. */
export function SetupPage() {
  const router = useRouter();
  const [secret] = useState(() => window.location.hash.slice(1));
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [again, setAgain] = useState('');
  const [fault, setFault] = useState<string | null>(
    secret === '' ? 'This link is not whole: it ends in # and a secret, as the service printed it.' : null,
  );
  const [isAsking, setAsking] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (password !== again) return setFault('The two passwords differ.');
    setAsking(true);
    setFault(null);
    try {
      await client.call('setup', { body: { secret, name, password } });
      await logIn(name, password);
      router.history.push('/');
    } catch (failure) {
      setFault(failureText(failure instanceof Error ? failure : new Error(String(failure))));
      setAsking(false);
    }
  };
  return (
    <DoorPage title="First administrator">
      <Text size="sm">
        Nobody administers this service yet. The account that you make here can make others. The link works
        once, and you are logged in at once.
      </Text>
      <form onSubmit={(event) => void submit(event)}>
        <Stack>
          <TextInput
            label="Name"
            description="2 to 63 of a-z, 0-9, point, hyphen and underscore; first a letter"
            autoComplete="username"
            required
            withAsterisk={false}
            pattern="[a-z][a-z0-9._\-]{1,62}"
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password"
            description="12 characters or more"
            autoComplete="new-password"
            required
            withAsterisk={false}
            minLength={12}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
          />
          <PasswordInput
            label="Password again"
            autoComplete="new-password"
            required
            withAsterisk={false}
            value={again}
            onChange={(event) => setAgain(event.currentTarget.value)}
            visibilityToggleButtonProps={{ 'aria-label': 'Show the second password' }}
          />
          <div role="alert">{fault !== null && <Alert color="red">{fault}</Alert>}</div>
          <Button type="submit" loading={isAsking}>
            Make the account
          </Button>
        </Stack>
      </form>
    </DoorPage>
  );
}
