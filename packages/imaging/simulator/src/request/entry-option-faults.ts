/** What no single key of an entry's options can tell. */
type Json = Record<string, unknown>;
type AddFault = (path: string, message: string) => void;

/** Finds the faults of an entry of the sky at `path`; keys of a wrong type are said elsewhere. */
export function findOptionFaults(entry: Json, path: string, add: AddFault): void {
  const { magnitudeLimits, lensing } = entry;
  if (isJson(magnitudeLimits)) {
    const { brightest, faintest } = magnitudeLimits;
    if (typeof brightest === 'number' && typeof faintest === 'number' && faintest <= brightest) {
      add(
        `${path}.magnitudeLimits`,
        `${path}: magnitudeLimits.faintest is ${faintest}; it must be above brightest, ${brightest}`,
      );
    }
  }
  if (!isJson(lensing)) return;
  findShearFault(lensing, path, add);
  if (isJson(lensing['map'])) findMapFaults(lensing['map'], path, add);
}

function findShearFault(lensing: Json, path: string, add: AddFault): void {
  const { gamma1 = 0, gamma2 = 0, kappa = 0 } = lensing;
  if (typeof gamma1 !== 'number' || typeof gamma2 !== 'number' || typeof kappa !== 'number') return;
  const shear = Math.sqrt(gamma1 * gamma1 + gamma2 * gamma2) / (1 - kappa);
  if (shear < 1) return;
  add(
    `${path}.lensing`,
    `${path}: lensing has a reduced shear |gamma| / (1 - kappa) of ${shear}; it must be below 1`,
  );
}

function findMapFaults(map: Json, path: string, add: AddFault): void {
  const { nside, ordering, axes, redshifts } = map;
  if ((nside === undefined) !== (ordering === undefined)) {
    add(
      `${path}.lensing.map`,
      `${path}: lensing.map needs both nside and ordering for HEALPix cells, and neither for images`,
    );
  }
  if (typeof nside === 'number' && Number.isInteger(nside) && (nside & (nside - 1)) !== 0)
    add(`${path}.lensing.map.nside`, `${path}: lensing.map.nside is ${nside}; it must be a power of two`);
  if (axes === 'pixel' && ordering !== undefined)
    add(
      `${path}.lensing.map.axes`,
      `${path}: lensing.map.axes is pixel; HEALPix cells have none, say southEast or another`,
    );
  if (!isJson(redshifts)) return;
  const { lens, source } = redshifts;
  if (typeof lens === 'number' && typeof source === 'number' && source <= lens) {
    add(
      `${path}.lensing.map.redshifts`,
      `${path}: lensing.map.redshifts.source is ${source}; it must be above lens, ${lens}`,
    );
  }
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
