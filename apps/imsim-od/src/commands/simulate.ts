/** `imsim-od simulate`: a request or an instance catalog in, images, truth and recipes out. */
import type { AddCommand } from '../command.js';
import { type RequestOptions, addRequestOptions } from '../request/request-options.js';
import { addRunOptions } from '../request/run-options.js';

interface SimulateOptions extends RequestOptions {
  readonly out?: string;
  readonly workers?: number;
  readonly json?: boolean;
}

/** Adds the command. */
export const addSimulate: AddCommand = (program, setExitCode) => {
  const command = program.command('simulate').description('make the images, truth and recipes of visits');
  addRunOptions(addRequestOptions(command))
    .option('--out <folder>', 'folder for the files (default: named for the input, in the current folder)')
    .option('--json', 'one machine-readable document on stdout at the end')
    .addHelpText('after', EXAMPLES)
    .action(async (input: string | undefined, options: SimulateOptions) => {
      const { runSimulate } = await import('../simulate/run-simulate.js');
      setExitCode(await runSimulate(input, options));
    });
};

const EXAMPLES = `
Ctrl-C leaves no half files. The same command again goes on: a detector is left as it is only where its recipe file says
that the same recipe made every product asked for, and every file still has its size and SHA-256.

Examples:
  $ imsim-od simulate examples/first-light.yaml
  $ imsim-od simulate examples/whole-focal-plane.yaml --out /data/visit --products raw,truth --workers 8
  $ imsim-od simulate phosim_cat_398414.txt --detectors R22 --out dc2
  $ imsim-od simulate stars.txt --catalog galaxies.txt.gz --catalog supernovae.txt
  $ imsim-od simulate examples/first-light.yaml --table my-stars.csv --table my-galaxies.parquet
  $ imsim-od simulate examples/first-light.yaml --sky-catalog /data/skyCatalogs --detectors R22
  $ imsim-od simulate examples/first-light.yaml --set seeingFwhm500Arcsec=0.9 --set sky.0.faintIMag=24
  $ imsim-od simulate examples/first-light.yaml --json > run.json
  $ imsim-od simulate --opsim baseline.db --visit 19500,19550 --detectors R22 --out survey
  $ imsim-od simulate deep.yaml --opsim baseline.db --where "band = 'r' and airmass < 1.2" --limit 10

With --opsim each visit goes to a folder of its own, named by its number, below that of --out.`;
