/** A parsed expression as a condition of SQL: columns from the list of fields, every value a bound parameter. */
import { type Expression, type RawBuilder, type SqlBool, sql } from 'kysely';
import { FIELDS, type FieldType } from './fields.js';
import type { ComparisonOperator, Condition, Value } from './parse-expression.js';

const CASTS: Readonly<Record<FieldType, RawBuilder<unknown>>> = {
  text: sql.raw('text'),
  number: sql.raw('double precision'),
  time: sql.raw('timestamptz'),
  uuid: sql.raw('uuid'),
};

const OPERATORS: Readonly<Record<ComparisonOperator, RawBuilder<unknown>>> = {
  '=': sql.raw('='),
  '!=': sql.raw('<>'),
  '<': sql.raw('<'),
  '<=': sql.raw('<='),
  '>': sql.raw('>'),
  '>=': sql.raw('>='),
};

/** The condition on the row `d` (and its blob `b`). A test on a field that is null is false, and its negation true. */
export function toSql(condition: Condition): Expression<SqlBool> {
  switch (condition.kind) {
    case 'and':
      return sql<SqlBool>`(${sql.join(condition.parts.map(toSql), sql` and `)})`;
    case 'or':
      return sql<SqlBool>`(${sql.join(condition.parts.map(toSql), sql` or `)})`;
    case 'not':
      return sql<SqlBool>`(not coalesce(${toSql(condition.part)}, false))`;
    case 'null':
      return sql<SqlBool>`(${column(condition.field)} is null)`;
    case 'like':
      return sql<SqlBool>`(${column(condition.field)} like ${condition.pattern} escape '')`;
    case 'in':
      return sql<SqlBool>`(${column(condition.field)} in (${sql.join(condition.values.map((value) => bound(condition.field, value)))}))`;
    case 'between':
      return sql<SqlBool>`(${column(condition.field)} between ${bound(condition.field, condition.low)} and ${bound(condition.field, condition.high)})`;
    case 'compare':
      return sql<SqlBool>`(${column(condition.field)} ${OPERATORS[condition.operator]} ${bound(condition.field, condition.value)})`;
  }
}

function fieldOf(name: string): { type: FieldType; column: RawBuilder<unknown> } {
  const field = FIELDS.get(name);
  if (field === undefined) throw new TypeError(`toSql: the parser let the field ${name} through`);
  return field;
}

function column(name: string): RawBuilder<unknown> {
  return fieldOf(name).column;
}

function bound(name: string, value: Value): RawBuilder<unknown> {
  return sql`${value}::${CASTS[fieldOf(name).type]}`;
}
