/** Name and password. */
import { Alert, Button, PasswordInput, Stack, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { failureText } from '../service/use-call.js';
import { logIn } from './session.js';

/** The form. */
export function LoginForm({
  initialName = '',
  onLoggedIn,
}: {
  readonly initialName?: string;
  readonly onLoggedIn: (name: string) => void;
}) {
  const [name, setName] = useState(initialName);
  const [password, setPassword] = useState('');
  const [error, setError] = useState<Error | null>(null);
  const [isAsking, setAsking] = useState(false);
  const submit = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    setAsking(true);
    setError(null);
    try {
      await logIn(name.trim(), password);
      onLoggedIn(name.trim());
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
    } finally {
      setAsking(false);
    }
  };
  return (
    <form onSubmit={(event) => void submit(event)}>
      <Stack>
        <TextInput
          label="Name"
          autoComplete="username"
          required
          withAsterisk={false}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus={initialName === '' || undefined}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': 'Show the password' }}
          data-autofocus={initialName !== '' || undefined}
        />
        <div role="alert">{error !== null && <Alert color="red">{failureText(error)}</Alert>}</div>
        <Button type="submit" loading={isAsking}>
          Log in
        </Button>
      </Stack>
    </form>
  );
}
