/**
 * The raw file: a primary header without data and sixteen segments as the camera reads them, tile-compressed, as
 * obs_lsst ingests them for LSSTCamSim.
 */
import { tanSipCards } from '@imsim-od/astro';
import {
  CHARGE_TRANSFER_INEFFICIENCY,
  DARK_ELECTRON_PER_S,
  READOUT_S,
  amplifiersOf,
  biasSection,
  crosstalkMatrix,
  dataSection,
  detectorSection,
  detectorSize,
  electronicsOf,
  segmentLayout,
  segmentName,
  segmentTanSip,
} from '@imsim-od/camera';
import { type ByteSink, HeaderBuilder, writeCompressedImageHdu, writeEmptyHdu } from '@imsim-od/fits';
import type { Frame, ReadoutConfig } from '@imsim-od/kernel';
import type { DetectorSetting } from '../detector/detector-setting.js';
import { streamPrefix } from '../detector/stream-keys.js';
import { addCards } from './eimage.js';
import { addSimulationCards, addVisitCards } from './visit-cards.js';

/** Reads a detector's charge out and writes the raw file. */
export function writeRaw(sink: ByteSink, setting: DetectorSetting, frame: Frame, fileName: string): void {
  const { detector } = setting;
  const layout = segmentLayout(detector);
  const segments = readOut(setting, frame);
  const primary = new HeaderBuilder({ hdu: fileName });
  addVisitCards(primary, setting, fileName);
  addSimulationCards(primary, setting);
  writeEmptyHdu(sink, primary, { primary: true, hdu: fileName });
  const electronics = electronicsOf(detector);
  amplifiersOf(detector).forEach((amplifier, index) => {
    const name = segmentName(amplifier);
    const header = new HeaderBuilder({ hdu: `${fileName} ${name}` })
      .string('EXTNAME', name, 'amplifier segment')
      .string('CHANNEL', amplifier.name, 'amplifier')
      .string('BUNIT', 'adu', 'digital units')
      .string('CCDSUM', '1 1', 'binning')
      .string('DATASEC', dataSection(detector), 'light-sensitive pixels of the segment')
      .string('BIASSEC', biasSection(detector), 'serial overscan')
      .string('DETSEC', detectorSection(amplifier), 'the same pixels on the CCD')
      .string('DETSIZE', detectorSize(detector), 'light-sensitive pixels of the CCD')
      .float('GAIN', electronics.gainElectronPerAdu, 'gain', 'electron/adu')
      .float(
        'RDNOISE',
        setting.recipe.effects.readNoise ? electronics.readNoiseElectron : 0,
        'read noise',
        'electron',
      )
      .float('BIASLVL', electronics.biasAdu, 'bias level', 'adu')
      .float('SATURATE', electronics.saturationAdu, 'full well, bias included', 'adu');
    addCards(header, tanSipCards(segmentTanSip(setting.wcs, detector, amplifier)));
    writeCompressedImageHdu(
      sink,
      header,
      { nx: layout.segmentNx, ny: layout.segmentNy, tiles: segments[index]! },
      { hdu: `${fileName} ${name}` },
    );
  });
}

/** The compressed rows of every segment, in the order of the file. */
function readOut(setting: DetectorSetting, frame: Frame): Uint8Array[][] {
  const layout = segmentLayout(setting.detector);
  const readout = frame.openReadout(readoutConfig(setting));
  const segments: Uint8Array[][] = amplifiersOf(setting.detector).map(() => []);
  for (let row = 0; row < layout.segmentNy; row++) {
    const compressed = readout.compressedRow(row);
    for (let k = 0; k < segments.length; k++) segments[k]!.push(compressed[k]!.slice());
  }
  return segments;
}

/** How a detector is read out. @throws AmplifierLayoutError for wavefront halves */
export function readoutConfig({ recipe, detector }: DetectorSetting): ReadoutConfig {
  const { effects, visit } = recipe;
  const layout = segmentLayout(detector);
  const electronics = electronicsOf(detector);
  const inefficiency = effects.chargeTransferInefficiency ? CHARGE_TRANSFER_INEFFICIENCY : 0;
  return {
    amplifiers: amplifiersOf(detector).map(({ x0, y0, flipX, flipY }) => ({
      gainElectronPerAdu: electronics.gainElectronPerAdu,
      readNoiseElectron: effects.readNoise ? electronics.readNoiseElectron : 0,
      biasAdu: electronics.biasAdu,
      x0,
      y0,
      flipX,
      flipY,
    })),
    dataNx: layout.dataNx,
    dataNy: layout.dataNy,
    prescanNx: layout.prescanNx,
    segmentNx: layout.segmentNx,
    segmentNy: layout.segmentNy,
    darkElectron: effects.darkCurrent ? DARK_ELECTRON_PER_S * (visit.exposureS + READOUT_S) : 0,
    crosstalk: effects.crosstalk ? crosstalkMatrix(detector) : null,
    parallelCti: inefficiency,
    serialCti: inefficiency,
    darkKey: streamPrefix(recipe, 'dark'),
    readNoiseKey: streamPrefix(recipe, 'readNoise'),
  };
}
