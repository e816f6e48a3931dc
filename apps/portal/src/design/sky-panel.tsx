/** What is on the sky: a stack of entries whose sources add up; synthetic populations and the user's catalogs. */
import { RequestSchema } from '@imsim-od/simulator';
import { Accordion, ActionIcon, Button, Card, Group, Stack, Switch, Text, Title } from '@mantine/core';
import { useState } from 'react';
import { FileUpload } from '../upload/file-upload.js';
import { FolderUpload } from '../upload/folder-upload.js';
import { useShownSky } from './design-estimate.js';
import { useDesign, useDesigned, useSaid } from './design-state.js';
import { EntryCounts } from './entry-counts.js';
import { LensMapChoice } from './lens-map-choice.js';
import { SedChoice } from './sed-choice.js';
import { isSedArchive, kindOfFile, LibraryFile, StoredFile, useStoredNames } from './stored-files.js';
import classes from './design.module.css';
import { isMapping, type Json } from './request-document.js';
import { FieldsOf, type FieldSchema } from './schema-field.js';

const MEMBERS: readonly FieldSchema[] = RequestSchema.properties.sky.items.anyOf;
const MOST_ENTRIES = 64;

/** Entries that were switched off, with the places they had. They are no part of the request. */
type Aside = readonly { readonly index: number; readonly entry: Json }[];

/** The panel. */
export function SkyPanel() {
  const { set } = useDesign();
  const said = useSaid('sky');
  const entries = (Array.isArray(said) ? said : []).filter(isMapping);
  const [aside, setAside] = useState<Aside>([]);
  const nameOf = useStoredNames();
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
              label={`${titleOf(entry, nameOf)}, switched off`}
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
          <LibraryFile
            label="Add a catalog or table of the library"
            kinds={['catalog', 'table', 'fits', 'skyCatalogs']}
            onChoose={(path, kind) => put([...entries, entryOf(path, kind)])}
          />
          <StoredFile
            label="Add a catalog or table that is there"
            placeholder="Uploaded before"
            fits={({ name }) => !isSedArchive(name)}
            onChoose={({ id, format, name }) =>
              put([...entries, entryOf(`dataset:${id}`, kindOfFile(format, name))])
            }
          />
          <FileUpload
            label="Upload a catalog or table"
            what="Catalog or table"
            folder="/catalogs"
            refuse={({ kind, name }) =>
              kind === 'survey'
                ? `${name} is a scheduler’s database: choose its visits at the top of this screen.`
                : undefined
            }
            onReady={({ datasetId, kind }) =>
              kind === 'seds'
                ? set('sedDir', `dataset:${datasetId}`)
                : put([...entries, entryOf(`dataset:${datasetId}`, kind)])
            }
          />
          <FolderUpload
            label="Upload a folder of sky catalogs"
            kind="skyCatalogs"
            folder="/catalogs"
            onReady={({ datasetId }) =>
              put([...entries, { type: 'skyCatalogs', path: `dataset:${datasetId}` }])
            }
          />
        </Group>
        <SedChoice />
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
  const visits = useDesigned((state) => state.visits);
  const visitId = useSaid('visitId');
  const allFaults = useDesigned(({ checked }) => checked.faults);
  const sky = useShownSky();
  const nameOf = useStoredNames();
  const schema = MEMBERS.find((member) => member.properties?.['type']?.const === entry['type']);
  const prefix = `sky.${index}`;
  const faults = allFaults.filter(({ path }) => path === prefix || path.startsWith(`${prefix}.`));
  // Of a sky with another number of entries the counts are those of before the last change.
  const known = sky?.entries ?? [];
  const counts = known.length === count ? known[index] : undefined;
  const title = `${index + 1}. ${titleOf(entry, nameOf)}`;
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
      {counts !== undefined && (
        <EntryCounts
          count={counts}
          isModel={entry['type'] === 'synthetic'}
          visitId={visits === null || visits.parts.length === 1 ? undefined : String(visitId)}
        />
      )}
      {schema !== undefined && (
        <Accordion variant="default" chevronPosition="left">
          <Accordion.Item value="options" className={classes['plainItem']}>
            <Accordion.Control>
              <Text size="sm">Limits, offset, lensing</Text>
            </Accordion.Control>
            <Accordion.Panel>
              <FieldsOf path={prefix} schema={schema} without={['type']} />
              <LensMapChoice path={`${prefix}.lensing.map.path`} />
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      )}
    </Card>
  );
}

const WORDS: Readonly<Record<string, string>> = { table: 'Table', skyCatalogs: 'Sky catalogs' };

function titleOf(entry: Json, nameOf: (path: string) => string): string {
  if (entry['type'] !== 'synthetic')
    return `${WORDS[String(entry['type'])] ?? 'Catalog'} ${nameOf(String(entry['path'] ?? ''))}`;
  const kinds = [entry['galaxies'] !== false ? 'galaxies' : '', entry['stars'] !== false ? 'stars' : ''];
  const faint = typeof entry['faintIMag'] === 'number' ? entry['faintIMag'] : 26;
  return `Synthetic ${kinds.filter(Boolean).join(' and ') || 'nothing'} to i ${faint}, universe ${String(entry['seed'] ?? 1)}`;
}

/** A new entry for a file by what the service found it to be; a FITS file without a table is drawn by nobody, and said to be none. */
function entryOf(path: string, kind: string | null): Json {
  if (kind === 'skyCatalogs' || kind === 'yaml' || kind === 'hdf5') return { type: 'skyCatalogs', path };
  return { type: kind === 'table' || kind === 'fits' ? 'table' : 'instanceCatalog', path };
}
