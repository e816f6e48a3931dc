/** What will be seen: a cut-out of one detector, drawn here while the request changes, and what an effect does to it. */
import { detectorById, detectorByName } from '@imsim-od/camera';
import type { PixelWindow } from '@imsim-od/simulator';
import { Card, Group, NumberInput, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { useMemo, useState } from 'react';
import { useSaid } from '../design/design-state.js';
import { chosenDetectors } from '../design/request-document.js';
import { COMPARISONS } from './effects-in-preview.js';
import { PreviewPicture, PreviewTitle, SIDE } from './preview-picture.js';
import type { PreviewClient } from './use-preview.js';

/** The panel. Its fields stand still while the design changes: the picture alone follows it. */
export function PreviewPanel({ client }: { readonly client: PreviewClient | null }) {
  const said = useSaid('detectors');
  const detectors = useMemo(
    () => [...chosenDetectors(said)].sort((a, b) => a - b).map((id) => detectorById(id)?.name ?? ''),
    [said],
  );
  const [chosen, setChosen] = useState<string | null>(null);
  const detector = chosen !== null && detectors.includes(chosen) ? chosen : (detectors[0] ?? null);
  const size = detectorByName(detector ?? '') ?? { nx: 4096, ny: 4004 };
  const [corner, setCorner] = useState<{ readonly x: number; readonly y: number } | null>(null);
  const window: PixelWindow = useMemo(() => {
    const x0 = Math.min(size.nx - SIDE, corner?.x ?? Math.floor((size.nx - SIDE) / 2));
    const y0 = Math.min(size.ny - SIDE, corner?.y ?? Math.floor((size.ny - SIDE) / 2));
    return { x0, x1: x0 + SIDE, y0, y1: y0 + SIDE };
  }, [corner, size.nx, size.ny]);
  const [without, setWithout] = useState<string | null>(null);
  const [zoom, setZoom] = useState('1');
  return (
    <Card withBorder component="section" aria-labelledby="preview-title">
      <Stack gap="xs">
        {detector === null ? (
          <>
            <PreviewTitle isDrawing={false} />
            <Text size="sm">Choose a detector to see a cut-out of it.</Text>
          </>
        ) : (
          <PreviewPicture
            client={client}
            detector={detector}
            window={window}
            without={without}
            zoom={zoom}
            place={
              <Group grow align="flex-end">
                <Select
                  label="Detector"
                  data={detectors}
                  value={detector}
                  onChange={setChosen}
                  allowDeselect={false}
                  searchable
                />
                <CornerInput
                  label="First column"
                  value={window.x0}
                  max={size.nx - SIDE}
                  onSet={(x) => setCorner({ x, y: window.y0 })}
                />
                <CornerInput
                  label="First row"
                  value={window.y0}
                  max={size.ny - SIDE}
                  onSet={(y) => setCorner({ x: window.x0, y })}
                />
              </Group>
            }
            zooms={
              <SegmentedControl
                aria-label="Zoom"
                size="xs"
                data={[
                  { value: '1', label: '1×' },
                  { value: '2', label: '2×' },
                  { value: '4', label: '4×' },
                ]}
                value={zoom}
                onChange={setZoom}
              />
            }
            comparisons={
              <Select
                label="Compare with"
                placeholder="nothing"
                data={[...COMPARISONS]}
                value={without}
                onChange={setWithout}
                clearable
              />
            }
          />
        )}
      </Stack>
    </Card>
  );
}

function CornerInput({
  label,
  value,
  max,
  onSet,
}: {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  readonly onSet: (value: number) => void;
}) {
  return (
    <NumberInput
      label={label}
      value={value}
      min={0}
      max={max}
      step={64}
      allowDecimal={false}
      clampBehavior="strict"
      onChange={(next) => {
        if (typeof next === 'number') onSet(next);
      }}
    />
  );
}
