/**
 * The camera's rotation. Three angles in degrees:
 *
 * - rotSkyPos = ROTPA: position angle, North through East, of the focal plane's +y axis;
 * - rotTelPos: the rotator's mechanical angle;
 * - q: the pseudo-parallactic angle, the position angle of the zenith at the field, from the ICRS pole through East.
 *
 * LSSTCam (obs_lsst, rubin_scheduler): rotSkyPos = q - rotTelPos - 90 (mod 360). Databases older than 2025 and imSim's
 * and PhoSim's DC2-era products follow other rules: see `legacyDc2RotationDeg`.
 */
import { wrapDeg180, wrapDeg360 } from './angle.js';

/** rotSkyPos in [0, 360) from the pseudo-parallactic angle and rotTelPos, degrees. */
export function rotSkyPosDeg(pseudoParallacticDeg: number, rotTelPosDeg: number): number {
  return wrapDeg360(pseudoParallacticDeg - rotTelPosDeg - 90);
}

/** rotTelPos in [-180, 180) from the pseudo-parallactic angle and rotSkyPos, degrees. */
export function rotTelPosDeg(pseudoParallacticDeg: number, skyPosDeg: number): number {
  return wrapDeg180(pseudoParallacticDeg - skyPosDeg - 90);
}

/**
 * The boresight rotation (position angle of +y, [0, 360)) that DC2-era imSim and PhoSim files mean by their ROTANGLE:
 * 90 - ROTANGLE, degrees. Not for present LSSTCam or LSSTCamSim headers, where ROTANGLE equals ROTPA.
 */
export function legacyDc2RotationDeg(rotAngleDeg: number): number {
  return wrapDeg360(90 - rotAngleDeg);
}
