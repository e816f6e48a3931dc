/** The frame around every screen: navigation, who is logged in, light and dark, the state of the connection, and help. */
import {
  ActionIcon,
  Alert,
  AppShell,
  Burger,
  Button,
  Group,
  Menu,
  NavLink,
  Text,
  Tooltip,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useSuspenseQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { lazy, Suspense, useEffect, useSyncExternalStore } from 'react';
import { HelpDrawer, helpDoor } from '../help/help-drawer.js';
import { Icon, type IconName } from '../icons/icon.js';
import { client } from '../service/client.js';
import { connection } from '../service/connection.js';
import { RunEndNotices } from '../runs/run-end-notices.js';
import { ExpiredSession } from '../session/expired-session.js';
import { logOut, meQuery } from '../session/session.js';
import { tour } from '../tour/tour-state.js';
import { NAVIGATION } from './navigation.js';
import classes from './shell.module.css';
import { ShortcutList } from './shortcut-list.js';
import { useShortcuts } from './shortcuts.js';

const ScreenActs = lazy(async () => ({
  default: (await import('../copyable-act/screen-acts.js')).ScreenActs,
}));
const Tour = lazy(async () => ({ default: (await import('../tour/tour.js')).Tour }));

/** Has uploads that were cancelled without the service ended there, now and when it is reached again; no screen waits for that. */
function attendToUploads(): () => void {
  const end = (): void =>
    void import('../upload/given-up-uploads.js').then(
      ({ endGivenUpUploads }) => endGivenUpUploads(client),
      // The service is not reached: the next time does it.
      () => undefined,
    );
  end();
  return connection.onRecovered(end);
}

const SCHEMES = [
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
  { value: 'auto', label: 'As the system' },
] as const;

/** The frame. */
export function Shell() {
  const { data: me } = useSuspenseQuery(meQuery);
  const [isMenuOpen, menu] = useDisclosure(false);
  const [areKeysOpen, keys] = useDisclosure(false);
  const [areActsOpen, acts] = useDisclosure(false);
  const navigate = useNavigate();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  useEffect(attendToUploads, []);
  const isTouring = useSyncExternalStore(tour.subscribe, tour.isOpen);
  const isAdmin = me.scopes.includes('admin');
  const entries = NAVIGATION.filter(({ isForAdmins }) => isAdmin || isForAdmins !== true);
  useShortcuts({
    '?': keys.open,
    h: helpDoor.open,
    c: acts.open,
    ...Object.fromEntries(
      entries.map(({ key, path: to }) => [`g ${key}`, () => void navigate({ to })] as const),
    ),
  });

  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 190, breakpoint: 'sm', collapsed: { mobile: !isMenuOpen } }}
      padding="md"
    >
      <a href="#content" className={classes['skip']}>
        Skip to the content
      </a>
      <AppShell.Header className={classes['header']}>
        <Group h="100%" px="md" justify="space-between" wrap="nowrap">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={isMenuOpen}
              onClick={menu.toggle}
              hiddenFrom="sm"
              size="sm"
              color="white"
              aria-label={isMenuOpen ? 'Close the navigation' : 'Open the navigation'}
              aria-expanded={isMenuOpen}
            />
            <Link to="/" className={classes['brand']}>
              ImSim On Demand
            </Link>
          </Group>
          <Group gap="xs" wrap="nowrap">
            <SchemeMenu />
            <BarButton
              icon="code"
              name="This screen as code"
              hint="This screen as code (c)"
              onPress={acts.open}
            />
            <BarButton icon="keyboard" name="Keys" hint="Keys (?)" onPress={keys.open} />
            <BarButton
              icon="help"
              name="Help"
              hint="Help on this screen (h)"
              tourStop="help"
              onPress={helpDoor.open}
            />
            <UserMenu name={me.name} />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Screens">
        {entries.map(({ path: to, label, icon }) => (
          <NavLink
            key={to}
            data-tour={to}
            renderRoot={(props) => <Link to={to} {...props} />}
            label={label}
            leftSection={<Icon name={icon} />}
            active={path === to || path.startsWith(`${to}/`)}
            onClick={menu.close}
          />
        ))}
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <ConnectionState />
        <Outlet />
      </AppShell.Main>
      <ShortcutList opened={areKeysOpen} onClose={keys.close} isAdmin={isAdmin} />
      <RunEndNotices />
      <HelpDrawer />
      {areActsOpen && (
        <Suspense fallback={null}>
          <ScreenActs screen={path} opened onClose={acts.close} />
        </Suspense>
      )}
      {isTouring && (
        <Suspense fallback={null}>
          <Tour />
        </Suspense>
      )}
      <ExpiredSession name={me.name} />
    </AppShell>
  );
}

/** A button of the bar at the top. */
function BarButton({
  icon,
  name,
  hint,
  tourStop,
  onPress,
}: {
  readonly icon: IconName;
  readonly name: string;
  /** Shown beside the pointer: what it does, and its key. */
  readonly hint: string;
  /** Where the tour stops. */
  readonly tourStop?: string;
  readonly onPress: () => void;
}) {
  return (
    <Tooltip label={hint}>
      <ActionIcon
        variant="subtle"
        className={classes['onDark']}
        aria-label={name}
        data-tour={tourStop}
        onClick={onPress}
      >
        <Icon name={icon} />
      </ActionIcon>
    </Tooltip>
  );
}

function SchemeMenu() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const icon = colorScheme === 'auto' ? 'system' : colorScheme;
  return (
    <Menu position="bottom-end" withinPortal={false}>
      <Menu.Target>
        <ActionIcon variant="subtle" className={classes['onDark']} aria-label="Light or dark">
          <Icon name={icon} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown aria-label="Light or dark">
        {SCHEMES.map(({ value, label }) => (
          <Menu.Item
            key={value}
            onClick={() => setColorScheme(value)}
            leftSection={<Icon name={value === 'auto' ? 'system' : value} size={16} />}
            rightSection={colorScheme === value ? <Icon name="done" size={16} /> : null}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function UserMenu({ name }: { readonly name: string }) {
  return (
    <Menu position="bottom-end" withinPortal={false}>
      <Menu.Target>
        <Button variant="subtle" className={classes['onDark']} leftSection={<Icon name="account" />} px="xs">
          <Text span className={classes['userName']}>
            {name}
          </Text>
        </Button>
      </Menu.Target>
      <Menu.Dropdown aria-label="Account">
        <Menu.Item component="a" href="/api/v1/docs" target="_blank">
          The API
        </Menu.Item>
        <Menu.Item onClick={() => void logOut()}>Log out</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

/** Says that the service is out of reach, for as long as it is. */
function ConnectionState() {
  const state = useSyncExternalStore(connection.subscribe, connection.state);
  return (
    <div role="status" aria-live="polite">
      {state === 'interrupted' && (
        <Alert color="orange" mb="md" icon={<Icon name="warning" />} title="The service is out of reach">
          What is shown may be old. The service is asked every two seconds; when it answers, everything here
          is read anew by itself. Runs go on without this page.
        </Alert>
      )}
    </div>
  );
}
