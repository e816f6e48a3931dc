/** What is on the sky: a stack of entries whose sources add up; synthetic populations and the user's catalogs. */
import { RequestSchema } from '@imsim-od/simulator';
import { Accordion, ActionIcon, Button, Card, Group, Stack, Switch, Text, Title } from '@mantine/core';
import { FileUpload } from '../upload/file-upload.js';
import { FolderUpload } from '../upload/folder-upload.js';
import { useShownSky } from './design-estimate.js';
import { useDesign, useDesigned, useSaid } from './design-state.js';
import { EntryCounts } from './entry-counts.js';
import { LensMapChoice } from './lens-map-choice.js';
import { SedChoice } from './sed-choice.js';
import { isSedArchive, kindOfFile, LibraryFile, StoredFile, useStoredName } from './stored-files.js';
import classes from './design.module.css';
import { isMapping, type Json } from './request-document.js';
import { FieldsOf, type FieldSchema } from './schema-field.js';
import type { StackedEntry } from './sky-stack.js';

const MEMBERS: readonly FieldSchema[] = RequestSchema.properties.sky.items.anyOf;
const MOST_ENTRIES = 64;

/** The panel. */
export function SkyPanel() {
  const design = useDesign();
  const { set, setStack } = design;
  const stack = useDesigned((state) => state.stack);
  const entries = stack.filter(({ isOn }) => isOn);
  // To the stack of that moment: an upload ends when the sky may be another than the one that it began with.
  const add = (entry: Json): void => setStack([...design.state.stack, { entry, isOn: true }]);
  return (
    <Card withBorder component="section" aria-labelledby="sky-title">
      <Stack gap="sm">
        <Title order={2} size="h4" id="sky-title">
          Sky
        </Title>
        {entries.length === 0 && <Text size="sm">Nothing: the image holds the light of the sky alone.</Text>}
        {stack.map((stacked, place) => (
          <SkyEntryCard
            key={place}
            stacked={stacked}
            index={stack.slice(0, place).filter(({ isOn }) => isOn).length}
            count={entries.length}
            isFirst={place === 0}
            isLast={place === stack.length - 1}
            onChange={(next) => setStack(next === null ? stack.toSpliced(place, 1) : stack.with(place, next))}
            onMove={(step) => setStack(stack.toSpliced(place, 1).toSpliced(place + step, 0, stacked))}
          />
        ))}
        <Group>
          <Button
            size="compact-sm"
            variant="default"
            disabled={stack.length >= MOST_ENTRIES}
            onClick={() => add({ type: 'synthetic', seed: stack.length + 1 })}
          >
            Add a synthetic sky
          </Button>
          <LibraryFile
            label="Add a catalog or table of the library"
            kinds={['catalog', 'table', 'fits', 'skyCatalogs']}
            onChoose={(path, kind) => add(entryOf(path, kind))}
          />
          <StoredFile
            label="Add a catalog or table that is there"
            placeholder="Uploaded before"
            fits={({ name }) => !isSedArchive(name)}
            onChoose={({ id, format, name }) => add(entryOf(`dataset:${id}`, kindOfFile(format, name)))}
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
                : add(entryOf(`dataset:${datasetId}`, kind))
            }
          />
          <FolderUpload
            label="Upload a folder of sky catalogs"
            kind="skyCatalogs"
            folder="/catalogs"
            onReady={({ datasetId }) => add({ type: 'skyCatalogs', path: `dataset:${datasetId}` })}
          />
        </Group>
        <SedChoice />
      </Stack>
    </Card>
  );
}

function SkyEntryCard({
  stacked,
  index,
  count,
  isFirst,
  isLast,
  onChange,
  onMove,
}: {
  readonly stacked: StackedEntry;
  /** Its place among those that are switched on, `count` in all. */
  readonly index: number;
  readonly count: number;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  /** null: it goes. */
  readonly onChange: (stacked: StackedEntry | null) => void;
  readonly onMove: (step: -1 | 1) => void;
}) {
  const { isOn } = stacked;
  const entry = isMapping(stacked.entry) ? stacked.entry : undefined;
  const { name, fault } = useStoredName(String(entry?.['path'] ?? ''));
  const words = entry === undefined ? 'No entry' : titleOf(entry, name);
  const title = isOn ? `${index + 1}. ${words}` : `${words}, switched off`;
  return (
    <Card withBorder p="xs" className={isOn ? '' : classes['aside']}>
      <Group justify="space-between" wrap="nowrap">
        {entry === undefined ? (
          <Text size="sm">{title}</Text>
        ) : (
          <Switch label={title} checked={isOn} onChange={() => onChange({ entry, isOn: !isOn })} />
        )}
        <Group gap={4} wrap="nowrap">
          <ActionIcon
            variant="default"
            aria-label={`Move ${title} up`}
            disabled={isFirst}
            onClick={() => onMove(-1)}
          >
            ↑
          </ActionIcon>
          <ActionIcon
            variant="default"
            aria-label={`Move ${title} down`}
            disabled={isLast}
            onClick={() => onMove(1)}
          >
            ↓
          </ActionIcon>
          <ActionIcon variant="default" aria-label={`Remove ${title}`} onClick={() => onChange(null)}>
            ×
          </ActionIcon>
        </Group>
      </Group>
      {fault !== undefined && (
        <Text size="sm" c="var(--mantine-color-error)" role="alert">
          {fault}: remove the entry, or add another in its place.
        </Text>
      )}
      {isOn && <EntryDetails entry={entry ?? {}} index={index} count={count} />}
    </Card>
  );
}

/** What is wrong with an entry, what it brings, and its further options. */
function EntryDetails({
  entry,
  index,
  count,
}: {
  readonly entry: Json;
  readonly index: number;
  readonly count: number;
}) {
  const visits = useDesigned((state) => state.visits);
  const visitId = useSaid('visitId');
  const allFaults = useDesigned(({ checked }) => checked.faults);
  const sky = useShownSky();
  const schema = MEMBERS.find((member) => member.properties?.['type']?.const === entry['type']);
  const prefix = `sky.${index}`;
  const faults = allFaults.filter(({ path }) => path === prefix || path.startsWith(`${prefix}.`));
  // Of a sky with another number of entries the counts are those of before the last change.
  const known = sky?.entries ?? [];
  const counts = known.length === count ? known[index] : undefined;
  return (
    <>
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
    </>
  );
}

const WORDS: Readonly<Record<string, string>> = { table: 'Table', skyCatalogs: 'Sky catalogs' };

/** @param name of its file */
function titleOf(entry: Json, name: string): string {
  if (entry['type'] !== 'synthetic') return `${WORDS[String(entry['type'])] ?? 'Catalog'} ${name}`;
  const kinds = [entry['galaxies'] !== false ? 'galaxies' : '', entry['stars'] !== false ? 'stars' : ''];
  const faint = typeof entry['faintIMag'] === 'number' ? entry['faintIMag'] : 26;
  return `Synthetic ${kinds.filter(Boolean).join(' and ') || 'nothing'} to i ${faint}, universe ${String(entry['seed'] ?? 1)}`;
}

/** A new entry for a file by what the service found it to be; a FITS file without a table is drawn by nobody, and said to be none. */
function entryOf(path: string, kind: string | null): Json {
  if (kind === 'skyCatalogs' || kind === 'yaml' || kind === 'hdf5') return { type: 'skyCatalogs', path };
  return { type: kind === 'table' || kind === 'fits' ? 'table' : 'instanceCatalog', path };
}
