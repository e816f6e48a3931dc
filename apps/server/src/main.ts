/** Entry of `imsim-od-server`: reads the settings, starts, says where it listens, and ends on SIGTERM or SIGINT. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { readSettings, SettingsError } from './settings.js';
import { startServer, type RunningServer } from './start-server.js';

const USAGE = `Usage: imsim-od serve [options]

  --home <folder>        everything that is kept (default $IMSIM_OD_HOME, else the user's data folder)
  --port <port>          port; 0: any free one (default 8470, or the next free one)
  --host <address>       address to listen at (default 127.0.0.1: this machine alone)
  --database-url <url>   PostgreSQL; default: one of its own in home
  --config <file>        settings in YAML (default server.yaml in home, where there is one)
  --workers <n>          detectors drawn at a time (default: the cores)
  --log-level <level>    fatal, error, warn, info, debug, silent (default info)
  --help                 this
All settings are in docs/service.md; each is also an environment variable, as IMSIM_OD_PORT.
`;

const EXIT = { done: 0, bug: 1, usage: 2, refused: 3 } as const;
/** A second signal, or so long after the first, ends the process at once: nothing is lost by that, it only takes longer to take up again. */
const PATIENCE_MS = 30_000;

function options(): Record<string, unknown> {
  const { values } = parseArgs({
    options: {
      home: { type: 'string' },
      port: { type: 'string' },
      host: { type: 'string' },
      'database-url': { type: 'string' },
      config: { type: 'string' },
      workers: { type: 'string' },
      'log-level': { type: 'string' },
      help: { type: 'boolean' },
    },
    allowPositionals: false,
  });
  const asNumber = (text: string | undefined): unknown =>
    text === undefined || text.trim() === '' ? text : Number(text);
  return {
    help: values.help,
    home: values.home,
    port: asNumber(values.port),
    host: values.host,
    databaseUrl: values['database-url'],
    config: values.config,
    workers: asNumber(values.workers),
    logLevel: values['log-level'],
  };
}

async function run(): Promise<void> {
  const { help, ...given } = options();
  if (help === true) {
    process.stdout.write(USAGE);
    return;
  }
  const settings = readSettings(given, process.env);
  const log = pino({ level: settings.logLevel }, pino.destination(2));
  const server = await startServer(settings, log, {
    mayMovePort: given['port'] === undefined && process.env['IMSIM_OD_PORT'] === undefined,
  });
  const note = writeNote(settings.home, server);
  process.stdout.write(`ImSim On Demand listens at ${server.url}\n`);
  if (server.setupUrl !== null)
    process.stdout.write(
      `Nobody administers it yet. From this machine, once, within a day: ${server.setupUrl}\n`,
    );
  process.send?.({ kind: 'listening', url: server.url, setupUrl: server.setupUrl });
  let isEnding = false;
  const end = (signal: string): void => {
    if (isEnding) process.exit(EXIT.bug);
    isEnding = true;
    log.info({ signal }, 'ending');
    setTimeout(() => process.exit(EXIT.bug), PATIENCE_MS).unref();
    void server.close().then(() => {
      rmSync(note, { force: true });
      process.exit(EXIT.done);
    });
  };
  process.on('SIGTERM', end);
  process.on('SIGINT', end);
}

/** Where this machine's command line finds the server. */
function writeNote(home: string, { url, setupUrl }: RunningServer): string {
  const path = join(home, 'server.json');
  writeFileSync(`${path}.partial`, `${JSON.stringify({ url, pid: process.pid, setupUrl })}\n`, {
    mode: 0o600,
  });
  renameSync(`${path}.partial`, path);
  return path;
}

try {
  await run();
} catch (error) {
  const isUsage =
    error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  const code = error instanceof Error && 'code' in error ? String(error.code) : undefined;
  const message = error instanceof Error ? error.message : String(error);
  process.stderr.write(`imsim-od: ${message}\n`);
  if (code === undefined && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exitCode = isUsage
    ? EXIT.usage
    : error instanceof SettingsError || code !== undefined
      ? EXIT.refused
      : EXIT.bug;
  process.exit();
}
