/** A field for any part of the request's schema, made from the schema itself: its type, bounds, choices and description. */
import {
  Button,
  Checkbox,
  Fieldset,
  Group,
  NumberInput,
  Select,
  Stack,
  Switch,
  Text,
  TextInput,
} from '@mantine/core';
import { useDesign, useFaultAt, useSaid } from './design-state.js';

/** What is read of a schema. */
export interface FieldSchema {
  readonly type?: unknown;
  readonly const?: unknown;
  readonly description?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly anyOf?: readonly FieldSchema[];
  readonly items?: FieldSchema;
  readonly properties?: Readonly<Record<string, FieldSchema>>;
  readonly required?: readonly string[];
  readonly maxItems?: number;
}

/** The field of one key. */
export function SchemaField({ path, schema }: { readonly path: string; readonly schema: FieldSchema }) {
  const { set } = useDesign();
  const name = path.split('.').at(-1) ?? path;
  const label = wordsOf(name);
  const value = useSaid(path);
  const choices = schema.anyOf?.map((member) => member.const);
  const common = { label, description: schema.description, error: useFaultAt(path) };
  if (choices?.every((choice) => typeof choice === 'string') === true)
    return (
      <Select
        {...common}
        data={choices as string[]}
        value={typeof value === 'string' ? value : null}
        placeholder={placeholder(schema)}
        onChange={(choice) => set(path, choice ?? undefined)}
        clearable
      />
    );
  if (schema.type === 'number' || schema.type === 'integer')
    return (
      <NumberInput
        {...common}
        value={typeof value === 'number' ? value : ''}
        placeholder={placeholder(schema)}
        allowDecimal={schema.type === 'number'}
        hideControls
        onChange={(next) => set(path, typeof next === 'number' ? next : undefined)}
      />
    );
  if (schema.type === 'boolean')
    return (
      <Switch
        {...common}
        checked={(value ?? schema.default ?? false) === true}
        onChange={(event) => set(path, event.currentTarget.checked)}
      />
    );
  if (schema.type === 'object') return <ObjectField path={path} schema={schema} label={label} />;
  if (schema.type === 'array' && schema.items?.type === 'object')
    return <ListField path={path} schema={schema} label={label} />;
  return (
    <TextInput
      {...common}
      value={typeof value === 'string' ? value : ''}
      placeholder={placeholder(schema)}
      onChange={(event) =>
        set(path, event.currentTarget.value === '' ? undefined : event.currentTarget.value)
      }
    />
  );
}

/** A mapping: said or not, and when said, its own fields. */
function ObjectField({
  path,
  schema,
  label,
}: {
  readonly path: string;
  readonly schema: FieldSchema;
  readonly label: string;
}) {
  const { set } = useDesign();
  const isSaid = useSaid(path) !== undefined;
  return (
    <div>
      <Checkbox
        label={label}
        description={schema.description}
        checked={isSaid}
        onChange={(event) => set(path, event.currentTarget.checked ? firstValue(schema) : undefined)}
      />
      {isSaid && (
        <Fieldset legend={label} mt="xs" p="xs">
          <FieldsOf path={path} schema={schema} />
        </Fieldset>
      )}
    </div>
  );
}

function ListField({
  path,
  schema,
  label,
}: {
  readonly path: string;
  readonly schema: FieldSchema;
  readonly label: string;
}) {
  const { set } = useDesign();
  const said = useSaid(path);
  const items: readonly unknown[] = Array.isArray(said) ? said : [];
  const itemSchema = schema.items ?? {};
  const removed = (index: number): unknown[] => items.filter((_item, i) => i !== index);
  return (
    <Stack gap="xs">
      <div>
        <Text size="sm" fw={500}>
          {label}
        </Text>
        <Text size="xs" c="dimmed">
          {schema.description}
        </Text>
      </div>
      {items.map((_item, index) => (
        <Fieldset key={index} legend={`${label} ${index + 1}`} p="xs">
          <FieldsOf path={`${path}.${index}`} schema={itemSchema} />
          <Button
            mt="xs"
            size="compact-sm"
            variant="default"
            onClick={() => set(path, removed(index).length === 0 ? undefined : removed(index))}
          >
            Remove {label} {index + 1}
          </Button>
        </Fieldset>
      ))}
      {items.length < (schema.maxItems ?? Infinity) && (
        <Group>
          <Button
            size="compact-sm"
            variant="default"
            onClick={() => set(path, [...items, firstValue(itemSchema)])}
          >
            Add to {label.toLowerCase()}
          </Button>
        </Group>
      )}
    </Stack>
  );
}

/** The fields of a mapping. @param without keys that have a field elsewhere */
export function FieldsOf({
  path,
  schema,
  without = [],
}: {
  readonly path: string;
  readonly schema: FieldSchema;
  readonly without?: readonly string[];
}) {
  return (
    <Stack gap="xs">
      {Object.entries(schema.properties ?? {})
        .filter(([key]) => !without.includes(key))
        .map(([key, inner]) => (
          <SchemaField key={key} path={path === '' ? key : `${path}.${key}`} schema={inner} />
        ))}
    </Stack>
  );
}

/** A mapping with what it must have, as near to nothing as its bounds allow. */
function firstValue(schema: FieldSchema): Record<string, unknown> {
  const { properties = {}, required = [] } = schema;
  const values = required
    .filter((key) => properties[key]?.default === undefined && properties[key]?.type === 'number')
    .map((key) => [key, Math.max(0, properties[key]?.minimum ?? 0)] as const);
  if (values.length > 0) return Object.fromEntries(values);
  const [first] = Object.entries(properties).find(([, { default: value }]) => value !== undefined) ?? [];
  return first === undefined ? {} : { [first]: properties[first]?.default };
}

/** `rotTelPosDeg` as `Rot tel pos (deg)`: words, the unit apart. */
export function wordsOf(name: string): string {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .split(' ');
  const last = words.at(-1) ?? '';
  const unit = words.length > 1 ? UNITS[last] : undefined;
  const plain = (unit === undefined ? words : words.slice(0, -1))
    .map((word, i) => (i === 0 ? word.charAt(0).toUpperCase() + word.slice(1) : word.toLowerCase()))
    .join(' ');
  return unit === undefined ? plain : `${plain} (${unit})`;
}

const UNITS: Readonly<Record<string, string>> = {
  Deg: 'deg',
  Arcsec: 'arcsec',
  S: 's',
  Mag: 'mag',
  Tai: 'TAI',
};

function placeholder(schema: FieldSchema): string {
  return schema.default === undefined ? '' : `default ${String(schema.default)}`;
}
