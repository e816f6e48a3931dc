/** Which run the design changes, and what differs so far: parameters side by side. */
import { Alert, Anchor, Button, Card, Group, Stack, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import { Failure } from '../../page-parts/failure.js';
import { countText } from '../../page-parts/quantity.js';
import { useSettledDesign } from '../design-estimate.js';
import { type DesignState, useDesign, useDesigned } from '../design-state.js';
import { isSame } from '../followed-changes.js';
import { type Json, valueAt } from '../request-document.js';
import { useStoredNames } from '../stored-files.js';
import { visitsOfDocuments } from '../visits/requests-of-file.js';
import classes from './changed-run.module.css';
import { changesBetween, type RequestChange } from './request-changes.js';
import { changesOfDesign, type RunChange, useRunChange } from './use-changed-run.js';

/** The notice; nothing where the design changes no run. */
export default function RunChangeNotice() {
  const design = useDesign();
  const change = useRunChange();
  if (change === null) return null;
  const { run, requests, isGone, error, retry } = change;
  const takeBack = (documents: readonly Json[]): void => {
    const [document] = documents;
    if (document !== undefined)
      design.open({ document, visits: visitsOfDocuments(documents, run.name), off: [] }, run);
  };
  return (
    <Card withBorder component="section" aria-labelledby="change-title" className={classes['notice']}>
      <Stack gap="xs">
        <Group justify="space-between">
          <Title order={2} size="h4" id="change-title" className={classes['title']}>
            A change of the run{' '}
            {isGone ? (
              run.name
            ) : (
              <Anchor
                inherit
                underline="always"
                renderRoot={(props) => <Link to="/runs/$runId" params={{ runId: run.id }} {...props} />}
              >
                {run.name}
              </Anchor>
            )}
          </Title>
          <Group gap="xs">
            {requests !== undefined && (
              <Button size="compact-sm" variant="default" onClick={() => takeBack(requests)}>
                Take back all changes
              </Button>
            )}
            <Button size="compact-sm" variant="default" onClick={design.letRunGo}>
              Start as a new design
            </Button>
          </Group>
        </Group>
        {isGone ? (
          <Alert color="yellow" role="status">
            <Text size="sm">
              That run is gone: it was deleted, or is shared with you no more. What is on this screen stays,
              and is submitted as a run of its own.
            </Text>
          </Alert>
        ) : requests !== undefined ? (
          <Differences change={change} requests={requests} />
        ) : error === null ? (
          <Text size="sm" role="status">
            The run’s request is being read …
          </Text>
        ) : (
          <Failure error={error} onRetry={retry} />
        )}
      </Stack>
    </Card>
  );
}

function Differences({
  change,
  requests,
}: {
  readonly change: RunChange;
  readonly requests: readonly Json[];
}) {
  const state = useDesigned((now) => now);
  const settled = useSettledDesign();
  const nameOf = useStoredNames();
  const isClone = useMemo(() => changesOfDesign(settled, change) !== undefined, [settled, change]);
  const count = state.visits?.parts.length ?? 1;
  const rows = shownChanges(state, requests);
  const hasOtherVisits = count !== requests.length;
  return (
    <>
      <Text size="sm" role="status">
        {rows.length === 0 && !hasOtherVisits
          ? 'Nothing differs from that run so far. Change what you like on this screen: only detectors whose recipe changes are drawn anew.'
          : `${rows.length === 1 ? 'One value differs' : `${countText(rows.length)} values differ`} from that run${requests.length > 1 ? ', in the visit that is shown' : ''}.`}
      </Text>
      {(rows.length > 0 || hasOtherVisits) && (
        <div className={classes['scroll']} tabIndex={0} role="region" aria-label="What differs from the run">
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Parameter</Table.Th>
                <Table.Th scope="col">In the run</Table.Th>
                <Table.Th scope="col">Here</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {hasOtherVisits && (
                <Row path="visits" before={countText(requests.length)} after={countText(count)} />
              )}
              {rows.map(({ path, before, after }) => (
                <Row
                  key={path}
                  path={path}
                  before={textOf(before, nameOf)}
                  after={after === undefined ? defaultText(state, path, nameOf) : textOf(after, nameOf)}
                />
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {!isClone && (
        <Text size="sm">
          The visits are others than those of the run, or differ from them in several ways: the requests are
          submitted whole. What the archive has of them is taken over all the same.
        </Text>
      )}
    </>
  );
}

function Row({
  path,
  before,
  after,
}: {
  readonly path: string;
  readonly before: string;
  readonly after: string;
}) {
  return (
    <Table.Tr>
      <Table.Th scope="row" className={classes['cell']}>
        {path}
      </Table.Th>
      <Table.Td className={classes['cell']}>{before}</Table.Td>
      <Table.Td className={classes['cell']}>{after}</Table.Td>
    </Table.Tr>
  );
}

/** What differs in the visit that is shown; a value that is said no more and has its default is no difference. */
function shownChanges(
  { document, visits, checked }: DesignState,
  requests: readonly Json[],
): readonly RequestChange[] {
  const sameVisit = requests.find(({ visitId }) => visitId === document['visitId']);
  const before = sameVisit ?? requests[visits?.shown ?? 0] ?? {};
  return changesBetween(before, document).filter(
    (change) => change.after !== undefined || !isSame(change.before, valueAt(checked.request, change.path)),
  );
}

/** What a key that is not said comes to. */
function defaultText(
  { checked: { request } }: DesignState,
  path: string,
  nameOf: (path: string) => string,
): string {
  // Of a sky entry that was taken out another may have the place.
  const value = /^sky\.\d+$/.test(path) ? undefined : valueAt(request, path);
  return value === undefined ? textOf(undefined, nameOf) : `${textOf(value, nameOf)}, by default`;
}

/** A value as a reader takes it in, without the marks of a notation. */
function textOf(value: unknown, nameOf: (path: string) => string): string {
  if (value === undefined) return '–';
  if (typeof value === 'string') return nameOf(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value))
    return value.length === 0
      ? 'none'
      : value.map((item) => textOf(item, nameOf)).join(isPlainList(value) ? ', ' : '; ');
  return Object.entries(value)
    .map(
      ([key, inner]) =>
        `${key} ${typeof inner === 'object' ? `(${textOf(inner, nameOf)})` : textOf(inner, nameOf)}`,
    )
    .join(', ');
}

const isPlainList = (list: readonly unknown[]): boolean => list.every((item) => typeof item !== 'object');
