/** Facets with their counts; ticking a value narrows the search. */
import type { Facets } from '@imsim-od/api';
import { Checkbox, ScrollArea, SimpleGrid, Stack, Text } from '@mantine/core';
import { countText } from '../page-parts/quantity.js';
import { type DataSearch, type Facet, FACETS } from './data-search.js';

const TITLES: Readonly<Record<Facet, string>> = {
  type: 'Type',
  band: 'Band',
  detector: 'Detector',
  state: 'State',
};

/** The facets. */
export function FacetList({
  facets,
  search,
  onChange,
}: {
  readonly facets: Facets['facets'];
  readonly search: DataSearch;
  readonly onChange: (changes: { [K in Facet]?: readonly string[] }) => void;
}) {
  return (
    <SimpleGrid cols={{ base: 2, sm: 4, md: 1 }} spacing="sm" verticalSpacing="sm">
      {FACETS.map((facet) => {
        const ticked = search[facet] ?? [];
        const counts = new Map((facets[facet] ?? []).map(({ value, datasets }) => [value, datasets]));
        const values = [...new Set([...ticked, ...counts.keys()])].sort();
        return values.length === 0 ? null : (
          <Checkbox.Group
            key={facet}
            label={TITLES[facet]}
            value={[...ticked]}
            onChange={(next) => onChange({ [facet]: next })}
          >
            <ScrollArea.Autosize
              mah={190}
              viewportProps={{ tabIndex: 0, role: 'group', 'aria-label': TITLES[facet] }}
            >
              <Stack gap={4} mt={4}>
                {values.map((value) => (
                  <Checkbox
                    key={value}
                    size="xs"
                    value={value}
                    label={
                      <>
                        {value}{' '}
                        <Text span size="xs" c="dimmed" className="numeric">
                          {countText(counts.get(value) ?? 0)}
                        </Text>
                      </>
                    }
                  />
                ))}
              </Stack>
            </ScrollArea.Autosize>
          </Checkbox.Group>
        );
      })}
    </SimpleGrid>
  );
}
