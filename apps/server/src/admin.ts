/** Entry of `imsim-od admin backup|restore`: what is done beside a home, not over HTTP. */
import { parseArgs } from 'node:util';
import { backUp, restore } from './keep/backup.js';
import { runProgram } from './program-end.js';
import { readSettings } from './settings.js';

const USAGE = `Usage: imsim-od admin backup <folder> [options]
       imsim-od admin restore <folder> [options]

backup writes the database and every file that no recipe can make again into a new folder; the service may run.
restore brings a backup back into an empty home; images that are not in it are made again when they are read.

  --home <folder>        the service's home (default $IMSIM_OD_HOME, else the user's data folder)
  --database-url <url>   PostgreSQL, where it is not the one in home
  --config <file>        settings in YAML (default server.yaml in home, where there is one)
  --all-files            backup: images, too
  --json                 the report as JSON
`;

await runProgram(async () => {
  const { values, positionals } = parseArgs({
    options: {
      home: { type: 'string' },
      'database-url': { type: 'string' },
      config: { type: 'string' },
      'all-files': { type: 'boolean' },
      json: { type: 'boolean' },
      help: { type: 'boolean' },
    },
    allowPositionals: true,
  });
  const [action, folder, ...rest] = positionals;
  if (
    values.help === true ||
    folder === undefined ||
    rest.length > 0 ||
    (action !== 'backup' && action !== 'restore')
  ) {
    process.stdout.write(USAGE);
    return values.help === true ? 'done' : 'usage';
  }
  const settings = readSettings(
    {
      home: values.home,
      databaseUrl: values['database-url'],
      ...(values.config === undefined ? {} : { config: values.config }),
    },
    process.env,
  );
  const report =
    action === 'backup'
      ? await backUp(settings, folder, values['all-files'] === true)
      : await restore(settings, folder);
  if (values.json === true) process.stdout.write(`${JSON.stringify(report)}\n`);
  else {
    const { rows, files, bytes } = report;
    process.stdout.write(
      `${action === 'backup' ? 'Kept' : 'Brought back'} ${rows} rows and ${files} files of ${bytes} bytes.\n`,
    );
    if ('dropped' in report && 'missing' in report)
      process.stdout.write(
        `${report.dropped} datasets are made again when they are read; ${report.missing} contents are missing for good.\n`,
      );
    if ('leftOut' in report && report.leftOut > 0)
      process.stdout.write(
        `${report.leftOut} files are missing or damaged and are not in it; imsim-od admin integrity names what is known of them.\n`,
      );
  }
  return 'leftOut' in report && report.leftOut > 0 ? 'partly' : 'done';
});
