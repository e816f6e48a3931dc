/** What made the pressed pixel: its sources and the sky by share, and its value against what was expected. */
import type { Dataset, Explanation } from '@imsim-od/api';
import {
  Alert,
  Anchor,
  Button,
  Group,
  List,
  NumberInput,
  Progress,
  SimpleGrid,
  Stack,
  Table,
  Text,
} from '@mantine/core';
import { type ReactNode, useEffect, useState } from 'react';
import type { OpenedImage } from '../../image-pixels/opened-image.js';
import type { PixelPosition } from '../../image-pixels/pointer-store.js';
import { valueAt } from '../../image-pixels/statistics.js';
import type { TruthRow } from '../../image-pixels/truth-rows.js';
import { Failure } from '../../page-parts/failure.js';
import { useCall } from '../../service/use-call.js';
import { amplifierUnder } from './read-out.js';

/** Sources told one by one, and the share of the light from which one is told by itself. */
const SOURCES = 8;
const LEAST_SHARE = 1e-4;

interface ExplainProps {
  readonly dataset: Dataset;
  readonly image: OpenedImage;
  /** The pressed place of the image. */
  readonly at: PixelPosition | null;
  /** The pixel of the CCD under one of the image; absent where the detector is not known. */
  readonly toCcd: ((position: PixelPosition) => PixelPosition | undefined) | undefined;
  readonly truth: readonly TruthRow[] | null;
  readonly onAt: (position: PixelPosition) => void;
  readonly onGo: (row: TruthRow) => void;
}

/** The panel. */
export function ExplainPanel({ dataset, image, at, toCcd, truth, onAt, onGo }: ExplainProps) {
  const pressed = at === null ? null : { x: Math.round(at.x), y: Math.round(at.y) };
  const ccd = pressed === null ? undefined : toCcd?.(pressed);
  const { data, error, isFetching, refetch } = useCall(
    'explainPixel',
    { params: { id: dataset.id }, query: { x: ccd?.x ?? 0, y: ccd?.y ?? 0, sources: SOURCES } },
    { enabled: ccd !== undefined },
  );
  const shown = pressed === null ? undefined : valueAt(image, pressed.x, pressed.y);
  // As the file has it, where the picture shows it without its bias.
  const value =
    pressed === null || shown === undefined ? undefined : shown + (amplifierUnder(image, pressed)?.bias ?? 0);
  return (
    <Stack gap="xs">
      <PixelInput image={image} pressed={pressed} onAt={onAt} />
      {pressed === null ? (
        <Text size="sm">
          Press a pixel of the image, or give its place; with the keyboard, Enter takes the middle of the
          image.
        </Text>
      ) : ccd === undefined ? (
        <Text size="sm">
          No light falls here: this pixel is off the CCD, or a prescan or overscan pixel, which holds bias and
          read noise alone.
        </Text>
      ) : error !== null ? (
        <Failure error={error} onRetry={() => void refetch()} />
      ) : data === undefined || isFetching ? (
        <Stack gap={4} role="status">
          <Progress value={100} animated striped aria-label="The pixel is being explained" />
          <Text size="sm">
            The sources of this detector are gathered and their light in this pixel worked out; the first
            pixel of an image takes some seconds.
          </Text>
        </Stack>
      ) : (
        <Explained explained={data} value={value} unit={image.unit} truth={truth} onGo={onGo} />
      )}
    </Stack>
  );
}

/** The place of the pixel, in FITS counting as in the line below the picture. */
function PixelInput({
  image,
  pressed,
  onAt,
}: Pick<ExplainProps, 'image' | 'onAt'> & { readonly pressed: PixelPosition | null }) {
  const [x, setX] = useState<number | string>('');
  const [y, setY] = useState<number | string>('');
  const [pressedX, pressedY] = [pressed?.x, pressed?.y];
  useEffect(() => {
    if (pressedX === undefined || pressedY === undefined) return;
    setX(pressedX + 1);
    setY(pressedY + 1);
  }, [pressedX, pressedY]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (typeof x === 'number' && typeof y === 'number') onAt({ x: x - 1, y: y - 1 });
      }}
    >
      <Group gap="xs" align="end" wrap="nowrap">
        <NumberInput
          label="Pixel x (FITS)"
          miw={0}
          value={x}
          min={1}
          max={image.nx}
          allowDecimal={false}
          onChange={setX}
        />
        <NumberInput
          label="Pixel y (FITS)"
          miw={0}
          value={y}
          min={1}
          max={image.ny}
          allowDecimal={false}
          onChange={setY}
        />
        <Button type="submit" variant="default" style={{ flexShrink: 0 }}>
          Explain
        </Button>
      </Group>
    </form>
  );
}

/** The explanation. */
function Explained({
  explained,
  value,
  unit,
  truth,
  onGo,
}: Pick<ExplainProps, 'truth' | 'onGo'> & {
  readonly explained: Explanation;
  readonly value: number | undefined;
  readonly unit: string;
}) {
  const { raw, expectedElectrons: all, notes } = explained;
  const told = explained.sources.filter(({ electrons }) => electrons >= LEAST_SHARE * all);
  const others = explained.sources
    .slice(told.length)
    .reduce(
      ({ count, electrons }, source) => ({ count: count + 1, electrons: electrons + source.electrons }),
      explained.otherSources,
    );
  const isRaw = raw !== undefined && unit === 'adu';
  const [expected, sigma] = isRaw
    ? [raw.expectedAdu, raw.sigmaAdu]
    : [explained.expectedElectrons, explained.sigmaElectrons];
  const said = isRaw ? [...notes, ...raw.notes] : notes;
  const deviation = value === undefined || sigma === 0 ? undefined : (value - expected) / sigma;
  const rowOf = ({ objectId, component }: Explanation['sources'][number]): TruthRow | undefined =>
    truth?.find((row) => row.objectId === objectId && row.component === component);
  const facts: readonly (readonly [string, string])[] = [
    ['Value in the file', value === undefined ? '–' : `${value} ${unit}`],
    ['Expected', `${electronsText(expected)} ± ${electronsText(sigma)} ${unit}`],
    [
      'Deviation',
      deviation === undefined ? '–' : `${deviation < 0 ? '−' : '+'}${Math.abs(deviation).toFixed(2)} σ`,
    ],
    ['Vignetting leaves', shareText(explained.vignetting)],
    ...(isRaw
      ? ([
          ['Amplifier', `${raw.amplifier}, ${raw.segment} ${raw.rawX + 1}, ${raw.rawY + 1}`],
          ['Charge read out', `${electronsText(raw.chargeElectron)} electrons`],
          ['Dark current', `${electronsText(raw.darkElectron)} electrons`],
          ['Gain', `${raw.gainElectronPerAdu} electrons per ADU`],
          ['Crosstalk', `${raw.crosstalkAdu.toFixed(2)} ADU`],
          ['Deferred charge', `${raw.deferredAdu.toFixed(2)} ADU`],
          ['Bias', `${raw.biasAdu} ADU`],
          ['Read noise', `${raw.readNoiseElectron} electrons`],
          ['Full well', `${raw.fullWellElectron.toFixed(0)} electrons`],
          ['In the e-image', `${explained.realisedElectrons} electrons`],
        ] as const)
      : []),
  ];
  return (
    <Stack gap="xs" data-explained={`${explained.xPixel0} ${explained.yPixel0}`}>
      <SimpleGrid component="dl" cols={2} spacing={4} m={0}>
        {facts.map(([name, text]) => (
          <div key={name}>
            <Text component="dt" size="xs" c="dimmed">
              {name}
            </Text>
            <Text component="dd" m={0} size="sm">
              {text}
            </Text>
          </div>
        ))}
      </SimpleGrid>
      <Table horizontalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Mean electrons from</Table.Th>
            <Table.Th scope="col">Electrons</Table.Th>
            <Table.Th scope="col">Share</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          <ShareRow name="Sky background" electrons={explained.skyElectrons} all={all} />
          {told.map((source) => {
            const row = rowOf(source);
            const name = `${source.objectId}${source.component === 'single' ? '' : ` ${source.component}`}`;
            return (
              <ShareRow
                key={`${source.skyEntry} ${name} ${source.xPixel0} ${source.yPixel0}`}
                name={
                  row === undefined ? (
                    name
                  ) : (
                    <Anchor component="button" type="button" size="sm" ta="left" onClick={() => onGo(row)}>
                      {name}
                    </Anchor>
                  )
                }
                about={`${source.model}, magnitude ${source.magnitude.toFixed(2)}, ${source.distancePx.toFixed(1)} px (${source.distanceArcsec.toFixed(2)}″) away, by ${source.method}`}
                electrons={source.electrons}
                all={all}
              />
            );
          })}
          {others.count > 0 && (
            <ShareRow
              name={`${others.count} other ${others.count === 1 ? 'source' : 'sources'}`}
              electrons={others.electrons}
              all={all}
            />
          )}
          <ShareRow name="All together" electrons={all} all={all} />
        </Table.Tbody>
      </Table>
      {said.length > 0 && (
        <Alert color="yellow" p="xs" title="Left out, or taken otherwise">
          <List size="sm">
            {said.map((note) => (
              <List.Item key={note}>{note}.</List.Item>
            ))}
          </List>
        </Alert>
      )}
    </Stack>
  );
}

/** One line, with its share as a bar. */
function ShareRow({
  name,
  electrons,
  all,
  about,
}: {
  readonly name: ReactNode;
  readonly electrons: number;
  readonly all: number;
  /** A smaller line below the name. */
  readonly about?: string;
}) {
  const share = all > 0 ? electrons / all : 0;
  return (
    <Table.Tr>
      <Table.Td style={{ overflowWrap: 'anywhere' }}>
        {name}
        {about !== undefined && (
          <Text size="xs" c="dimmed">
            {about}
          </Text>
        )}
      </Table.Td>
      <Table.Td>{electronsText(electrons)}</Table.Td>
      <Table.Td miw={76} style={{ whiteSpace: 'nowrap' }}>
        {shareText(share)}
        <Progress value={100 * share} size="xs" aria-hidden="true" />
      </Table.Td>
    </Table.Tr>
  );
}

function electronsText(electrons: number): string {
  if (electrons === 0) return '0';
  if (electrons < 1e-3) return '< 0.001';
  return electrons < 100 ? electrons.toPrecision(3) : electrons.toFixed(1);
}

function shareText(share: number): string {
  const percent = 100 * share;
  return percent > 0 && percent < 0.01 ? '< 0.01 %' : `${percent.toFixed(2)} %`;
}
