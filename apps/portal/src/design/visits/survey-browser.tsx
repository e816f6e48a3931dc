/** Looking through a scheduler's database: facets, a condition, a map and a table; what is chosen becomes the visits of the request. */
import type { SurveyFacets } from '@imsim-od/api';
import {
  Button,
  Chip,
  Code,
  Group,
  List,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { shellWord } from '../../copyable-act/shell-word.js';
import { EmptyState } from '../../page-parts/empty-state.js';
import { Failure } from '../../page-parts/failure.js';
import { bytesText, countText } from '../../page-parts/quantity.js';
import { callQuery, useAct, useCall } from '../../service/use-call.js';
import { FileUpload } from '../../upload/file-upload.js';
import type { ChosenVisits } from './chosen-visits.js';
import { type BrowserState, FRESH_BROWSER } from './fresh-browser.js';
import { RangeFacet } from './range-facet.js';
import { conditionText, type SkyBox, type VisitAsk } from './visit-condition.js';
import { VisitMap } from './visit-map.js';
import { VisitTable } from './visit-table.js';
import classes from './visits.module.css';

/** Visits that a run takes, at most. */
const MOST_VISITS = 5000;
const DEFAULT_LIMIT = 100;

/** The browser. */
export function SurveyBrowser({
  state,
  onState,
  onChoose,
}: {
  readonly state: BrowserState;
  readonly onState: (state: BrowserState) => void;
  readonly onChoose: (chosen: ChosenVisits) => void;
}) {
  const { databaseId } = state;
  const databases = useCall('searchDatasets', { query: { type: ['survey'], limit: 200 } });
  const items = databases.data?.items ?? [];
  const name = items.find(({ id }) => id === databaseId)?.name ?? 'database';
  return (
    <Stack gap="sm">
      <Group align="flex-end">
        <Select
          label="Database"
          placeholder={items.length === 0 ? 'none yet' : 'choose one'}
          miw={280}
          data={items.map(({ id, name, bytes }) => ({ value: id, label: `${name}, ${bytesText(bytes)}` }))}
          value={databaseId}
          onChange={(id) => onState({ ...FRESH_BROWSER, databaseId: id })}
        />
        <FileUpload
          label="Upload a database"
          what="Scheduler database"
          folder="/surveys"
          counted="visits"
          refuse={({ kind, name }) =>
            kind === 'survey'
              ? undefined
              : `${name} is no SQLite database; it is kept, and can be added to the sky.`
          }
          onReady={({ datasetId }) => onState({ ...FRESH_BROWSER, databaseId: datasetId })}
        />
      </Group>
      {databaseId === null ? (
        <EmptyState title="Visits as a scheduler planned them">
          <Text>
            Upload a SQLite file of OpSim or rubin_scheduler, such as a baseline survey, or choose one above.
            Then narrow its visits by band, airmass, night, moon or place, and take one or a hundred of them.
          </Text>
          <Text size="sm">
            Each visit gives pointing, time, band, rotator, exposure, seeing and sky brightness; detectors,
            sky and effects stay as you said them.
          </Text>
        </EmptyState>
      ) : (
        <OneDatabase
          key={databaseId}
          databaseId={databaseId}
          databaseName={name}
          state={state}
          onState={onState}
          onChoose={onChoose}
        />
      )}
    </Stack>
  );
}

function OneDatabase({
  databaseId,
  databaseName,
  state,
  onState,
  onChoose,
}: {
  readonly databaseId: string;
  readonly databaseName: string;
  readonly state: BrowserState;
  readonly onState: (state: BrowserState) => void;
  readonly onChoose: (chosen: ChosenVisits) => void;
}) {
  const { ask, ids } = state;
  const where = conditionText(ask);
  const [limit, setLimit] = useState<number>(DEFAULT_LIMIT);
  const facets = useQuery({
    ...callQuery('surveyFacets', { params: { id: databaseId }, query: { where } }),
    placeholderData: keepPreviousData,
    staleTime: Infinity,
    retry: false,
  });
  const option =
    ids.length > 0
      ? `--visit ${ids.join(',')}`
      : `${where === '' ? "--where 'observationId >= 0'" : `--where ${shellWord(where)}`} --limit ${limit}`;
  const choose = useAct('surveyRequests', {
    showsFailure: true,
    onDone: ({ visits, notes }) =>
      onChoose({
        databaseName,
        option,
        parts: visits.map(({ request }) => request),
        shown: 0,
        notes,
      }),
  });
  const setAsk = (change: Partial<VisitAsk>): void => onState({ ...state, ask: { ...ask, ...change } });
  const chosen = new Set(ids);
  const toggle = (visitId: number): void =>
    onState({ ...state, ids: chosen.has(visitId) ? ids.filter((id) => id !== visitId) : [...ids, visitId] });
  const matching = facets.data?.matching ?? 0;
  const canTake = facets.error === null && facets.data !== undefined && (ids.length > 0 || matching > 0);
  return (
    <>
      {facets.data !== undefined && (
        <SimpleGrid cols={{ base: 1, md: 2 }} spacing="md">
          <Facets facets={facets.data} ask={ask} onAsk={setAsk} />
          <VisitMap
            places={facets.data.places}
            matching={matching}
            chosen={chosen}
            onToggle={toggle}
            onBox={(box) => setAsk({ box })}
          />
        </SimpleGrid>
      )}
      <ExpressionInput
        value={ask.expression}
        columns={facets.data?.columns ?? []}
        onChange={(expression) => setAsk({ expression })}
      />
      {facets.error !== null && <Failure error={facets.error} />}
      {facets.error === null && (
        <VisitTable databaseId={databaseId} where={where} chosen={chosen} onToggle={toggle} />
      )}
      <Text size="xs">
        The same on the command line:{' '}
        <Code className={classes['command']}>{`--opsim ${shellWord(databaseName)} ${option}`}</Code>
      </Text>
      {choose.error !== null && <Failure error={choose.error} />}
      <Group justify="flex-end" align="flex-end">
        {ids.length > 0 ? (
          <Button variant="default" onClick={() => onState({ ...state, ids: [] })}>
            Choose none
          </Button>
        ) : (
          <NumberInput
            label="At most, the earliest first"
            w={190}
            size="xs"
            min={1}
            max={MOST_VISITS}
            allowDecimal={false}
            value={limit}
            onChange={(value) => setLimit(typeof value === 'number' && value >= 1 ? value : DEFAULT_LIMIT)}
          />
        )}
        <Button
          disabled={!canTake}
          loading={choose.isPending}
          onClick={() =>
            choose.mutate({
              params: { id: databaseId },
              body: ids.length > 0 ? { visitIds: [...ids] } : { where, limit },
            })
          }
        >
          {takeText(ids.length > 0 ? ids.length : Math.min(limit, matching), ids.length > 0)}
        </Button>
      </Group>
    </>
  );
}

function takeText(count: number, areChosen: boolean): string {
  const visits = count === 1 ? 'visit' : 'visits';
  return areChosen
    ? `Take the ${countText(count)} chosen ${visits}`
    : `Take the ${countText(count)} ${visits} that ${count === 1 ? 'fits' : 'fit'}`;
}

function Facets({
  facets: { total, matching, bands, ranges, notes },
  ask,
  onAsk,
}: {
  readonly facets: SurveyFacets;
  readonly ask: VisitAsk;
  readonly onAsk: (change: Partial<VisitAsk>) => void;
}) {
  const counts = new Map(bands.map(({ band, visits }) => [band, visits]));
  const shownBands = [...new Set(['u', 'g', 'r', 'i', 'z', 'y', ...counts.keys()])];
  return (
    <Stack gap="xs">
      <Text role="status" size="sm">
        <strong>{countText(matching)}</strong> of {countText(total)} visits fit
      </Text>
      <Chip.Group multiple value={[...ask.bands]} onChange={(next) => onAsk({ bands: next })}>
        <Group gap={4} role="group" aria-label="Bands">
          {shownBands.map((band) => (
            <Chip key={band} value={band} size="xs">
              {band} {countText(counts.get(band) ?? 0)}
            </Chip>
          ))}
        </Group>
      </Chip.Group>
      {ranges.map((range) => (
        <RangeFacet
          key={range.quantity}
          range={range}
          wanted={ask.ranges[range.column]}
          onChange={(wanted) =>
            onAsk({
              ranges: Object.fromEntries([
                ...Object.entries(ask.ranges).filter(([column]) => column !== range.column),
                ...(wanted === undefined ? [] : [[range.column, wanted] as const]),
              ]),
            })
          }
        />
      ))}
      <BoxInput box={ask.box} onChange={(box) => onAsk({ box })} />
      {notes.length > 0 && (
        <List size="xs">
          {notes.map((note) => (
            <List.Item key={note}>{note}</List.Item>
          ))}
        </List>
      )}
    </Stack>
  );
}

const EDGES: readonly (readonly [keyof SkyBox, string, number, number])[] = [
  ['west', 'RA from', 0, 360],
  ['east', 'RA to', 0, 360],
  ['south', 'Dec from', -90, 90],
  ['north', 'Dec to', -90, 90],
];
const WHOLE_SKY: SkyBox = { west: 0, east: 360, south: -90, north: 90 };

function BoxInput({
  box,
  onChange,
}: {
  readonly box: SkyBox | null;
  readonly onChange: (box: SkyBox | null) => void;
}) {
  return (
    <Group gap="xs" align="flex-end" role="group" aria-label="Part of the sky, degrees">
      {EDGES.map(([edge, label, min, max]) => (
        <NumberInput
          key={edge}
          label={label}
          size="xs"
          w={84}
          hideControls
          min={min}
          max={max}
          placeholder={String(WHOLE_SKY[edge])}
          value={box?.[edge] ?? ''}
          onChange={(value) => {
            if (typeof value === 'number') onChange({ ...(box ?? WHOLE_SKY), [edge]: value });
          }}
        />
      ))}
      <Button size="compact-xs" variant="default" disabled={box === null} onClick={() => onChange(null)}>
        Whole sky
      </Button>
    </Group>
  );
}

/** A condition in the user's words; it is asked when Enter is pressed or the field is left. */
function ExpressionInput({
  value,
  columns,
  onChange,
}: {
  readonly value: string;
  readonly columns: SurveyFacets['columns'];
  readonly onChange: (expression: string) => void;
}) {
  const [typed, setTyped] = useState(value);
  return (
    <TextInput
      label="And any condition of yours"
      description={
        columns.length === 0
          ? 'As airmass < 1.2 and note like ’%twilight%’'
          : `Columns: raDeg, decDeg, ${columns.map(({ name }) => name).join(', ')}`
      }
      placeholder="airmass < 1.2 or visitTime > 40"
      value={typed}
      maxLength={9000}
      onChange={(event) => setTyped(event.currentTarget.value)}
      onBlur={() => onChange(typed)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onChange(typed);
      }}
    />
  );
}
