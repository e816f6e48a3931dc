/** A scheduled visit in the words of a request. */
import type { ScheduledVisit } from './scheduled-visit.js';

/** Keys of a request that a visit decides together: where it gives one, what a request file says of the others is void. */
export const DECIDED_BY_VISIT = [
  'pointing',
  'band',
  'visitId',
  'sequenceNumber',
  'obsMjdTai',
  'airmass',
  'altitudeDeg',
  'azimuthDeg',
] as const;

/**
 * The part of a request document that a visit gives; altitude and airmass follow from place and time. Keys that the visit
 * leaves open are absent.
 */
export function visitRequestDocument(visit: ScheduledVisit): Record<string, unknown> {
  const document: Record<string, unknown> = {
    pointing: { raDeg: visit.raDeg, decDeg: visit.decDeg },
    band: visit.band,
    visitId: visit.visitId,
    sequenceNumber: visit.sequenceNumber,
    obsMjdTai: visit.obsMjdTai,
    exposureS: visit.exposureS,
  };
  if (visit.rotationIsKnown) document['rotationConvention'] = 'lsstCam';
  const optional = ['snaps', 'rotSkyPosDeg', 'rotTelPosDeg', 'seeingFwhm500Arcsec'] as const;
  for (const key of [...optional, 'skyBrightnessMagPerArcsec2'] as const) {
    if (visit[key] !== undefined) document[key] = visit[key];
  }
  if (visit.skyBrightnessMagPerArcsec2 !== undefined) document['skyBrightnessFrom'] = 'scheduler';
  return document;
}
