/** A field typed or chosen by its name. */
import type { SkyPosition } from '@imsim-od/astro';
import { Select } from '@mantine/core';
import { KNOWN_FIELDS, NAMED_FIELDS } from './known-fields.js';

const FIELDS = [...KNOWN_FIELDS, ...NAMED_FIELDS];

/** The choice. */
export function FieldByName({ onChoose }: { readonly onChoose: (position: SkyPosition) => void }) {
  return (
    <Select
      aria-label="Field by name"
      placeholder="Field by name"
      size="xs"
      w={190}
      searchable
      nothingFoundMessage="No field has this name; type its coordinates."
      data={FIELDS.map(({ name }) => name)}
      value={null}
      onChange={(name) => {
        const field = FIELDS.find((known) => known.name === name);
        if (field !== undefined) onChoose({ raDeg: field.raDeg, decDeg: field.decDeg });
      }}
    />
  );
}
