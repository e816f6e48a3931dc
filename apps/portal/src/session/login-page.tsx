/** The way in. */
import { Text } from '@mantine/core';
import { getRouteApi, useRouter } from '@tanstack/react-router';
import { DoorPage } from './door-page.js';
import { LoginForm } from './login-form.js';

const route = getRouteApi('/login');

/** The page. */
export function LoginPage() {
  const { back } = route.useSearch();
  const router = useRouter();
  return (
    <DoorPage title="Log in">
      <Text size="sm">
        Describe a visit of the Rubin Observatory, and get its images, with the truth behind every pixel.
      </Text>
      <LoginForm onLoggedIn={() => router.history.push(back ?? '/')} />
      <Text size="sm" c="dimmed">
        No account, or a forgotten password? Those who administer this service make accounts and set new
        passwords.
      </Text>
    </DoorPage>
  );
}
