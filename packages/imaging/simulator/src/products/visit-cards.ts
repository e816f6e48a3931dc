/**
 * The header cards that e-image and raw share: who observed what, when, where and how, as obs_lsst's LSSTCamSim translator
 * reads them, and what the simulation was made of.
 *
 * All dates derive from the visit: the same recipe writes the same header on any day.
 */
import {
  ANNULUS_AREA_CM2,
  PHYSICAL_FILTERS,
  airmassFromAltitudeDeg,
  altAzFromIcrs,
  annulusZeroPoint,
  dayObs,
  isoTai,
  hourAngleDeg,
} from '@imsim-od/astro';
import { type Detector, READOUT_S } from '@imsim-od/camera';
import type { HeaderBuilder } from '@imsim-od/fits';
import type { Effects } from '../request/request-schema.js';
import type { DetectorSetting } from '../detector/detector-setting.js';

const SECONDS_PER_DAY = 86_400;

/** Identity of an exposure, as `MC_S_20260115_000412`. */
export function observationId(dayObsText: string, sequenceNumber: number): string {
  return `MC_S_${dayObsText}_${String(sequenceNumber).padStart(6, '0')}`;
}

/** Adds the cards of the visit, the pointing and the detector. */
export function addVisitCards(header: HeaderBuilder, setting: DetectorSetting, fileName: string): void {
  const { recipe, detector } = setting;
  const { visit } = recipe;
  const start = visit.obsMjdTai - visit.exposureS / 2 / SECONDS_PER_DAY;
  const end = visit.obsMjdTai + visit.exposureS / 2 / SECONDS_PER_DAY;
  const day = dayObs(start);
  const pointing = { raDeg: visit.raDeg, decDeg: visit.decDeg };
  header
    .string('ORIGIN', 'ImSim On Demand', 'simulated, not observed')
    .string('TELESCOP', 'Simonyi Survey Telescope', 'telescope')
    .string('INSTRUME', recipe.instrument, 'instrument: LSSTCam, simulated')
    .string('RAFTBAY', detector.raft, 'raft')
    .string('CCDSLOT', detector.slot, 'CCD in the raft')
    .string('CHIPID', detector.name, 'detector')
    .integer('DETID', detector.id, 'detector number, 0 to 204')
    .string('CCD_MANU', detector.vendor, 'CCD vendor')
    .string('LSST_NUM', detector.serial, 'CCD serial')
    .string('TELCODE', 'MC', 'main camera')
    .string('CONTRLLR', 'S', 'controller: simulation')
    .string('DAYOBS', day, 'day of observation, TAI - 12 h')
    .integer('SEQNUM', visit.sequenceNumber, 'sequence number of the day')
    .string('OBSID', observationId(day, visit.sequenceNumber), 'exposure')
    .integer('RUNNUM', visit.visitId, 'visit')
    .integer('CURINDEX', visit.snap + 1, 'snap of the visit, from 1')
    .integer('MAXINDEX', visit.snaps, 'snaps of the visit')
    .string('IMGTYPE', 'SKYEXP', 'exposure on the sky')
    .string('OBSTYPE', 'SKYEXP', 'exposure on the sky')
    .string('REASON', 'survey', 'reason for the exposure')
    .string('FILTER', PHYSICAL_FILTERS[visit.band], 'physical filter')
    .string('BAND', visit.band, 'band')
    .float('EXPTIME', visit.exposureS, 'shutter-open time', 's')
    .float('DARKTIME', visit.exposureS + READOUT_S, 'exposure and read-out', 's')
    .string('TIMESYS', 'TAI', 'time scale of all times here')
    .string('DATE', isoTai(visit.obsMjdTai), 'middle of the exposure (no wall clock)')
    .float('MJD', visit.obsMjdTai, 'middle of the exposure', 'd')
    .string('DATE-OBS', isoTai(start), 'start of the exposure')
    .float('MJD-OBS', start, 'start of the exposure', 'd')
    .string('DATE-BEG', isoTai(start), 'start of the exposure')
    .float('MJD-BEG', start, 'start of the exposure', 'd')
    .string('DATE-END', isoTai(end), 'end of the exposure')
    .float('MJD-END', end, 'end of the exposure', 'd')
    .float('RA', visit.raDeg, 'boresight', 'deg')
    .float('DEC', visit.decDeg, 'boresight', 'deg')
    .float('RASTART', visit.raDeg, 'boresight at the start', 'deg')
    .float('DECSTART', visit.decDeg, 'boresight at the start', 'deg')
    .float('ROTPA', visit.rotSkyPosDeg, 'focal plane +y, N through E', 'deg')
    .float('ROTANGLE', visit.rotSkyPosDeg, 'same as ROTPA', 'deg')
    .float('ROTTELPS', visit.rotTelPosDeg, 'rotator', 'deg')
    .string('ROTCOORD', 'sky', 'frame of ROTPA')
    .string('RADESYS', 'ICRS', 'frame of the pointing')
    .string('TRACKSYS', 'RADEC', 'frame of the tracking')
    .float('ELSTART', visit.altitudeDeg, 'altitude', 'deg')
    .float('AZSTART', visit.azimuthDeg, 'azimuth, North through East', 'deg')
    .float('HASTART', hourAngleDeg(pointing, start), 'hour angle at the start', 'deg')
    .float('HAEND', hourAngleDeg(pointing, end), 'hour angle at the end', 'deg')
    .float('AMSTART', visit.airmass, 'airmass at the start')
    .float('AMEND', airmassAtEnd(setting, end), 'airmass at the end')
    .float('FOCUSZ', 0, 'focus', 'mm')
    .integer('MONOWL', -1, 'monochromatic wavelength: none')
    .string('FILENAME', fileName, 'name given at simulation');
}

/** Altitude moves on from the visit's by what the sky moves: the visit's own altitude stays the reference. */
function airmassAtEnd({ recipe: { visit } }: DetectorSetting, endMjdTai: number): number {
  const pointing = { raDeg: visit.raDeg, decDeg: visit.decDeg };
  const moved =
    altAzFromIcrs(pointing, endMjdTai).altitudeDeg - altAzFromIcrs(pointing, visit.obsMjdTai).altitudeDeg;
  return airmassFromAltitudeDeg(Math.min(90, Math.max(0, visit.altitudeDeg + moved)));
}

const EFFECT_KEYWORDS: Readonly<Record<keyof Effects, readonly [keyword: string, comment: string]>> = {
  background: ['EF_SKY', 'sky light'],
  vignetting: ['EF_VIGN', 'vignetting'],
  chargeDiffusion: ['EF_DIFF', 'charge diffusion, a part of FWHMSYS'],
  bleed: ['EF_BLEED', 'saturation and bleed'],
  darkCurrent: ['EF_DARK', 'dark current'],
  crosstalk: ['EF_XTALK', 'crosstalk'],
  chargeTransferInefficiency: ['EF_CTI', 'charge transfer inefficiency'],
  readNoise: ['EF_RDNSE', 'read noise'],
};

/** Adds the cards that say what the simulation was made of: PSF, photometry, effects, recipe. */
export function addSimulationCards(header: HeaderBuilder, setting: DetectorSetting): void {
  const { recipe, psf, detector } = setting;
  const { seeing } = psf;
  header
    .float('SEEING', recipe.visit.seeingFwhm500Arcsec, 'atmosphere FWHM, 500 nm, zenith', 'arcsec')
    .float('FWHMATM', seeing.fwhmAtmosphereArcsec, 'atmosphere here: Kolmogorov FWHM', 'arcsec')
    .float('FWHMSYS', seeing.fwhmSystemArcsec, 'Gaussian of telescope and camera', 'arcsec')
    .float('DIFFSIG', psf.diffusionSigmaArcsec, 'sigma of diffusion, in FWHMSYS', 'arcsec')
    .float('PSFFWHM', setting.profileFwhmArcsec, 'FWHM of the profile drawn', 'arcsec')
    .float('FWHMEFF', seeing.fwhmEffectiveArcsec, 'noise-equivalent FWHM, SMTN-002', 'arcsec')
    .float('FWHMGEOM', seeing.fwhmGeometricArcsec, '0.822 FWHM_eff + 0.052', 'arcsec')
    .float('SKYMAG', recipe.visit.skyBrightnessMagPerArcsec2, 'sky brightness, AB per arcsec2', 'mag')
    .string('SKYFROM', recipe.visit.skyBrightnessFrom, 'where SKYMAG came from')
    .float('SKYELEC', setting.skyElectronAtCentre, 'mean sky, centre of the CCD', 'electron')
    .float('AREACM2', ANNULUS_AREA_CM2, 'collecting area, vignetting apart', 'cm2')
    .float('MAGZERO', annulusZeroPoint(recipe.visit.band), '1 electron/s at X = 1 and V = 1', 'mag')
    .float('VIGNCEN', setting.vignettingAtCentre, 'vignetting V at the centre of the CCD');
  for (const effect of Object.keys(EFFECT_KEYWORDS) as (keyof Effects)[]) {
    const [keyword, comment] = EFFECT_KEYWORDS[effect];
    header.logical(keyword, recipe.effects[effect], comment);
  }
  if (setting.sourcesBySed) {
    header
      .integer('SEDEXACT', setting.sourcesBySed.exact, 'sources by magnitude or spectrum')
      .integer('SEDAPPR', setting.sourcesBySed.approximated, 'sources by the colour of a family');
  }
  header
    .integer('SEED', recipe.seed, 'seed of photons and noise')
    .string('SIMVER', recipe.simulationVersion, 'version of kernel, tables and physics')
    .string('RECIPE', setting.recipeHash, 'SHA-256')
    .string('DETTYPE', describeDetector(detector), 'detector');
}

function describeDetector(detector: Detector): string {
  return `${detector.vendor} ${detector.kind}`;
}
