/** An explained pixel in plain text. */
import type { PixelExplanation } from '@imsim-od/simulator';
import { formatTable } from '../text/text-table.js';
import type { FileValues } from './file-values.js';

/** The lines of an explanation. */
export function explanationText(explained: PixelExplanation, files: FileValues): string {
  const { detector, xPixel0, yPixel0, raDeg, decDeg, expectedElectrons, notes } = explained;
  const blocks = [
    `${detector}, pixel ${xPixel0},${yPixel0} (FITS ${xPixel0 + 1},${yPixel0 + 1}), RA ${raDeg.toFixed(6)} Dec ${decDeg.toFixed(6)}`,
    formatTable(
      [
        { head: 'from' },
        { head: 'electrons', align: 'right' },
        { head: 'share', align: 'right' },
        { head: 'type' },
        { head: 'magnitude', align: 'right' },
        { head: 'pixels away', align: 'right' },
        { head: 'arcsec', align: 'right' },
        { head: 'drawn by' },
      ],
      [
        ...explained.sources.map((source) => [
          source.component === 'single' ? source.objectId : `${source.objectId} ${source.component}`,
          electronsText(source.electrons),
          shareText(source.share),
          source.model,
          source.magnitude.toFixed(2),
          source.distancePx.toFixed(1),
          source.distanceArcsec.toFixed(2),
          source.method,
        ]),
        ...(explained.otherSources.count > 0
          ? [
              total(
                `${explained.otherSources.count} other sources`,
                explained.otherSources.electrons,
                expectedElectrons,
              ),
            ]
          : []),
        total('sky background', explained.skyElectrons, expectedElectrons),
        total('expected', expectedElectrons, expectedElectrons),
      ],
    ),
    eimageText(explained, files),
    rawText(explained, files),
    [...notes, ...(explained.raw?.notes ?? [])].map((note) => `Note: ${note}.`).join('\n'),
  ];
  return blocks.filter((block) => block !== '').join('\n\n');
}

function total(name: string, electrons: number, all: number): string[] {
  return [name, electronsText(electrons), shareText(all > 0 ? electrons / all : 0), '', '', '', '', ''];
}

function eimageText(explained: PixelExplanation, { eimage }: FileValues): string {
  const { realisedElectrons, expectedElectrons, sigmaElectrons, deviationSigma, vignetting } = explained;
  const lines = [
    `e-image: ${realisedElectrons} electrons; expected ${electronsText(expectedElectrons)} ± ${electronsText(sigmaElectrons)}` +
      sigmaText(deviationSigma),
    `vignetting leaves ${shareText(vignetting)} of the light here; it is in every line above`,
  ];
  if (eimage)
    lines.push(
      eimage.value === realisedElectrons
        ? `the file has the same: ${eimage.file}`
        : `THE FILE HAS ${eimage.value}: ${eimage.file}`,
    );
  return lines.join('\n');
}

function rawText({ raw }: PixelExplanation, { raw: file }: FileValues): string {
  if (!raw) return '';
  const value = file
    ? `${file.value} ADU; expected ${raw.expectedAdu.toFixed(1)} ± ${raw.sigmaAdu.toFixed(1)}${sigmaText(file.deviationSigma)}`
    : `expected ${raw.expectedAdu.toFixed(1)} ± ${raw.sigmaAdu.toFixed(1)} ADU`;
  const rows: [string, string][] = [
    [
      'charge read out',
      `${electronsText(raw.chargeElectron)} electrons, of a full well of ${raw.fullWellElectron.toFixed(0)}`,
    ],
    ['dark current', `${electronsText(raw.darkElectron)} electrons`],
    ['gain', `${raw.gainElectronPerAdu} electrons per ADU`],
    ['crosstalk', `${raw.crosstalkAdu.toFixed(2)} ADU`],
    ['deferred charge', `${raw.deferredAdu.toFixed(2)} ADU`],
    ['bias', `${raw.biasAdu} ADU`],
    ['read noise', `${raw.readNoiseElectron} electrons`],
  ];
  return [
    `raw, amplifier ${raw.amplifier}, ${raw.segment} pixel ${raw.rawX},${raw.rawY}: ${value}`,
    ...rows.map(([name, text]) => `  ${name.padEnd(15)}  ${text}`),
    ...(file ? [`  file             ${file.file}`] : []),
  ].join('\n');
}

function sigmaText(deviation: number | null): string {
  return deviation === null ? '' : `, ${deviation < 0 ? '' : '+'}${deviation.toFixed(2)} sigma`;
}

/** Four figures, never in powers of ten for what a pixel holds. */
function electronsText(electrons: number): string {
  if (electrons === 0) return '0';
  if (electrons < 1e-4) return electrons.toExponential(1);
  return electrons < 100 ? electrons.toPrecision(3) : electrons.toFixed(1);
}

function shareText(share: number): string {
  const percent = 100 * share;
  return percent > 0 && percent < 0.01 ? '<0.01 %' : `${percent.toFixed(2)} %`;
}
