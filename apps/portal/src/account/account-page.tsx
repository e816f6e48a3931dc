/** One's own account: how much is stored, mail, password, and the tokens that programs use. */
import {
  Button,
  Code,
  Grid,
  Paper,
  PasswordInput,
  Progress,
  Stack,
  Switch,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useSuspenseQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { Failure } from '../page-parts/failure.js';
import { bytesText, countText } from '../page-parts/quantity.js';
import { Screen } from '../page-parts/screen.js';
import { useAct } from '../service/use-call.js';
import { meQuery } from '../session/session.js';
import { TokenList } from './token-list.js';

const HELP = (
  <>
    <p>
      <strong>Quota</strong>: what you store counts once, however often it is linked. When it is full, drop
      pixels on the Data screen: their recipes stay, and they are made again when somebody fetches them.
    </p>
    <p>
      <strong>Tokens</strong> let programs act for you: notebooks, scripts, other machines. Give each its own,
      with no more scopes than it needs and an end. A token’s text is shown once; a lost one is revoked and
      made anew.
    </p>
    <p>
      On the command line: <Code>imsim-od account</Code>, <Code>imsim-od token create notebook</Code>.
    </p>
  </>
);

/** The screen. */
export function AccountPage() {
  const { data: me } = useSuspenseQuery(meQuery);
  const { bytes, datasets, quotaBytes } = me.usage;
  const share = quotaBytes === 0 ? 100 : Math.min(100, (100 * bytes) / quotaBytes);
  return (
    <Screen title="Account" help={HELP}>
      <Grid>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <Stack>
            <Paper withBorder p="md">
              <Title order={2} size="h4">
                Storage
              </Title>
              <Text size="sm" mt={4}>
                {bytesText(bytes)} of {bytesText(quotaBytes)} in {countText(datasets)} files
              </Text>
              <Progress
                mt="xs"
                size="lg"
                value={share}
                color={share > 90 ? 'red.8' : 'sea'}
                aria-label={`${share.toFixed(1)} % of the quota`}
              />
            </Paper>
            <Paper withBorder p="md">
              <Title order={2} size="h4">
                You
              </Title>
              <Text size="sm" mt={4}>
                {me.name}, {me.role === 'admin' ? 'an administrator' : 'a user'}
                {me.groups.length > 0 && `; in the groups ${me.groups.map(({ name }) => name).join(', ')}`}
              </Text>
              <Settings key={`${me.displayName} ${me.email}`} me={me} />
            </Paper>
            <Paper withBorder p="md">
              <Title order={2} size="h4">
                Password
              </Title>
              <ChangePassword />
            </Paper>
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, md: 6 }}>
          <TokenList scopes={me.scopes} />
        </Grid.Col>
      </Grid>
    </Screen>
  );
}

function Settings({
  me,
}: {
  readonly me: {
    readonly displayName: string;
    readonly email: string | null;
    readonly notifyByEmail: boolean;
  };
}) {
  const [displayName, setDisplayName] = useState(me.displayName);
  const [email, setEmail] = useState(me.email ?? '');
  const change = useAct('changeMe', {
    changes: ['me'],
    showsFailure: true,
    onDone: () => notifications.show({ message: 'It is kept.' }),
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate({
      body: { displayName: displayName.trim(), email: email.trim() === '' ? null : email.trim() },
    });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" mt="sm" align="flex-start">
        <TextInput
          label="Name as others see it"
          value={displayName}
          maxLength={200}
          onChange={(event) => setDisplayName(event.currentTarget.value)}
          w="100%"
        />
        <TextInput
          label="Mail address"
          type="email"
          autoComplete="email"
          value={email}
          onChange={(event) => setEmail(event.currentTarget.value)}
          w="100%"
        />
        <Switch
          label="Tell me by mail when a run of mine ends"
          description="where this service sends mail"
          checked={me.notifyByEmail}
          onChange={(event) => change.mutate({ body: { notifyByEmail: event.currentTarget.checked } })}
        />
        {change.error !== null && <Failure error={change.error} />}
        <Button type="submit" loading={change.isPending}>
          Save
        </Button>
      </Stack>
    </form>
  );
}

function ChangePassword() {
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const change = useAct('changePassword', {
    showsFailure: true,
    onDone: () => {
      setCurrent('');
      setPassword('');
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    change.mutate({ body: { current, password } });
  };
  return (
    <form onSubmit={submit}>
      <Stack gap="sm" mt="sm" align="flex-start">
        <PasswordInput
          label="Present password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': 'Show the present password' }}
          w="100%"
        />
        <PasswordInput
          label="New password"
          description="12 characters or more; your sessions end with the change, and you log in again"
          autoComplete="new-password"
          required
          withAsterisk={false}
          minLength={12}
          value={password}
          onChange={(event) => setPassword(event.currentTarget.value)}
          visibilityToggleButtonProps={{ 'aria-label': 'Show the new password' }}
          w="100%"
        />
        {change.error !== null && <Failure error={change.error} />}
        <Button type="submit" loading={change.isPending}>
          Change password
        </Button>
      </Stack>
    </form>
  );
}
