/** Where to look: the map of the sky, coordinates, and fields known by name; what the pointing means at its time. */
import { moonSeparationDeg, type SkyPosition } from '@imsim-od/astro';
import { Button, Card, Group, Skeleton, Stack, Text, TextInput, Title } from '@mantine/core';
import { lazy, Suspense, useState } from 'react';
import { readDeclination, readRightAscension } from '../sky-map/coordinates.js';
import { FieldByName } from '../sky-map/field-by-name.js';
import { KNOWN_FIELDS } from '../sky-map/known-fields.js';
import { tonightMjdTai } from '../sky-map/tonight.js';
import { useDesign, useDesigned, useFaultAt, useSaid } from './design-state.js';
import { utcMinute } from './visits/visit-time.js';

// With the survey's regions; coordinates can be typed before they are there.
const SkyMap = lazy(async () => ({ default: (await import('../sky-map/sky-map.js')).SkyMap }));

/** The panel. */
export function PointingPanel() {
  const { setAll } = useDesign();
  const raDeg = useSaid('pointing.raDeg');
  const decDeg = useSaid('pointing.decDeg');
  const mjdTai = useDesigned(({ checked: { visit, request } }) => visit?.obsMjdTai ?? request?.obsMjdTai);
  const [tonight] = useState(() => tonightMjdTai(Date.now()));
  const pointing = directionOf(raDeg, decDeg);
  const point = (position: SkyPosition): void =>
    setAll({ 'pointing.raDeg': rounded(position.raDeg) % 360, 'pointing.decDeg': rounded(position.decDeg) });
  return (
    <Card withBorder component="section" aria-labelledby="pointing-title">
      <Stack gap="xs">
        <Title order={2} size="h4" id="pointing-title">
          Pointing
        </Title>
        <Suspense fallback={<Skeleton h={360} />}>
          <SkyMap pointing={pointing} mjdTai={mjdTai ?? tonight} onPick={point} />
        </Suspense>
        <Group grow align="flex-start">
          <CoordinateInput
            path="pointing.raDeg"
            label="Right ascension"
            hint="150.1 or 10:00:24"
            read={readRightAscension}
          />
          <CoordinateInput
            path="pointing.decDeg"
            label="Declination"
            hint="2.18 or +02:10:48"
            read={readDeclination}
          />
        </Group>
        <Group gap="xs" role="group" aria-label="Deep fields">
          {KNOWN_FIELDS.map((field) => (
            <Button key={field.name} size="compact-sm" variant="default" onClick={() => point(field)}>
              {field.name}
            </Button>
          ))}
          <FieldByName onChoose={point} />
        </Group>
        <Circumstances tonightMjdTai={tonight} />
      </Stack>
    </Card>
  );
}

/** The direction of these, which a document may say as anything; undefined where they are none. */
function directionOf(raDeg: unknown, decDeg: unknown): SkyPosition | undefined {
  if (typeof raDeg !== 'number' || typeof decDeg !== 'number') return undefined;
  return Number.isFinite(raDeg) && Math.abs(decDeg) <= 90 ? { raDeg, decDeg } : undefined;
}

/** What the pointing means at the time of the visit. @param tonightMjdTai when the Sun and the Moon are shown for a visit without a time */
function Circumstances({ tonightMjdTai }: { readonly tonightMjdTai: number }) {
  const text = useDesigned(({ checked: { visit, request } }) => {
    if (visit === undefined) {
      const time = utcMinute(request?.obsMjdTai ?? tonightMjdTai);
      return request?.obsMjdTai === undefined
        ? `Sun and Moon as they stand tonight, ${time} UTC: the visit has no time as it is.`
        : `Sun and Moon as they stand at the time of the visit, ${time} UTC.`;
    }
    const { obsMjdTai, altitudeDeg, airmass } = visit;
    const moonDeg = moonSeparationDeg(visit, obsMjdTai);
    return `MJD ${obsMjdTai.toFixed(4)} TAI, altitude ${altitudeDeg.toFixed(1)}°, airmass ${airmass.toFixed(2)}, moon at ${moonDeg.toFixed(0)}°`;
  });
  return (
    <Text size="sm" className="numeric">
      {text}
    </Text>
  );
}

/** A coordinate as text: what is typed stays as typed until it is another one that is said. */
function CoordinateInput({
  path,
  label,
  hint,
  read,
}: {
  readonly path: string;
  readonly label: string;
  readonly hint: string;
  readonly read: (text: string) => number | undefined;
}) {
  const { set } = useDesign();
  const value = useSaid(path);
  const fault = useFaultAt(path);
  const [typed, setTyped] = useState<string | null>(null);
  const said = typeof value === 'number' ? String(value) : '';
  const isUnread = typed !== null && read(typed) === undefined;
  return (
    <TextInput
      label={`${label} (ICRS)`}
      description={hint}
      value={typed ?? said}
      error={isUnread ? `write degrees or sixties, as ${hint}` : fault}
      onChange={(event) => {
        const text = event.currentTarget.value;
        setTyped(text);
        const next = read(text);
        if (next !== undefined) set(path, rounded(next));
      }}
      onBlur={() => setTyped((text) => (text !== null && read(text) === undefined ? text : null))}
    />
  );
}

/** To four milliarcseconds, in as few digits as that takes. */
function rounded(deg: number): number {
  return Number(deg.toFixed(6));
}
