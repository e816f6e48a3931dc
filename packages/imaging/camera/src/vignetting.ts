/**
 * Vignetting V(r): the fraction of the on-axis flux that reaches a focal-plane radius, from imSim's table of the Rubin
 * optics, by monotone cubic interpolation (Fritsch & Carlson 1980, SIAM J. Numer. Anal. 17, 238). 1 at the centre. Beyond
 * the table's last radius, 365 mm, the last slope goes on down to 0 at 372.1 mm (the farthest CCD corner is at 368.9 mm),
 * and V stays 0 from there.
 *
 * It goes with the collecting area of 344,630 cm^2: averaged over the 189 science CCDs, V is 0.9451 and V 344630 / 324015 is
 * 1.0052, so the mean zero point is SMTN-002's to 0.006 mag.
 */

const RADII_MM = [
  ...[0, 50, 100, 150, 200, 250, 275, 300, 310, 315],
  ...[320, 325, 330, 335, 340, 345, 350, 355, 360, 365],
];
const VALUES = [
  ...[1, 0.9995, 0.998, 0.995, 0.986, 0.968, 0.951, 0.928, 0.919, 0.897],
  ...[0.848, 0.784, 0.716, 0.657, 0.609, 0.56, 0.501, 0.422, 0.319, 0.187],
];
const SLOPES = monotoneSlopes();
const LAST_MM = 365;
const LAST_VALUE = 0.187;
/** Slope of the table's last interval per mm, at which V runs out. */
const EDGE_SLOPE = (0.187 - 0.319) / 5;

/** V at a focal-plane radius in mm (0 or more), 0..1. */
export function vignetting(radiusMm: number): number {
  if (radiusMm >= LAST_MM) return Math.max(0, LAST_VALUE + EDGE_SLOPE * (radiusMm - LAST_MM));
  let i = 0;
  while ((RADII_MM[i + 1] ?? Infinity) <= radiusMm) i++;
  const left = RADII_MM[i] ?? 0;
  const step = (RADII_MM[i + 1] ?? 0) - left;
  const t = (radiusMm - left) / step;
  const s = 1 - t;
  return (
    s * s * (1 + 2 * t) * (VALUES[i] ?? 0) +
    t * t * (3 - 2 * t) * (VALUES[i + 1] ?? 0) +
    step * t * s * (s * (SLOPES[i] ?? 0) - t * (SLOPES[i + 1] ?? 0))
  );
}

/** Fritsch-Carlson slopes: the weighted harmonic mean of the neighbouring secants, 0 at the centre, the edge's at the end. */
function monotoneSlopes(): number[] {
  const last = RADII_MM.length - 1;
  const width = (i: number): number => (RADII_MM[i + 1] ?? 0) - (RADII_MM[i] ?? 0);
  const secant = (i: number): number => ((VALUES[i + 1] ?? 0) - (VALUES[i] ?? 0)) / width(i);
  return RADII_MM.map((_, i) => {
    if (i === 0) return 0;
    if (i === last) return secant(last - 1);
    const before = width(i - 1);
    const after = width(i);
    const w1 = 2 * after + before;
    const w2 = after + 2 * before;
    return (w1 + w2) / (w1 / secant(i - 1) + w2 / secant(i));
  });
}
