/** The process that queries: takes one order over its channel, answers it and is ended by its parent. */
import {
  type DuckDBConnection,
  DuckDBDecimalValue,
  DuckDBInstance,
  type DuckDBValue,
  StatementType,
} from '@duckdb/node-api';
import type { QueryErrorCode } from './errors.js';
import type { QueryAnswer, QueryOrder } from './query-messages.js';

/** The columns of a truth table, for when there is none. */
const COLUMNS =
  'object_id varchar, catalog integer, component varchar, ra double, "dec" double, x double, y double, x_fits double, y_fits double, hpx29 bigint, magnitude double, expected_electrons double, realised_electrons double, method varchar, flags integer';

process.once('message', (order: unknown) => {
  void answer(order as QueryOrder).then((message) => process.send?.(message));
});
process.once('disconnect', () => process.exit());

async function answer(order: QueryOrder): Promise<QueryAnswer> {
  try {
    const connection = await lockedDown(order);
    return await run(connection, order);
  } catch (error) {
    return explain(error);
  }
}

/** A connection that sees the table `truth` and nothing else. */
async function lockedDown({ files, memoryMb }: QueryOrder): Promise<DuckDBConnection> {
  const instance = await DuckDBInstance.create(':memory:', {
    threads: '1',
    memory_limit: `${memoryMb}MiB`,
    temp_directory: '',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    allow_community_extensions: 'false',
  });
  const connection = await instance.connect();
  const names = files.map(({ file }) => `'${file}'`).join(', ');
  await connection.run(`set allowed_paths = [${names}]`);
  await connection.run(
    'create table datasets (file varchar, dataset_id varchar, visit bigint, snap integer, band varchar, detector varchar)',
  );
  const appender = await connection.createAppender('datasets');
  for (const { file, datasetId, visit, snap, band, detector } of files) {
    appender.appendVarchar(file);
    appender.appendVarchar(datasetId);
    appender.appendBigInt(BigInt(visit));
    appender.appendInteger(snap);
    appender.appendVarchar(band);
    appender.appendVarchar(detector);
    appender.endRow();
  }
  appender.closeSync();
  if (files.length === 0) {
    await connection.run(`create table nothing (${COLUMNS})`);
    await connection.run(
      'create view truth as select n.*, d.* exclude (file) from nothing n cross join datasets d',
    );
  } else {
    await connection.run(
      `create view truth as select t.* exclude (filename), d.* exclude (file)
       from read_parquet([${names}], filename = true, union_by_name = true) t join datasets d on d.file = t.filename`,
    );
  }
  await connection.run('set enable_external_access = false');
  await connection.run('set lock_configuration = true');
  return connection;
}

async function run(
  connection: DuckDBConnection,
  { sql, maxRows, maxBytes }: QueryOrder,
): Promise<QueryAnswer> {
  const statements = await connection.extractStatements(sql);
  if (statements.count !== 1)
    return failed('QUERY_FORBIDDEN', 'One statement at a time, and it must be a SELECT.');
  const statement = await statements.prepare(0);
  if (statement.statementType !== StatementType.SELECT)
    return failed('QUERY_FORBIDDEN', 'Only SELECT is allowed; nothing can be changed here.');
  const result = await statement.stream();
  const columns = result
    .columnNames()
    .map((name, index) => ({ name, type: String(result.columnType(index)) }));
  const rows: unknown[][] = [];
  let bytes = 0;
  for await (const chunk of result.yieldRows()) {
    for (const row of chunk) {
      if (rows.length === maxRows) return { kind: 'rows', columns, rows, truncated: true };
      const plain = row.map(toJson);
      bytes += JSON.stringify(plain).length;
      if (bytes > maxBytes)
        return failed(
          'QUERY_TOO_LARGE',
          `The answer is larger than ${maxBytes} bytes. Ask for fewer columns or rows.`,
        );
      rows.push(plain);
    }
  }
  return { kind: 'rows', columns, rows, truncated: false };
}

/** A value as JSON has it. */
function toJson(value: DuckDBValue): unknown {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return value;
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value === 'bigint') {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (value instanceof DuckDBDecimalValue) return value.toDouble();
  return String(value);
}

/** DuckDB says what kind of error it is in the first words. */
const KINDS: readonly (readonly [RegExp, QueryErrorCode])[] = [
  [
    /^(Permission|Configuration) Error|file system operations are disabled|has been locked/i,
    'QUERY_FORBIDDEN',
  ],
  [/^Out of Memory Error|bad_alloc|failed to allocate/i, 'QUERY_MEMORY'],
  [/^INTERNAL Error|^FATAL Error/i, 'QUERY_BROKEN'],
];

function explain(error: unknown): QueryAnswer {
  const message = error instanceof Error ? error.message : String(error);
  const code = KINDS.find(([pattern]) => pattern.test(message))?.[1] ?? 'QUERY_SYNTAX';
  return failed(code, message.slice(0, 2000));
}

function failed(code: QueryErrorCode, message: string): QueryAnswer {
  return { kind: 'failed', code, message };
}
