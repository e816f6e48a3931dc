/** What is on the sky: a stack of entries whose sources add up; synthetic populations and the user's catalogs. */
import { uploadCatalog } from '@imsim-od/api';
import { RequestSchema } from '@imsim-od/simulator';
import {
  Accordion,
  ActionIcon,
  Alert,
  Badge,
  Button,
  Card,
  FileButton,
  Group,
  Progress,
  Select,
  Stack,
  Switch,
  Text,
  Title,
} from '@mantine/core';
import { useState } from 'react';
import { client } from '../service/client.js';
import { failureText, useCall } from '../service/use-call.js';
import { bytesText, countText } from '../page-parts/quantity.js';
import { useDesign } from './design-state.js';
import classes from './design.module.css';
import type { Json } from './request-document.js';
import { FieldsOf, type FieldSchema } from './schema-field.js';

const MEMBERS: readonly FieldSchema[] = RequestSchema.properties.sky.items.anyOf;
const MOST_ENTRIES = 64;

/** Entries that were switched off, with the places they had. They are no part of the request. */
type Aside = readonly { readonly index: number; readonly entry: Json }[];

/** The panel. */
export function SkyPanel() {
  const { document, set } = useDesign();
  const entries = (Array.isArray(document['sky']) ? document['sky'] : []) as readonly Json[];
  const [aside, setAside] = useState<Aside>([]);
  const put = (next: readonly Json[]): void => set('sky', next);
  const move = (index: number, step: -1 | 1): void => {
    const next = [...entries];
    const [entry] = next.splice(index, 1);
    if (entry !== undefined) next.splice(index + step, 0, entry);
    put(next);
  };
  const takeOut = (index: number): void => put(entries.filter((_entry, i) => i !== index));
  return (
    <Card withBorder component="section" aria-labelledby="sky-title">
      <Stack gap="sm">
        <Title order={2} size="h4" id="sky-title">
          Sky
        </Title>
        {entries.length === 0 && <Text size="sm">Nothing: the image holds the light of the sky alone.</Text>}
        {entries.map((entry, index) => (
          <SkyEntryCard
            key={index}
            entry={entry}
            index={index}
            count={entries.length}
            onMove={(step) => move(index, step)}
            onRemove={() => takeOut(index)}
            onSwitchOff={() => {
              setAside([...aside, { index, entry }]);
              takeOut(index);
            }}
          />
        ))}
        {aside.map(({ index, entry }, i) => (
          <Group key={i} justify="space-between" className={classes['aside']}>
            <Switch
              label={`${titleOf(entry)}, switched off`}
              checked={false}
              onChange={() => {
                put([...entries.slice(0, index), entry, ...entries.slice(index)]);
                setAside(aside.filter((_a, k) => k !== i));
              }}
            />
          </Group>
        ))}
        <Group>
          <Button
            size="compact-sm"
            variant="default"
            disabled={entries.length >= MOST_ENTRIES}
            onClick={() => put([...entries, { type: 'synthetic', seed: entries.length + 1 }])}
          >
            Add a synthetic sky
          </Button>
          <UploadedCatalogs
            onChoose={(id) => put([...entries, { type: 'instanceCatalog', path: `dataset:${id}` }])}
          />
          <CatalogUpload
            onReady={(id) => put([...entries, { type: 'instanceCatalog', path: `dataset:${id}` }])}
          />
        </Group>
      </Stack>
    </Card>
  );
}

function SkyEntryCard({
  entry,
  index,
  count,
  onMove,
  onRemove,
  onSwitchOff,
}: {
  readonly entry: Json;
  readonly index: number;
  readonly count: number;
  readonly onMove: (step: -1 | 1) => void;
  readonly onRemove: () => void;
  readonly onSwitchOff: () => void;
}) {
  const { checked } = useDesign();
  const schema = MEMBERS.find((member) => member.properties?.['type']?.const === entry['type']);
  const prefix = `sky.${index}`;
  const faults = checked.faults.filter(({ path }) => path === prefix || path.startsWith(`${prefix}.`));
  const title = `${index + 1}. ${titleOf(entry)}`;
  return (
    <Card withBorder p="xs">
      <Group justify="space-between" wrap="nowrap">
        <Switch label={title} checked onChange={onSwitchOff} />
        <Group gap={4} wrap="nowrap">
          <ActionIcon
            variant="default"
            aria-label={`Move ${title} up`}
            disabled={index === 0}
            onClick={() => onMove(-1)}
          >
            ↑
          </ActionIcon>
          <ActionIcon
            variant="default"
            aria-label={`Move ${title} down`}
            disabled={index === count - 1}
            onClick={() => onMove(1)}
          >
            ↓
          </ActionIcon>
          <ActionIcon variant="default" aria-label={`Remove ${title}`} onClick={onRemove}>
            ×
          </ActionIcon>
        </Group>
      </Group>
      {faults.map(({ path, message }) => (
        <Text key={path} size="sm" c="var(--mantine-color-error)" role="alert">
          {message}
        </Text>
      ))}
      {schema !== undefined && (
        <Accordion variant="default" chevronPosition="left">
          <Accordion.Item value="options" className={classes['plainItem']}>
            <Accordion.Control>
              <Text size="sm">Limits, offset, lensing</Text>
            </Accordion.Control>
            <Accordion.Panel>
              <FieldsOf path={prefix} schema={schema} without={['type']} />
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      )}
    </Card>
  );
}

function titleOf(entry: Json): string {
  if (entry['type'] !== 'synthetic')
    return `${entry['type'] === 'table' ? 'Table' : 'Catalog'} ${String(entry['path'] ?? '')}`;
  const kinds = [entry['galaxies'] !== false ? 'galaxies' : '', entry['stars'] !== false ? 'stars' : ''];
  const faint = typeof entry['faintIMag'] === 'number' ? entry['faintIMag'] : 26;
  return `Synthetic ${kinds.filter(Boolean).join(' and ') || 'nothing'} to i ${faint}, universe ${String(entry['seed'] ?? 1)}`;
}

/** Catalogs that were uploaded before. */
function UploadedCatalogs({ onChoose }: { readonly onChoose: (datasetId: string) => void }) {
  const { data } = useCall('searchDatasets', { query: { type: ['catalog'], from: 'mine', limit: 200 } });
  if (data === undefined || data.items.length === 0) return null;
  return (
    <Select
      aria-label="Add a catalog that was uploaded before"
      placeholder="Uploaded before"
      size="xs"
      searchable
      data={data.items.map(({ id, name, bytes }) => ({ value: id, label: `${name}, ${bytesText(bytes)}` }))}
      value={null}
      onChange={(id) => {
        if (id !== null) onChoose(id);
      }}
    />
  );
}

/** Chooses a file, sends it and shows how far it is. */
function CatalogUpload({ onReady }: { readonly onReady: (datasetId: string) => void }) {
  const [state, setState] = useState<
    | { readonly at: 'rest' }
    | { readonly at: 'sending'; readonly name: string; readonly share: number }
    | { readonly at: 'done'; readonly text: string }
    | { readonly at: 'failed'; readonly text: string }
  >({ at: 'rest' });
  const send = async (file: File): Promise<void> => {
    setState({ at: 'sending', name: file.name, share: 0 });
    try {
      const result = await uploadCatalog(
        client,
        {
          name: file.name,
          // A folder of its own, so that a file of the same name may come again.
          folder: `/catalogs/${new Date().toISOString().replace(/\D/g, '')}`,
          bytes: file.size,
          read: async (start, end) => new Uint8Array(await file.slice(start, end).arrayBuffer()),
        },
        {
          onProgress: (sent) =>
            setState({ at: 'sending', name: file.name, share: sent / Math.max(1, file.size) }),
        },
      );
      if (result.datasetId === null) throw new Error('the service says nothing of the catalog');
      onReady(result.datasetId);
      const skipped = Object.entries(result.skipped).map(([reason, count]) => `${count} ${reason}`);
      setState({
        at: 'done',
        text: `${file.name}: ${result.objects === null ? 'received' : `${countText(result.objects)} objects`}${skipped.length > 0 ? `; left out: ${skipped.join(', ')}` : ''}. ${result.notes.join(' ')}`,
      });
    } catch (error) {
      setState({ at: 'failed', text: error instanceof Error ? failureText(error) : String(error) });
    }
  };
  return (
    <>
      <FileButton
        onChange={(file) => file !== null && void send(file)}
        inputProps={{ 'aria-label': 'Instance catalog' }}
      >
        {(props) => (
          <Button {...props} size="compact-sm" variant="default" loading={state.at === 'sending'}>
            Upload an instance catalog
          </Button>
        )}
      </FileButton>
      {state.at === 'sending' && (
        <Stack gap={2} w="100%">
          <Text size="sm">
            {state.name}: {state.share < 1 ? `${Math.round(100 * state.share)} % sent` : 'being checked'}
          </Text>
          <Progress value={100 * state.share} aria-label={`Upload of ${state.name}`} />
        </Stack>
      )}
      {state.at === 'done' && (
        <Text size="sm" role="status">
          <Badge size="sm" variant="light">
            added
          </Badge>{' '}
          {state.text}
        </Text>
      )}
      {state.at === 'failed' && (
        <Alert color="red" title="The catalog was not taken" role="alert" w="100%">
          {state.text}
        </Alert>
      )}
    </>
  );
}
