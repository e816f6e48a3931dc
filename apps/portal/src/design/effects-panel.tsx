/** Effects, each with the line that says what it does, and the products to make. */
import { EffectsSchema, PRODUCTS } from '@imsim-od/simulator';
import { Card, Checkbox, Group, Stack, Switch, Text, Title } from '@mantine/core';
import { IN_PREVIEW } from '../preview/effects-in-preview.js';
import { useDesign, useDesigned, useFaultAt, useSaid } from './design-state.js';
import { isMapping } from './request-document.js';
import { type FieldSchema, wordsOf } from './schema-field.js';

const PRODUCT_WORDS: Readonly<Record<(typeof PRODUCTS)[number], string>> = {
  eimage: 'electron image',
  raw: 'raw exposure, 16 amplifiers',
  truth: 'truth, FITS and Parquet',
  preview: 'preview pictures',
};

/** The panel. */
export function EffectsPanel() {
  const { set } = useDesign();
  const said = useSaid('effects');
  const effects: Readonly<Record<string, unknown>> = isMapping(said) ? said : {};
  const products = useSaid('products');
  const chosen: readonly unknown[] = Array.isArray(products) ? products : PRODUCTS;
  const fault = useFaultAt('products');
  const notes = useDesigned(({ checked }) => checked.notes.join('\n'));
  return (
    <Card withBorder component="section" aria-labelledby="effects-title">
      <Stack gap="sm">
        <Title order={2} size="h4" id="effects-title">
          Effects and products
        </Title>
        {Object.entries(EffectsSchema.properties as Readonly<Record<string, FieldSchema>>).map(
          ([name, { description }]) => (
            <Switch
              key={name}
              label={wordsOf(name)}
              description={`${description}${IN_PREVIEW.has(name) ? '' : ' – not in preview'}`}
              checked={(effects[name] ?? true) === true}
              onChange={(event) => set(`effects.${name}`, event.currentTarget.checked ? undefined : false)}
            />
          ),
        )}
        <Group role="group" aria-label="Products">
          {PRODUCTS.map((product) => (
            <Checkbox
              key={product}
              label={PRODUCT_WORDS[product]}
              checked={chosen.includes(product)}
              onChange={(event) => {
                const next = PRODUCTS.filter((p) =>
                  p === product ? event.currentTarget.checked : chosen.includes(p),
                );
                set('products', next.length === PRODUCTS.length ? undefined : next);
              }}
            />
          ))}
        </Group>
        {fault !== undefined && (
          <Text size="sm" c="var(--mantine-color-error)" role="alert">
            {chosen.length === 0 ? 'Choose at least one product.' : fault}
          </Text>
        )}
        {notes
          .split('\n')
          .filter(Boolean)
          .map((note) => (
            <Text key={note} size="sm" c="dimmed">
              {note}
            </Text>
          ))}
      </Stack>
    </Card>
  );
}
