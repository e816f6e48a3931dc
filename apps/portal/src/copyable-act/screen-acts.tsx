/** What the portal has asked of the service, as code: all that was changed, and what the screen that is shown has read. */
import { type CallInput, type RouteDefinition, type RouteName, ROUTES } from '@imsim-od/api';
import { Accordion, Badge, Drawer, Text, Title } from '@mantine/core';
import { useMemo, useState } from 'react';
import { type RecentCall, recentCalls } from '../service/recent-calls.js';
import { actOf } from './act.js';
import { CopyableAct, TokenText } from './copyable-act.js';

/** Changes that are shown. */
const MOST_CHANGES = 20;

/** Whether a call changes something at the service. */
function isChange({ name }: RecentCall): boolean {
  const { method, policy } = ROUTES[name] as RouteDefinition;
  return method !== 'GET' && (policy === 'public' || !/:read$|^query$/.test(policy.scope));
}

/** The drawer. @param screen path of the screen that is shown */
export function ScreenActs({
  screen,
  opened,
  onClose,
}: {
  readonly screen: string;
  readonly opened: boolean;
  readonly onClose: () => void;
}) {
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      position="right"
      size="xl"
      title="This screen as code"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      {opened && <Acts screen={screen} />}
    </Drawer>
  );
}

function Acts({ screen }: { readonly screen: string }) {
  const [changes, reads] = useMemo(
    () => [
      recentCalls.all().filter(isChange).slice(0, MOST_CHANGES),
      recentCalls.of(screen).filter((call) => !isChange(call)),
    ],
    [screen],
  );
  return (
    <>
      <TokenText />
      <ActList
        title="What you did"
        calls={changes}
        nothing="Nothing was changed since this page was loaded."
      />
      <ActList title="What this screen reads" calls={reads} nothing="It has read nothing so far." />
    </>
  );
}

function ActList({
  title,
  calls,
  nothing,
}: {
  readonly title: string;
  readonly calls: readonly RecentCall[];
  readonly nothing: string;
}) {
  const [shown, show] = useState<string | null>(null);
  return (
    <section>
      <Title order={3} size="h4" mt="sm">
        {title}
      </Title>
      {calls.length === 0 && <Text size="sm">{nothing}</Text>}
      <Accordion value={shown} onChange={show} order={4}>
        {calls.map(({ name, input }, index) => {
          const { method, path, summary } = ROUTES[name] as RouteDefinition;
          return (
            <Accordion.Item key={index} value={String(index)}>
              <Accordion.Control>
                <Text size="sm">{summary}</Text>
                <Badge variant="default" tt="none">
                  {method} {path}
                </Badge>
              </Accordion.Control>
              <Accordion.Panel>
                {shown === String(index) && (
                  <CopyableAct act={actOf(window.location.origin, name, input as CallInput<RouteName>)} />
                )}
              </Accordion.Panel>
            </Accordion.Item>
          );
        })}
      </Accordion>
    </section>
  );
}
