/** The conditions of the visit: presets, the quantities one changes most, and every further option folded below. */
import { RequestSchema } from '@imsim-od/simulator';
import {
  Accordion,
  Button,
  Card,
  Grid,
  Group,
  NumberInput,
  SegmentedControl,
  Slider,
  Stack,
  Text,
  Title,
} from '@mantine/core';
import { type DesignState, useDesign, useDesigned, useFaultAt, useSaid } from './design-state.js';
import { FieldsOf, type FieldSchema } from './schema-field.js';

const BANDS = ['u', 'g', 'r', 'i', 'z', 'y'];

/** Conditions by name; undefined: the schema's default. */
const PRESETS: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
  ['Typical', { seeingFwhm500Arcsec: undefined, skyBrightnessMagPerArcsec2: undefined, airmass: undefined }],
  [
    'Dark sky, good seeing',
    { seeingFwhm500Arcsec: 0.5, skyBrightnessMagPerArcsec2: undefined, airmass: undefined },
  ],
  ['Poor seeing', { seeingFwhm500Arcsec: 1.2, skyBrightnessMagPerArcsec2: undefined, airmass: undefined }],
  ['Bright moon', { seeingFwhm500Arcsec: undefined, skyBrightnessMagPerArcsec2: 18.5, airmass: undefined }],
  ['Low in the sky', { seeingFwhm500Arcsec: undefined, skyBrightnessMagPerArcsec2: undefined, airmass: 2 }],
];

/** Keys that have a place of their own on the screen. */
const ELSEWHERE = [
  'pointing',
  'band',
  'exposureS',
  'snaps',
  'seeingFwhm500Arcsec',
  'skyBrightnessMagPerArcsec2',
  'airmass',
  'rotTelPosDeg',
  'detectors',
  'sky',
  'sedDir',
  'effects',
  'products',
];

/** The panel. */
export function VisitPanel() {
  const { set, setAll } = useDesign();
  const band = useSaid('band');
  const airmass = useDesigned(({ checked }) => checked.visit?.airmass.toFixed(2));
  return (
    <Card withBorder component="section" aria-labelledby="visit-title">
      <Stack gap="sm">
        <Title order={2} size="h4" id="visit-title">
          Visit
        </Title>
        <Group gap="xs" role="group" aria-label="Presets of conditions">
          {PRESETS.map(([label, values]) => (
            <Button
              key={label}
              size="compact-sm"
              variant="default"
              onClick={() =>
                setAll({
                  ...values,
                  ...(values['airmass'] === undefined
                    ? {}
                    : { obsMjdTai: undefined, altitudeDeg: undefined, azimuthDeg: undefined }),
                })
              }
            >
              {label}
            </Button>
          ))}
        </Group>
        <div role="group" aria-label="Band">
          <Text size="sm" fw={500}>
            Band
          </Text>
          <SegmentedControl
            aria-label="Band"
            data={BANDS}
            value={typeof band === 'string' ? band : 'r'}
            onChange={(next) => set('band', next)}
            fullWidth
          />
        </div>
        <NumberSlider
          path="seeingFwhm500Arcsec"
          label="Seeing at 500 nm and zenith (arcsec)"
          min={0.3}
          max={2}
          step={0.01}
          defaultOf={({ checked }) => checked.request?.seeingFwhm500Arcsec ?? 0.65}
        />
        <NumberSlider
          path="skyBrightnessMagPerArcsec2"
          label="Sky brightness (AB mag per arcsec²)"
          min={16}
          max={23}
          step={0.05}
          defaultOf={({ checked }) =>
            Math.round((checked.visit?.skyBrightnessMagPerArcsec2 ?? 21) * 100) / 100
          }
        />
        <Grid>
          <Grid.Col span={6}>
            <PlainNumber path="exposureS" label="Exposure (s)" placeholder="default 30" />
          </Grid.Col>
          <Grid.Col span={6}>
            <PlainNumber path="snaps" label="Snaps" placeholder="default 1" isWhole />
          </Grid.Col>
          <Grid.Col span={6}>
            <PlainNumber path="airmass" label="Airmass" placeholder={airmass ?? 'at transit'} />
          </Grid.Col>
          <Grid.Col span={6}>
            <PlainNumber path="rotTelPosDeg" label="Rotator (deg)" placeholder="default 0" />
          </Grid.Col>
        </Grid>
        <Accordion variant="contained">
          <Accordion.Item value="more">
            <Accordion.Control>Further options</Accordion.Control>
            <Accordion.Panel>
              <FieldsOf path="" schema={RequestSchema as FieldSchema} without={ELSEWHERE} />
            </Accordion.Panel>
          </Accordion.Item>
        </Accordion>
      </Stack>
    </Card>
  );
}

function NumberSlider({
  path,
  label,
  min,
  max,
  step,
  defaultOf,
}: {
  readonly path: string;
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** The value where none is said. */
  readonly defaultOf: (state: DesignState) => number;
}) {
  const { set } = useDesign();
  const said = useSaid(path);
  const fallback = useDesigned(defaultOf);
  const fault = useFaultAt(path);
  const value = typeof said === 'number' ? said : fallback;
  return (
    <Group align="flex-end" wrap="nowrap">
      <NumberInput
        label={label}
        value={typeof said === 'number' ? said : ''}
        placeholder={`default ${fallback}`}
        step={step}
        error={fault}
        onChange={(next) => set(path, typeof next === 'number' ? next : undefined)}
        flex={1}
      />
      <Slider
        flex={1}
        mb={10}
        min={min}
        max={max}
        step={step}
        value={value}
        label={null}
        thumbLabel={label}
        onChange={(next) => set(path, Math.round(next * 100) / 100)}
      />
    </Group>
  );
}

function PlainNumber({
  path,
  label,
  placeholder,
  isWhole = false,
}: {
  readonly path: string;
  readonly label: string;
  readonly placeholder: string;
  readonly isWhole?: boolean;
}) {
  const { set } = useDesign();
  const value = useSaid(path);
  const fault = useFaultAt(path);
  return (
    <NumberInput
      label={label}
      value={typeof value === 'number' ? value : ''}
      placeholder={placeholder}
      allowDecimal={!isWhole}
      error={fault}
      hideControls
      onChange={(next) => set(path, typeof next === 'number' ? next : undefined)}
    />
  );
}
