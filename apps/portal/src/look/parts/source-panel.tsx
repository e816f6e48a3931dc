/** The truth beside the image: how many marks, the chosen source's row, and the brightest as a list to go to. */
import { Button, NumberInput, SimpleGrid, Stack, Switch, Table, Text } from '@mantine/core';
import { FLAG_WORDS, type TruthRow } from '../../image-pixels/truth-rows.js';
import { plainNumber } from '../../page-parts/quantity.js';

/** The panel. */
export function SourcePanel({
  rows,
  brightest,
  shownCount,
  chosen,
  faintest,
  isShown,
  onFaintest,
  onShown,
  onGo,
}: {
  /** Brightest first; undefined while they are read, null where there is no truth. */
  readonly rows: readonly TruthRow[] | undefined | null;
  /** Those of them on the image that are listed. */
  readonly brightest: readonly TruthRow[];
  readonly shownCount: number;
  readonly chosen: TruthRow | null;
  readonly faintest: number;
  readonly isShown: boolean;
  readonly onFaintest: (magnitude: number) => void;
  readonly onShown: (isShown: boolean) => void;
  readonly onGo: (row: TruthRow) => void;
}) {
  if (rows === null)
    return <Text size="sm">This image has no truth: its run was not asked for the product “truth”.</Text>;
  if (rows === undefined) return <Text size="sm">The truth is being read …</Text>;
  return (
    <Stack gap="xs">
      <Switch
        label={`Marks of ${shownCount} of ${rows.length} sources`}
        checked={isShown}
        onChange={(event) => onShown(event.currentTarget.checked)}
      />
      <NumberInput
        label="Faintest, AB magnitude"
        value={faintest}
        min={0}
        max={40}
        step={0.5}
        onChange={(value) => {
          if (typeof value === 'number') onFaintest(value);
        }}
      />
      {chosen === null ? (
        <Text size="sm">Press a mark for its row of the truth.</Text>
      ) : (
        <SourceRow row={chosen} />
      )}
      <Table.ScrollContainer
        minWidth={240}
        maxHeight={260}
        scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
      >
        <Table striped>
          <Table.Thead>
            <Table.Tr>
              <Table.Th scope="col">Brightest on the image</Table.Th>
              <Table.Th scope="col">Magnitude</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {brightest.map((row) => (
              <Table.Tr key={`${row.objectId} ${row.component}`}>
                <Table.Td>
                  <Button size="compact-sm" variant="subtle" onClick={() => onGo(row)}>
                    {row.objectId} {row.component === 'single' ? '' : row.component}
                  </Button>
                </Table.Td>
                <Table.Td>{row.magnitude.toFixed(3)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}

/** One row of the truth. */
function SourceRow({ row }: { readonly row: TruthRow }) {
  const flags = FLAG_WORDS.filter(([bit]) => (row.flags & bit) !== 0).map(([, word]) => word);
  const facts: readonly (readonly [string, string])[] = [
    ['Object', row.objectId],
    ['Component', row.component],
    ['Magnitude, AB', row.magnitude.toFixed(4)],
    ['Electrons expected', plainNumber(row.expectedElectrons)],
    [
      'Electrons drawn',
      row.realisedElectrons < 0 ? 'not counted by source' : plainNumber(row.realisedElectrons),
    ],
    ['RA, Dec (ICRS deg)', `${row.raDeg.toFixed(6)}, ${row.decDeg.toFixed(6)}`],
    ['x, y (FITS, CCD)', `${(row.x + 1).toFixed(2)}, ${(row.y + 1).toFixed(2)}`],
    ['Drawn by', row.method],
    ['Flags', flags.length === 0 ? 'none' : flags.join(', ')],
  ];
  return (
    <SimpleGrid component="dl" cols={2} spacing={4} m={0} data-source={row.objectId}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <Text component="dt" size="xs" c="dimmed">
            {name}
          </Text>
          <Text component="dd" m={0} size="sm" style={{ overflowWrap: 'anywhere' }}>
            {value}
          </Text>
        </div>
      ))}
    </SimpleGrid>
  );
}
