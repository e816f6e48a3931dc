/** The two images and their difference on one canvas, moved together; numbers of the difference; what differs in the recipes. */
import type { Dataset } from '@imsim-od/api';
import { Alert, Button, Group, SegmentedControl, SimpleGrid, Stack, Table, Text, Title } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useEffect, useMemo, useState } from 'react';
import { plainNumber } from '../page-parts/quantity.js';
import { differenceFacts } from '../image-pixels/difference.js';
import { problemText } from '../image-pixels/fetch-file.js';
import { type PaintedView, type Painting, skyOf } from '../image-pixels/pixel-painter.js';
import { ask } from '../image-pixels/pixel-work.js';
import type { Pixels } from '../image-pixels/statistics.js';
import { useImage } from '../image-pixels/use-image.js';
import { useCall } from '../service/use-call.js';
import { PixelCanvas } from './pixel-canvas.js';
import { parameterDifferences } from './parameter-differences.js';
import { useRecipe } from './use-recipe.js';

type Shown = 'first' | 'second' | 'sides' | 'blink' | 'difference';

/** Twice a second: slow enough to be safe for everyone's eyes. */
const BLINK_MS = 500;

/** Everything about two images. */
export function ComparedImages({ first, second }: { readonly first: Dataset; readonly second: Dataset }) {
  // Of raw files all amplifiers together, without their overscans.
  const a = useImage(first, 'assembled');
  const b = useImage(second, 'assembled');
  const [difference, setDifference] = useState<Pixels | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [shown, setShown] = useState<Shown>('difference');
  const [isSecond, setSecond] = useState(false);
  const [view, setView] = useState<PaintedView | null>(null);
  const [imageA, imageB] = [
    a.state === 'open' ? a.image : undefined,
    b.state === 'open' ? b.image : undefined,
  ];
  useEffect(() => {
    if (imageA === undefined || imageB === undefined) return;
    let isLeft = false;
    const bare = ({ nx, ny, values }: Pixels): Pixels => ({ nx, ny, values });
    ask('subtract', { a: bare(imageA), b: bare(imageB) }).then(
      (result) => {
        if (!isLeft) setDifference(result);
      },
      (error: unknown) => {
        if (!isLeft) setProblem(problemText(error));
      },
    );
    return () => {
      isLeft = true;
    };
  }, [imageA, imageB]);
  useEffect(() => {
    if (shown !== 'blink') return;
    const timer = setInterval(() => setSecond((before) => !before), BLINK_MS);
    return () => clearInterval(timer);
  }, [shown]);
  const facts = useMemo(() => (difference === null ? null : differenceFacts(difference)), [difference]);
  const light = useMemo<Painting | null>(() => {
    if (imageA === undefined) return null;
    const { level, noise } = skyOf(imageA.values);
    return { kind: 'light', level, scale: 2 * noise };
  }, [imageA]);
  const failure = problem ?? (a.state === 'failed' ? a.problem : b.state === 'failed' ? b.problem : null);
  if (failure !== null)
    return (
      <Alert color="red" title="These images cannot be compared" role="alert">
        {failure}
      </Alert>
    );
  if (imageA === undefined || imageB === undefined || difference === null || facts === null || light === null)
    return <Text role="status">The images are being read and subtracted …</Text>;
  const isB = shown === 'second' || (shown === 'blink' && isSecond);
  const full = Math.max(1, 4 * facts.deviation);
  // One view for all that is shown, so that the two are seen at the same place.
  const common = { unit: imageA.unit, view, onView: setView };
  return (
    <Stack>
      <Group gap="md">
        <SegmentedControl
          aria-label="What is shown"
          data={[
            { value: 'first', label: 'First' },
            { value: 'second', label: 'Second' },
            { value: 'sides', label: 'Side by side' },
            { value: 'blink', label: 'Blink' },
            { value: 'difference', label: 'Difference' },
          ]}
          value={shown}
          onChange={(value) => setShown(value as Shown)}
        />
        {shown === 'difference' && (
          <Text size="sm">
            Second minus first: white is equal, full red +{plainNumber(full)}, full blue −{plainNumber(full)}{' '}
            {imageA.unit}. A point of the screen shows the largest difference of its pixels.
          </Text>
        )}
      </Group>
      <SimpleGrid cols={2} spacing="xs">
        <Origin
          which="First"
          dataset={first}
          isShown={shown !== 'difference' && (shown === 'sides' || !isB)}
        />
        <Origin
          which="Second"
          dataset={second}
          isShown={shown !== 'difference' && (shown === 'sides' || isB)}
        />
      </SimpleGrid>
      {shown === 'sides' ? (
        <SimpleGrid cols={2} spacing="xs">
          <div>
            <PixelCanvas label="First image" pixels={imageA} painting={light} {...common} />
          </div>
          <div>
            <PixelCanvas label="Second image" pixels={imageB} painting={light} {...common} />
          </div>
        </SimpleGrid>
      ) : (
        <PixelCanvas
          label={
            shown === 'difference' ? 'Difference of the two images' : isB ? 'Second image' : 'First image'
          }
          pixels={shown === 'difference' ? difference : isB ? imageB : imageA}
          painting={shown === 'difference' ? { kind: 'difference', level: 0, scale: full } : light}
          {...common}
        />
      )}
      <Title order={2} size="h4">
        The difference in numbers
      </Title>
      <Facts
        facts={[
          ['Pixels that differ', `${facts.differing} of ${facts.pixels}`],
          ['Sum', `${plainNumber(facts.sum)} ${imageA.unit}`],
          ['Mean', `${plainNumber(facts.mean)} ${imageA.unit}`],
          ['Standard deviation', `${plainNumber(facts.deviation)} ${imageA.unit}`],
          ['Least, greatest', `${plainNumber(facts.least)}, ${plainNumber(facts.greatest)}`],
          ['Most, at (FITS)', `${facts.mostX}, ${facts.mostY}`],
        ]}
      />
      <Recipes first={first} second={second} />
      <Group>
        <Button
          renderRoot={(props) => <Link to="/look" search={{ dataset: first.id }} {...props} />}
          variant="default"
        >
          Look at the first
        </Button>
        <Button
          renderRoot={(props) => <Link to="/look" search={{ dataset: second.id }} {...props} />}
          variant="default"
        >
          Look at the second
        </Button>
      </Group>
    </Stack>
  );
}

/** Which image of which run: files of twins bear the same name. */
function Origin({
  which,
  dataset: { name, runId },
  isShown,
}: {
  readonly which: string;
  readonly dataset: Dataset;
  readonly isShown: boolean;
}) {
  const { data: run } = useCall('readRun', { params: { id: runId ?? '' } }, { enabled: runId !== null });
  return (
    <Text size="sm" fw={isShown ? 700 : 400} style={{ overflowWrap: 'anywhere' }}>
      {which}: {name}
      {runId !== null && run !== undefined && (
        <>
          {' of '}
          <Link to="/runs/$runId" params={{ runId }}>
            {run.name}
          </Link>
        </>
      )}
    </Text>
  );
}

function Facts({ facts }: { readonly facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <SimpleGrid component="dl" cols={{ base: 2, md: 3 }} spacing="xs" m={0}>
      {facts.map(([name, value]) => (
        <div key={name}>
          <Text component="dt" size="xs" c="dimmed">
            {name}
          </Text>
          <Text component="dd" m={0}>
            {value}
          </Text>
        </div>
      ))}
    </SimpleGrid>
  );
}

/** What differs in the recipes. */
function Recipes({ first, second }: { readonly first: Dataset; readonly second: Dataset }) {
  const a = useRecipe(first);
  const b = useRecipe(second);
  if (a.isLoading || b.isLoading) return null;
  if (a.recipe === undefined || b.recipe === undefined)
    return (
      <Text size="sm">
        One of them has no recipe in the archive, so that their parameters cannot be set side by side.
      </Text>
    );
  const differences = parameterDifferences(a.recipe, b.recipe);
  return (
    <>
      <Title order={2} size="h4">
        What differs in the recipes
      </Title>
      {differences.length === 0 ? (
        <Text>Nothing: both are made from the same recipe.</Text>
      ) : (
        <Table.ScrollContainer minWidth={480}>
          <Table striped>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">Parameter</Table.Th>
                <Table.Th scope="col">First</Table.Th>
                <Table.Th scope="col">Second</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {differences.map(({ path, a: valueA, b: valueB }) => (
                <Table.Tr key={path}>
                  <Table.Th scope="row">{path}</Table.Th>
                  <Table.Td>{valueA ?? 'absent'}</Table.Td>
                  <Table.Td>{valueB ?? 'absent'}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      )}
    </>
  );
}
