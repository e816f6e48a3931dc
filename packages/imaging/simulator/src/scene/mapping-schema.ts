/**
 * Checks a mapping against the part of JSON Schema that scenes are described in: mappings without other keys, numbers within bounds,
 * whole numbers, truth values, and one of several words. Numbers are finite.
 */
import { type Json, type SchemaLike, type ValidationError, isPlainObject } from '../request/schema-faults.js';

/** What one value may be. */
export type ValueSchema = MappingSchema | NumberSchema | BooleanSchema | WordSchema;

/** A mapping with these keys and no others. */
export interface MappingSchema extends SchemaLike {
  readonly type: 'object';
  readonly required: readonly string[];
  readonly properties: Readonly<Record<string, ValueSchema>>;
}

interface NumberSchema extends SchemaLike {
  readonly type: 'number' | 'integer';
}

interface BooleanSchema extends SchemaLike {
  readonly type: 'boolean';
}

interface WordSchema extends SchemaLike {
  readonly type?: undefined;
  readonly anyOf: readonly { readonly const: string }[];
}

/** Takes one fault: the dotted path of the value, and what is wrong with it. */
export type AddSchemaFault = (path: string, fault: ValidationError) => void;

/** Tells every fault of a value. An undefined value of a mapping counts as absent. */
export function findSchemaFaults(
  schema: ValueSchema,
  value: unknown,
  path: string,
  add: AddSchemaFault,
): void {
  if (schema.type === 'object') findMappingFaults(schema, value, path, add);
  else if (!isSound(schema, value)) add(path, { keyword: 'type', message: 'is refused', params: {} });
}

/** Whether a value has no fault. */
export function isSound(schema: ValueSchema, value: unknown): boolean {
  switch (schema.type) {
    case 'object':
      return isSoundMapping(schema, value);
    case 'boolean':
      return typeof value === 'boolean';
    case 'number':
    case 'integer':
      return typeof value === 'number' && isWithin(schema, value);
    default:
      return schema.anyOf.some((word) => word.const === value);
  }
}

function isWithin(schema: NumberSchema, value: number): boolean {
  const { type, minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
  if (!(type === 'integer' ? Number.isInteger(value) : Number.isFinite(value))) return false;
  if (minimum !== undefined && value < minimum) return false;
  if (maximum !== undefined && value > maximum) return false;
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum) return false;
  return exclusiveMaximum === undefined || value < exclusiveMaximum;
}

function isSoundMapping({ required, properties }: MappingSchema, value: unknown): boolean {
  if (!isPlainObject(value)) return false;
  for (const key of required) if (value[key] === undefined) return false;
  for (const key of Object.keys(value)) {
    const schema = ownSchema(properties, key);
    if (schema === undefined) return false;
    if (value[key] !== undefined && !isSound(schema, value[key])) return false;
  }
  return true;
}

function findMappingFaults(
  { required, properties }: MappingSchema,
  value: unknown,
  path: string,
  add: AddSchemaFault,
): void {
  if (!isPlainObject(value)) {
    add(path, { keyword: 'type', message: 'must be a mapping', params: {} });
    return;
  }
  const mapping: Json = value;
  const additionalProperties = Object.keys(mapping).filter((key) => !ownSchema(properties, key));
  if (additionalProperties.length > 0)
    add(path, { keyword: 'additionalProperties', message: '', params: { additionalProperties } });
  const requiredProperties = required.filter((key) => mapping[key] === undefined);
  if (requiredProperties.length > 0)
    add(path, { keyword: 'required', message: '', params: { requiredProperties } });
  for (const [key, schema] of Object.entries(properties)) {
    if (mapping[key] !== undefined)
      findSchemaFaults(schema, mapping[key], path === '' ? key : `${path}.${key}`, add);
  }
}

/** The schema of a key; undefined also for what every object inherits, such as `constructor`. */
function ownSchema(properties: MappingSchema['properties'], key: string): ValueSchema | undefined {
  return Object.hasOwn(properties, key) ? properties[key] : undefined;
}
