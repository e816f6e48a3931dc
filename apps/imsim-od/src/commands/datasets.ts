/** The archive of a service: `ls`, `get`, `share`, `drop`, `upload`, `query`. */
import type { AddCommand } from '../command.js';
import type { ServiceOptions } from '../service/connection.js';
import type { SearchOptions } from '../service/datasets.js';
import { named, wholeNumber } from '../option-values.js';
import { addSearchOptions, addServiceOptions } from '../service/service-options.js';

const EXPRESSION = `as "band = 'r' and detector like 'R22%' and seeingArcsec < 0.8"`;

/** Adds the commands. */
export const addDatasets: AddCommand = (program, setExitCode) => {
  addSearchOptions(addServiceOptions(program.command('ls').description('list datasets of a service')))
    .argument('[expression]', EXPRESSION)
    .option('--facets', 'count by type, band, detector, visit, state and folder instead')
    .option('--limit <n>', 'how many', wholeNumber(1, 1_000_000), 100)
    .action(
      async (
        expression: string | undefined,
        options: SearchOptions & { readonly limit: number; readonly facets?: boolean },
      ) => {
        const { listDatasets } = await import('../service/datasets.js');
        await listDatasets(expression, options);
      },
    );
  addSearchOptions(
    addServiceOptions(
      program.command('get').description('fetch datasets, checked by SHA-256; goes on where it was cut'),
    ),
  )
    .argument('[expression]', EXPRESSION)
    .option('--manifest <file>', 'fetch what this manifest lists (lines of JSON)')
    .option('--out <folder>', 'where to put them', '.')
    .addHelpText('after', GET_EXAMPLES)
    .action(
      async (
        expression: string | undefined,
        options: SearchOptions & { readonly out: string; readonly manifest?: string },
      ) => {
        const { fetchDatasets } = await import('../service/datasets.js');
        setExitCode(await fetchDatasets(expression, options));
      },
    );
  addServiceOptions(program.command('share').description('let a group or all read a run, or datasets'))
    .argument('[run]', 'a run: its id, the end of it, its name, or "last"')
    .requiredOption('--with <group>', 'a group, or "all"')
    .option('--datasets <expression>', `your datasets that fit, ${EXPRESSION}`, named)
    .option('--revoke', 'take it back')
    .action(
      async (
        run: string | undefined,
        options: ServiceOptions & {
          readonly with: string;
          readonly datasets?: string;
          readonly revoke?: boolean;
        },
      ) => {
        const { shareThings } = await import('../service/datasets.js');
        await shareThings(run, options);
      },
    );
  addSearchOptions(
    addServiceOptions(
      program.command('drop').description('drop pixels and keep recipes: reading makes them again'),
    ),
  )
    .argument('[expression]', EXPRESSION, named)
    .option('--forever', 'remove the datasets, recipes included')
    .action(
      async (expression: string | undefined, options: SearchOptions & { readonly forever?: boolean }) => {
        const { dropDatasets } = await import('../service/datasets.js');
        await dropDatasets(expression, options);
      },
    );
  addServiceOptions(program.command('upload').description('upload instance catalogs; a cut upload goes on'))
    .argument('<files...>', 'catalogs; what they include comes first, to the same folder')
    .option('--folder <folder>', 'folder of the archive, from /', '/catalogs')
    .action(async (files: readonly string[], options: ServiceOptions & { readonly folder: string }) => {
      const { upload } = await import('../service/datasets.js');
      await upload(files, options);
    });
  addServiceOptions(program.command('query').description('SQL over the truth of your datasets'))
    .argument('<sql>', 'one SELECT over the table truth')
    .option('--datasets <expression>', `only these, ${EXPRESSION}`, named)
    .option('--max-rows <n>', 'rows at most', wholeNumber(1, 1_000_000), 10_000)
    .option('--csv', 'as CSV')
    .addHelpText('after', QUERY_EXAMPLES)
    .action(
      async (
        sql: string,
        options: ServiceOptions & {
          readonly datasets?: string;
          readonly maxRows: number;
          readonly csv?: boolean;
        },
      ) => {
        const { queryTruth } = await import('../service/datasets.js');
        await queryTruth(sql, options);
      },
    );
};

const GET_EXAMPLES = `
Examples:
  $ imsim-od get --run last --out images
  $ imsim-od get "type = 'eimage' and band = 'r' and seeingArcsec < 0.8" --out good
  $ imsim-od get --cone 53.1,-27.8,0.2 --type eimage,truth`;

const QUERY_EXAMPLES = `
The table truth has the columns object_id, catalog, component, ra, dec, x, y, x_fits, y_fits, hpx29, magnitude,
expected_electrons, realised_electrons, method, flags, and of the dataset: dataset_id, visit, snap, band, detector.

Examples:
  $ imsim-od query "select detector, count(*) from truth group by detector"
  $ imsim-od query "select ra, dec, magnitude from truth where magnitude < 18" --datasets "visit = 7" --csv > bright.csv`;
