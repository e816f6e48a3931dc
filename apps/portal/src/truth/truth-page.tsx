/** Questions to the truth, in SQL: an editor, the answer as a table, and a plot of two of its columns. */
import type { QueryResult } from '@imsim-od/api';
import { Alert, Button, Code, Group, Loader, Select, Stack, Tabs, Text, TextInput } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { actOf } from '../copyable-act/act.js';
import { CopyableAct, CopyableActButton } from '../copyable-act/copyable-act.js';
import { EmptyState } from '../page-parts/empty-state.js';
import { Failure } from '../page-parts/failure.js';
import { countText } from '../page-parts/quantity.js';
import { Screen } from '../page-parts/screen.js';
import { useAct } from '../service/use-call.js';
import { ResultPlot } from './result-plot.js';
import { csvOf } from './result-text.js';
import { ResultTable } from './result-table.js';

const SqlEditor = lazy(async () => ({ default: (await import('./sql-editor.js')).SqlEditor }));

/** Questions to begin with. */
const EXAMPLES: readonly (readonly [string, string])[] = [
  [
    'Brightest sources',
    'select object_id, detector, ra, dec, magnitude\nfrom truth\norder by magnitude\nlimit 100',
  ],
  [
    'Counts by magnitude',
    'select floor(magnitude * 2) / 2 as magnitude, count(*) as sources\nfrom truth\ngroup by 1\norder by 1',
  ],
  [
    'Sources of each detector',
    'select detector, count(*) as sources\nfrom truth\ngroup by 1\norder by 2 desc',
  ],
  ['All columns', 'select *\nfrom truth\nlimit 20'],
];
const MAX_ROWS = 10_000;

const HELP = (
  <>
    <p>
      The <strong>truth</strong> says what was put into an image: every source with its place, magnitude and
      what it left on the chip. All truth tables that you may see are one table, <Code>truth</Code>, with the
      columns <Code>visit</Code>, <Code>snap</Code>, <Code>band</Code>, <Code>detector</Code> and{' '}
      <Code>dataset_id</Code> besides.
    </p>
    <ul>
      <li>One SELECT in the SQL of DuckDB. It runs apart from everything else, for a minute at most.</li>
      <li>“Of which datasets” narrows the tables that are read, by an expression as on the Data screen.</li>
      <li>Ctrl-Enter in the editor asks.</li>
    </ul>
  </>
);

/** The screen. */
export function TruthPage() {
  const [sql, setSql] = useState(EXAMPLES[0]?.[1] ?? '');
  const [datasets, setDatasets] = useState('');
  const ask = useAct('query', { showsFailure: true });
  const input = {
    body: { sql, maxRows: MAX_ROWS, ...(datasets.trim() === '' ? {} : { datasets: datasets.trim() }) },
  };
  const run = (): void => {
    if (sql.trim() !== '') ask.mutate(input);
  };
  return (
    <Screen
      title="Truth"
      help={HELP}
      actions={
        <CopyableActButton title="This question">
          <CopyableAct act={actOf(window.location.origin, 'query', input)} />
        </CopyableActButton>
      }
    >
      <Group align="flex-end">
        <Select
          label="A question to begin with"
          placeholder="choose"
          data={EXAMPLES.map(([name]) => name)}
          value={null}
          onChange={(name) => setSql(EXAMPLES.find(([known]) => known === name)?.[1] ?? sql)}
          w={240}
        />
        <TextInput
          flex={1}
          label="Of which datasets"
          placeholder="all; or an expression: visit = 7 and band = 'r'"
          value={datasets}
          onChange={(event) => setDatasets(event.currentTarget.value)}
        />
      </Group>
      <Suspense fallback={<Loader size="sm" aria-label="The editor is being loaded" />}>
        <SqlEditor value={sql} onChange={setSql} onRun={run} />
      </Suspense>
      <Group>
        <Button onClick={run} loading={ask.isPending}>
          Ask
        </Button>
        <Text size="sm" role="status">
          {ask.data === undefined
            ? ''
            : `${countText(ask.data.rows.length)} rows${ask.data.truncated ? ', and there were more' : ''}, from ${countText(ask.data.datasets)} tables`}
        </Text>
      </Group>
      {ask.error !== null && <Failure error={ask.error} />}
      {ask.data !== undefined && <Answer result={ask.data} />}
    </Screen>
  );
}

function Answer({ result }: { readonly result: QueryResult }) {
  if (result.datasets === 0)
    return (
      <EmptyState title="No truth yet">
        <Text>Truth tables come with runs whose products include “truth”, which is the default.</Text>
      </EmptyState>
    );
  return (
    <Tabs defaultValue="table" keepMounted={false}>
      <Tabs.List>
        <Tabs.Tab value="table">Table</Tabs.Tab>
        <Tabs.Tab value="plot">Plot</Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="table" pt="sm">
        <Stack gap="xs">
          {result.truncated && (
            <Alert color="orange" py="xs">
              The first {countText(result.rows.length)} rows. Aggregate, or add conditions, to see all.
            </Alert>
          )}
          <Group>
            <Button
              size="xs"
              variant="default"
              component="a"
              href={URL.createObjectURL(new Blob([csvOf(result)], { type: 'text/csv' }))}
              download="truth.csv"
            >
              Save as CSV
            </Button>
          </Group>
          <ResultTable result={result} />
        </Stack>
      </Tabs.Panel>
      <Tabs.Panel value="plot" pt="sm">
        <ResultPlot result={result} />
      </Tabs.Panel>
    </Tabs>
  );
}
