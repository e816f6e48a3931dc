/** `imsim-od draw`: the kernel without a telescope. */
import { type Command, Option } from 'commander';
import type { AddCommand } from '../command.js';
import { finiteNumber } from '../option-values.js';

interface DrawFlags {
  readonly out: string;
  readonly catalog?: string;
  readonly catalogOrigin: '0' | '1';
  readonly zeroPointMag?: number;
  readonly exposureS?: number;
  readonly json?: boolean;
}

/** Adds the command. */
export const addDraw: AddCommand = (program) => {
  const command: Command = program.command('draw').description('draw sources at pixels, without a telescope');
  command
    .argument('<spec>', 'the scene, a JSON file')
    .requiredOption('--out <file>', 'FITS image to write (float32, electrons)')
    .option(
      '--catalog <csv>',
      'sources to add: x, y, kind (star|gal), mag or fluxElectrons, n, hlr_arcsec, g1, g2',
    )
    .addOption(
      new Option('--catalog-origin <n>', 'what the catalog calls the centre of the first pixel')
        .choices(['0', '1'])
        .default('0'),
    )
    .option('--zero-point-mag <mag>', 'magnitude of one electron per second, for a mag column', finiteNumber)
    .option('--exposure-s <s>', 'exposure in seconds, for a mag column', finiteNumber)
    .option('--json', 'one machine-readable document on stdout')
    .addHelpText('after', EXAMPLES)
    .action(async (spec: string, flags: DrawFlags) => {
      const { drawToFile } = await import('../draw/draw-to-file.js');
      await drawToFile(spec, { ...flags, catalogOrigin: flags.catalogOrigin === '1' ? 1 : 0 });
    });
};

const EXAMPLES = `
Keys of the scene:
  nx, ny            pixels
  pixelScaleArcsec  default 0.2
  psf               {"kind": "kolmogorov" | "moffat" | "gaussian", "fwhmArcsec", "beta" (moffat)}
  sources           [{"kind": "point" | "sersic", "x", "y", "fluxElectrons", "n", "halfLightRadiusArcsec", "g1", "g2"}]
                    x, y: 0-based pixel centres; flux: total to infinity; half-light radius: of the round profile
                    before an area-preserving reduced shear, g1 along +x, g2 at +45 deg
  photons           true: Poisson(flux) photons; default false: the noiseless expectation integrated over pixels
  skyElectrons      per pixel, default 0
  noise             true: Poisson noise on everything; default false
  seed              default 1

Examples:
  $ imsim-od draw examples/draw-spec.json --out scene.fits
  $ imsim-od draw spec.json --catalog scene-r.csv --catalog-origin 1 --zero-point-mag 28.36 --exposure-s 30 --out scene.fits`;
