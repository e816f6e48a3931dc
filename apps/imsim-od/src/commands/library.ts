/** `imsim-od library`: what a service offers to every user. */
import type { AddCommand } from '../command.js';
import type { LibraryAddOptions } from '../service/library.js';
import { addServiceOptions } from '../service/service-options.js';
import type { ServiceOptions } from '../service/connection.js';

/** Adds the command and those below it. */
export const addLibrary: AddCommand = (program, setExitCode) => {
  const library = program
    .command('library')
    .description(
      'catalogs, folders of sky catalogs or SED files, tables, maps and scheduler databases that a service offers to every user',
    )
    .addHelpText(
      'after',
      `
Examples:
  $ imsim-od library list
  $ imsim-od library get deep-field --out catalogs
  $ imsim-od library add deep-field deep.txt --description 'stars of the deep field'
  $ imsim-od library add dc2 /data/skyCatalogs
  $ imsim-od library add catsim /data/sims_sed_library --seds
`,
    );
  addServiceOptions(library.command('list').description('list them')).action(
    async (options: ServiceOptions) => (await load()).listLibrary(options),
  );
  addServiceOptions(library.command('get').description('fetch one, with what it includes'))
    .argument('<name>', 'its name')
    .option('--out <folder>', 'where to put it', '.')
    .action(async (name: string, options: ServiceOptions & { readonly out: string }) =>
      setExitCode(await (await load()).getFromLibrary(name, options)),
    );
  addServiceOptions(library.command('add').description('offer a file; for administrators'))
    .argument('<name>', 'as requests will name it: library:NAME')
    .argument('<files...>', 'the file, what it includes before it; or one folder of sky catalogs')
    .option('--seds', 'the folder holds SED files: requests draw by them with sedDir: library:NAME')
    .option('--description <text>', 'a line on what it holds')
    .action(async (name: string, files: readonly string[], options: LibraryAddOptions) =>
      (await load()).addToLibrary(name, files, options),
    );
  addServiceOptions(library.command('remove').description('offer it no more; for administrators'))
    .argument('<name>', 'its name')
    .action(async (name: string, options: ServiceOptions) => (await load()).removeFromLibrary(name, options));
};

const load = () => import('../service/library.js');
