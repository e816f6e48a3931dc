/** How the service is: sites, queues, room, the integrity of what is stored, versions. */
import type { ServiceStatus } from '@imsim-od/api';
import { Alert, Badge, Grid, Loader, Paper, Progress, Stack, Table, Text, Title } from '@mantine/core';
import { Failure } from '../page-parts/failure.js';
import { bytesText, countText, timeText } from '../page-parts/quantity.js';
import { useCall } from '../service/use-call.js';

const AGAIN_MS = 5000;
/** Below this share of free room an administrator should act. */
const LITTLE_ROOM = 0.1;

/** The part. */
export function Health() {
  const status = useCall('serviceStatus', {}, { refetchInterval: AGAIN_MS });
  const sites = useCall('listSites', {}, { refetchInterval: AGAIN_MS });
  const integrity = useCall('integrity', {}, { refetchInterval: 4 * AGAIN_MS });
  const error = status.error ?? sites.error ?? integrity.error;
  if (error !== null && status.data === undefined) return <Failure error={error} />;
  if (status.data === undefined) return <Loader aria-label="The state of the service is being read" />;
  return (
    <Grid>
      <Grid.Col span={{ base: 12, md: 6 }}>
        <Stack>
          <Paper withBorder p="md">
            <Title order={2} size="h4">
              Sites
            </Title>
            <Table aria-label="Sites">
              <Table.Thead>
                <Table.Tr>
                  {['Site', 'State', 'Slots', 'Active', 'Waiting'].map((name) => (
                    <Table.Th scope="col" key={name}>
                      {name}
                    </Table.Th>
                  ))}
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {(sites.data?.items ?? []).map(({ name, isUp, detail, slots, activeJobs, waitingJobs }) => (
                  <Table.Tr key={name}>
                    <Table.Th scope="row">{name}</Table.Th>
                    <Table.Td>
                      <Badge color={isUp ? 'teal.9' : 'red.9'} tt="none">
                        {isUp ? 'up' : 'down'}
                      </Badge>{' '}
                      {detail}
                    </Table.Td>
                    <Table.Td>{slots}</Table.Td>
                    <Table.Td>{activeJobs ?? '–'}</Table.Td>
                    <Table.Td>{waitingJobs ?? '–'}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Paper>
          <Queues queues={status.data.queues} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, md: 6 }}>
        <Stack>
          <Room status={status.data} />
          {integrity.data !== undefined && (
            <Paper withBorder p="md">
              <Title order={2} size="h4">
                Integrity
              </Title>
              <Text size="sm" mt={4}>
                {countText(integrity.data.contents)} contents of {bytesText(integrity.data.bytes)};{' '}
                {integrity.data.oldestVerifiedAtUtc === null
                  ? 'none has been read again yet'
                  : `all were read again since ${timeText(integrity.data.oldestVerifiedAtUtc)} UTC`}
                .
              </Text>
              {integrity.data.faults.map(({ sha256, state, datasetIds }) => (
                <Alert key={sha256} color="red" mt="xs" title={state}>
                  <Text size="xs" style={{ overflowWrap: 'anywhere' }}>
                    SHA-256 {sha256}, of {datasetIds.length} datasets
                  </Text>
                </Alert>
              ))}
              {integrity.data.faults.length === 0 && (
                <Text size="sm">Nothing is missing, nothing is damaged.</Text>
              )}
            </Paper>
          )}
          <Versions status={status.data} />
        </Stack>
      </Grid.Col>
    </Grid>
  );
}

function Queues({ queues }: { readonly queues: ServiceStatus['queues'] }) {
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h4">
        Queues
      </Title>
      {queues.length === 0 ? (
        <Text size="sm" mt={4}>
          Nothing waits and nothing is under way.
        </Text>
      ) : (
        <Table aria-label="Queues">
          <Table.Thead>
            <Table.Tr>
              {['User', 'Site', 'Runs', 'Tasks waiting', 'Under way'].map((name) => (
                <Table.Th scope="col" key={name}>
                  {name}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {queues.map(({ userName, site, runs, waitingTasks, activeTasks }) => (
              <Table.Tr key={`${userName} ${site}`}>
                <Table.Th scope="row">{userName}</Table.Th>
                <Table.Td>{site}</Table.Td>
                <Table.Td>{countText(runs)}</Table.Td>
                <Table.Td>{countText(waitingTasks)}</Table.Td>
                <Table.Td>{countText(activeTasks)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Paper>
  );
}

function Room({ status }: { readonly status: ServiceStatus }) {
  const free = status.storeTotalBytes === 0 ? 0 : status.storeFreeBytes / status.storeTotalBytes;
  const isLittle = free < LITTLE_ROOM;
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h4">
        Room
      </Title>
      <Text size="sm" mt={4}>
        {bytesText(status.storeFreeBytes)} of {bytesText(status.storeTotalBytes)} are free for the archive;
        the database has {bytesText(status.databaseBytes)}.
      </Text>
      <Progress
        mt="xs"
        size="lg"
        value={100 * (1 - free)}
        color={isLittle ? 'red.8' : 'sea'}
        aria-label={`${(100 * (1 - free)).toFixed(0)} % of the disk is used`}
      />
      {isLittle && (
        <Alert color="orange" mt="xs">
          Less than a tenth is left. Set a retention, ask users to drop pixels, or move the archive.
        </Alert>
      )}
    </Paper>
  );
}

function Versions({ status }: { readonly status: ServiceStatus }) {
  const rows = [
    ['Service', status.version],
    ['Simulation', status.simulationVersion],
    ['Node', status.nodeVersion],
    ['PostgreSQL', status.databaseVersion],
    ['Up since (UTC)', timeText(status.startedAtUtc)],
    ['Mail', status.sendsMail ? 'ends of runs are told by mail' : 'not set up (smtpUrl)'],
    ['Webhook', status.callsWebhook ? 'ends of runs are sent to it' : 'not set up (webhookUrl)'],
  ] as const;
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h4">
        Versions
      </Title>
      <Table aria-label="Versions">
        <Table.Tbody>
          {rows.map(([name, value]) => (
            <Table.Tr key={name}>
              <Table.Th scope="row">{name}</Table.Th>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Paper>
  );
}
