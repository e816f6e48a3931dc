/** Entry of `imsim-od serve`: reads the settings, starts, says where it listens, and ends on SIGTERM or SIGINT. */
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { startInBackground, stopRunning } from './background-process.js';
import { EXIT, runProgram } from './program-end.js';
import { leaveNote } from './server-note.js';
import { readSettings } from './settings.js';
import { startServer } from './start-server.js';

const USAGE = `Usage: imsim-od serve [options]

Runs the service until Ctrl-C: HTTP API, durable runs, archive. Nothing is lost when it is stopped or killed.

  --home <folder>        everything that is kept (default $IMSIM_OD_HOME, else the user's data folder)
  --port <port>          port; 0: any free one (default 8470, or the next free one)
  --host <address>       address to listen at (default 127.0.0.1: this machine alone)
  --database-url <url>   PostgreSQL 15 or later; default: one of its own in home
  --config <file>        settings in YAML (default server.yaml in home, where there is one)
  --workers <n>          detectors drawn at a time (default: one for each core)
  --sed-dir <folder>     SED files of instance catalogs (default $SIMS_SED_LIBRARY_DIR, else colours by family)
  --log-level <level>    fatal, error, warn, info, debug, silent (default info; the log goes to stderr)
  --background           return as soon as it listens; the log goes to server.log in home
  --stop                 stop the service of home
  --help                 this

All settings are in docs/service.md; each is also an environment variable, such as IMSIM_OD_PORT.
`;

/** A second signal, or so long after the first, ends the process at once: nothing is lost by that, it only takes longer to take up again. */
const PATIENCE_MS = 30_000;

await runProgram(async () => {
  const { values } = parseArgs({
    options: {
      home: { type: 'string' },
      port: { type: 'string' },
      host: { type: 'string' },
      'database-url': { type: 'string' },
      config: { type: 'string' },
      workers: { type: 'string' },
      'sed-dir': { type: 'string' },
      'log-level': { type: 'string' },
      background: { type: 'boolean' },
      stop: { type: 'boolean' },
      help: { type: 'boolean' },
    },
    allowPositionals: false,
  });
  if (values.help === true) {
    process.stdout.write(USAGE);
    return 'done';
  }
  const settings = readSettings(
    {
      home: values.home,
      port: asNumber(values.port),
      host: values.host,
      databaseUrl: values['database-url'],
      ...(values.config === undefined ? {} : { config: values.config }),
      workers: asNumber(values.workers),
      sedDir: values['sed-dir'],
      logLevel: values['log-level'],
    },
    process.env,
  );
  if (values.stop === true) return stopRunning(settings.home);
  if (values.background === true) return startInBackground(settings.home, process.argv.slice(2));
  const log = pino({ level: settings.logLevel }, pino.destination(2));
  const mayMovePort = values.port === undefined && process.env['IMSIM_OD_PORT'] === undefined;
  const server = await startServer(settings, log, { mayMovePort });
  const { url, setupUrl } = server;
  const takeNote = leaveNote(settings.home, {
    url,
    setupUrl,
    databaseUrl: server.services.databaseUrl,
  });
  process.stdout.write(`ImSim On Demand listens at ${url}\n`);
  if (setupUrl !== null)
    process.stdout.write(`Nobody administers it yet. From this machine, once, within a day: ${setupUrl}\n`);
  await new Promise<void>((resolve) => {
    let isEnding = false;
    const end = (signal: string): void => {
      if (isEnding) process.exit(EXIT.site);
      isEnding = true;
      log.info({ signal }, 'ending');
      setTimeout(() => process.exit(EXIT.site), PATIENCE_MS).unref();
      void server.close().then(resolve);
    };
    process.on('SIGTERM', end);
    process.on('SIGINT', end);
  });
  takeNote();
  process.exit(EXIT.done);
});

/** A number of the command line; what is none is left for the settings to refuse. */
function asNumber(text: string | undefined): unknown {
  return text === undefined || text.trim() === '' || Number.isNaN(Number(text)) ? text : Number(text);
}
