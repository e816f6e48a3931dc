/** The request that the headers of instance catalogs ask for. */
import { pseudoParallacticAngleDeg, rotSkyPosDeg, wrapDeg180, wrapDeg360 } from '@imsim-od/astro';
import { mergeHeaders } from '@imsim-od/sky';
import type { Request } from '../request/request-schema.js';
import type { LoadedCatalog } from './load-catalogs.js';

/** A request document made from headers, and what there was to say about it. */
export interface CatalogRequest {
  readonly document: Record<string, unknown>;
  readonly notes: readonly string[];
}

const ROTATOR_TOLERANCE_DEG = 0.1;
/** Times and angles of two texts that agree to this are the same. */
const SAME = 1e-6;

/**
 * Makes a request document from catalogs in order: the first header wins wherever they differ, and the notes say so. As
 * imSim does, the camera's rotation follows from rottelpos and the time; rotskypos counts only where rottelpos is absent.
 */
export function requestFromCatalogs(
  catalogs: readonly Pick<LoadedCatalog, 'path' | 'header'>[],
): CatalogRequest {
  const merged = mergeHeaders(catalogs.map(({ path, header }) => ({ name: path, header })));
  if (!merged) throw new TypeError('requestFromCatalogs: at least one catalog is needed');
  const { header } = merged;
  const notes = [...merged.notes];
  const pointing = { raDeg: header.raDeg, decDeg: header.decDeg };
  const document: Record<string, unknown> = {
    pointing,
    band: header.band,
    visitId: header.visitId,
    exposureS: header.exposureS,
    seed: header.seed >>> 0,
    sky: catalogs.map(({ path }) => ({ type: 'instanceCatalog', path })),
  };
  const optional: Readonly<Record<string, number | undefined>> = {
    obsMjdTai: header.midMjdTai,
    altitudeDeg: header.altitudeDeg,
    // Catalogs number exposures from 1 and write 0, or nothing, where they do not: the request's rule takes its place.
    sequenceNumber: header.sequenceNumber || undefined,
    azimuthDeg:
      header.midMjdTai === undefined || header.azimuthDeg === undefined
        ? undefined
        : wrapDeg360(header.azimuthDeg),
    rotTelPosDeg: header.rotTelPosDeg === undefined ? undefined : wrapDeg180(header.rotTelPosDeg),
    rotSkyPosDeg:
      header.rotTelPosDeg === undefined && header.rotSkyPosDeg !== undefined
        ? wrapDeg360(header.rotSkyPosDeg)
        : undefined,
    seeingFwhm500Arcsec: header.seeingZenith500Arcsec,
  };
  for (const [key, value] of Object.entries(optional)) if (value !== undefined) document[key] = value;
  if (header.given.has('seqnum') && header.sequenceNumber === 0) {
    notes.push(
      `seqnum is 0 in the header, which would be that of every visit; the visit's number takes its place`,
    );
  }
  if (header.given.has('nsnap') && header.snaps > 1) {
    notes.push(
      `nsnap is ${header.snaps}; one exposure is made, as imSim does: ask for more with --set snaps=${header.snaps}`,
    );
  }
  if (
    header.rotTelPosDeg !== undefined &&
    header.rotSkyPosDeg !== undefined &&
    header.midMjdTai !== undefined
  ) {
    const followed = rotSkyPosDeg(pseudoParallacticAngleDeg(pointing, header.midMjdTai), header.rotTelPosDeg);
    if (Math.abs(wrapDeg180(followed - header.rotSkyPosDeg)) > ROTATOR_TOLERANCE_DEG) {
      notes.push(
        `rotskypos ${header.rotSkyPosDeg.toFixed(3)} in the header is not used: with rottelpos ${header.rotTelPosDeg.toFixed(3)} the camera stands at ${followed.toFixed(3)} deg (today's convention, as imSim); for the DC2 convention give --set rotSkyPosDeg=${header.rotSkyPosDeg} --set rotationConvention=dc2`,
      );
    }
  }
  return { document, notes };
}

/**
 * Where the headers of a request's catalogs disagree with the request, which wins: one sentence for each keyword that the
 * first header gives. `otherHeaders` adds where the other headers disagree with the first.
 */
export function headerDifferences(
  request: Pick<
    Request,
    'pointing' | 'band' | 'obsMjdTai' | 'seeingFwhm500Arcsec' | 'exposureS' | 'rotTelPosDeg' | 'visitId'
  >,
  catalogs: readonly Pick<LoadedCatalog, 'path' | 'header'>[],
  otherHeaders: boolean,
): string[] {
  const merged = mergeHeaders(catalogs.map(({ path, header }) => ({ name: path, header })));
  if (!merged) return [];
  const { header } = merged;
  const { path } = catalogs[0]!;
  const turned = (angleDeg: number | undefined) =>
    angleDeg === undefined ? undefined : wrapDeg180(angleDeg);
  const stated: readonly (readonly [string, number | string | undefined, number | string | undefined])[] = [
    ['rightascension', header.raDeg, request.pointing.raDeg],
    ['declination', header.decDeg, request.pointing.decDeg],
    ['filter', header.band, request.band],
    ['mjd', header.midMjdTai, request.obsMjdTai],
    ['rottelpos', turned(header.rotTelPosDeg), turned(request.rotTelPosDeg)],
    ['seeing', header.seeingZenith500Arcsec, request.seeingFwhm500Arcsec],
    ['exptime', header.exposureS, request.exposureS],
    ['obshistid', header.visitId, request.visitId],
  ];
  const notes: string[] = otherHeaders ? [...merged.notes] : [];
  for (const [keyword, theirs, ours] of stated) {
    if (!header.given.has(keyword) || theirs === undefined || isSame(theirs, ours)) continue;
    const kept =
      ours === undefined
        ? 'the request gives none and its rule decides'
        : `the request says ${ours} and wins`;
    notes.push(`${path} has ${keyword} ${theirs}, but ${kept}.`);
  }
  return notes;
}

function isSame(a: number | string, b: number | string | undefined): boolean {
  return typeof a === 'number' && typeof b === 'number' ? Math.abs(a - b) <= SAME : a === b;
}
