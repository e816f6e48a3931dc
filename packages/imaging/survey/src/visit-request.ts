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

type Mapping = Readonly<Record<string, unknown>>;

/** The two angles of the rotator are one statement. */
export const ROTATOR_KEYS: readonly string[] = ['rotSkyPosDeg', 'rotTelPosDeg'];

/** A request without what a visit, as `visitRequestDocument` gives it, decides. */
export function withoutVisit(given: Mapping, visit: Mapping): Mapping {
  const decided = new Set<string>([...DECIDED_BY_VISIT, ...Object.keys(visit)]);
  if (ROTATOR_KEYS.some((key) => key in visit)) for (const key of ROTATOR_KEYS) decided.add(key);
  return Object.fromEntries(Object.entries(given).filter(([key]) => !decided.has(key)));
}
