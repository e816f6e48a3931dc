/** The request that the headers of instance catalogs ask for. */
import { pseudoParallacticAngleDeg, rotSkyPosDeg, wrapDeg180 } from '@imsim-od/astro';
import { mergeHeaders } from '@imsim-od/sky';
import type { LoadedCatalog } from './load-catalogs.js';

/** A request document made from headers, and what there was to say about it. */
export interface CatalogRequest {
  readonly document: Record<string, unknown>;
  readonly notes: readonly string[];
}

const ROTATOR_TOLERANCE_DEG = 0.1;

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
    sequenceNumber: header.sequenceNumber,
    exposureS: header.exposureS,
    seed: header.seed >>> 0,
    sky: catalogs.map(({ path }) => ({ type: 'instanceCatalog', path })),
  };
  const optional: Readonly<Record<string, number | undefined>> = {
    obsMjdTai: header.midMjdTai,
    altitudeDeg: header.altitudeDeg,
    azimuthDeg: header.midMjdTai === undefined ? undefined : header.azimuthDeg,
    rotTelPosDeg: header.rotTelPosDeg,
    rotSkyPosDeg: header.rotTelPosDeg === undefined ? header.rotSkyPosDeg : undefined,
    seeingFwhm500Arcsec: header.seeingZenith500Arcsec,
  };
  for (const [key, value] of Object.entries(optional)) if (value !== undefined) document[key] = value;
  if (header.snaps > 1) {
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
