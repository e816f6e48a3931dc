/** The request's schema as plain JSON Schema, for walking: names, defaults and descriptions come from nowhere else. */
import { RequestSchema } from '@imsim-od/simulator';

/** The part of a JSON Schema that is walked. */
export interface SchemaNode {
  readonly description?: string;
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, SchemaNode>>;
  readonly anyOf?: readonly SchemaNode[];
  readonly items?: SchemaNode;
  readonly const?: unknown;
}

/** The schema of the whole request. */
export const requestSchemaNode = RequestSchema as unknown as SchemaNode;
