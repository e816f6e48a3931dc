/** How many of the datasets found belong to each detector; pressing some narrows the search to them. */
import { Text } from '@mantine/core';
import { FocalPlane } from '../focal-plane/focal-plane.js';
import { countText } from '../page-parts/quantity.js';

/** The focal plane with counts. */
export function DetectorCounts({
  counts,
  chosen,
  onChoose,
}: {
  readonly counts: readonly { readonly value: string; readonly datasets: number }[];
  readonly chosen: readonly string[];
  readonly onChoose: (detectors: readonly string[]) => void;
}) {
  const byName = new Map(counts.map(({ value, datasets }) => [value, datasets]));
  const most = Math.max(1, ...byName.values());
  return (
    <div>
      <FocalPlane
        label="Focal plane: files of each detector"
        detectorRole="checkbox"
        look={({ name }) => {
          const files = byName.get(name) ?? 0;
          const isChosen = chosen.includes(name);
          if (files === 0 && !isChosen) return { state: 'absent', label: `${name}, no files`, isIdle: true };
          const depth = 20 + Math.round(70 * (files / most));
          return {
            state: isChosen ? 'chosen' : 'free',
            label: `${name}, ${countText(files)} files`,
            isChecked: isChosen,
            ...(isChosen
              ? {}
              : {
                  fill: `color-mix(in oklab, var(--mantine-color-sea-7) ${depth}%, var(--mantine-color-body))`,
                }),
          };
        }}
        onPress={({ name }) =>
          onChoose(chosen.includes(name) ? chosen.filter((other) => other !== name) : [...chosen, name])
        }
      />
      <Text size="sm" c="dimmed">
        The deeper the colour, the more files; at most {countText(most)}. Press detectors to narrow the search
        to them.
      </Text>
    </div>
  );
}
