/**
 * Star counts along a line of sight: exponential thin and thick disk and an oblate power-law halo (Juric et al. 2008, ApJ
 * 673, 864), each times a luminosity function of its own age, integrated over distance.
 *
 * Scales as LSST's MAF uses them: thin disk length 2150 pc, height 245 pc; thick disk 3261 and 743 pc; halo slope 2.77, axis
 * ratio 0.64; Sun at 8000 pc from the centre, 25 pc above the plane. At the Sun the thick disk has 0.12 and the halo 0.005 of
 * the thin disk (Juric et al.; MAF's 0.1 and 0.001 leave too few faint stars).
 *
 * Luminosity functions per magnitude of M_r: the thin disk's is the local census brought to MAF's 0.038 stars per pc^3; that of
 * thick disk and halo has fewer stars above the turn-off and more M dwarfs at M_r = 11..15, so that the counts follow the
 * r-magnitude histogram of TRILEGAL stars in the DC2 area.
 *
 * Accuracy: at b = -45..-60 deg each magnitude from r = 15 to 27 within 15 % of that histogram, which has errors of 4 to 25 %
 * itself; at |b| = 60 deg 1.3 thousand per deg^2 to r = 21 and 4.9 thousand to r = 24.5 (anchors: 1-2 and 4-6 thousand). No
 * bulge, no clusters, no Magellanic Clouds, no dust: within 10 deg of the plane too many.
 */
import { toUnitVector } from '@imsim-od/astro';
import { exp, pow } from '@imsim-od/portable-math';
import { SHELL_MAG, shellEdge } from './cell-stream.js';

/** log10 of stars per pc^3 and magnitude at M_r = -2, -1, ... 18, of the thin disk at the Sun. */
const LOG_YOUNG = [
  -6.3, -5.3, -4.6, -4.2, -3.9, -3.45, -3.05, -2.85, -2.85, -2.8, -2.7, -2.5, -2.35, -2.3, -2.35, -2.4, -2.5,
  -2.6, -2.7, -2.9, -3.3,
];
/** The same for thick disk and halo, where they are as dense as the thin disk at the Sun. */
const LOG_OLD = [
  -6.5, -5.5, -4.8, -4.4, -4.1, -3.7, -3.35, -3.2, -3.25, -3.25, -3.1, -2.8, -2.5, -2.25, -2.1, -2.05, -2.15,
  -2.4, -2.7, -3.05, -3.45,
];
const FIRST_M = -2;

const STEP = SHELL_MAG;
/** Distance moduli at bin centres: 10 pc * 10^(0.2 mu), 4.5 pc to 224 kpc. */
const MODULI: readonly number[] = Array.from({ length: 48 }, (_, i) => -1.75 + STEP * i);
const DEG2_IN_SR = (Math.PI / 180) * (Math.PI / 180);
const LN10 = 2.302585092994046;

interface LuminosityBin {
  /** Stars per pc^3 in the bin, thin disk. */
  readonly young: number;
  /** The same for thick disk and halo. */
  readonly old: number;
}

const LUMINOSITY: readonly LuminosityBin[] = Array.from({ length: 41 }, (_, i) => ({
  young: starsPerPc3(LOG_YOUNG, i),
  old: starsPerPc3(LOG_OLD, i),
}));

/** Stars per pc^3 in the bin of half a magnitude at M_r = FIRST_M + i / 2. */
function starsPerPc3(logPerMag: readonly number[], i: number): number {
  const low = logPerMag[Math.floor(i / 2)] ?? -9;
  const high = logPerMag[Math.ceil(i / 2)] ?? -9;
  return STEP * pow(10, 0.5 * (low + high));
}

/** Distance in pc and volume per deg^2 of the bin in pc^3, by modulus. */
const SHELLS = MODULI.map((modulus) => {
  const distancePc = pow(10, 0.2 * modulus + 1);
  const volumePc3 = distancePc * distancePc * ((distancePc * LN10) / 5) * STEP * DEG2_IN_SR;
  return { distancePc, volumePc3 };
});

/** ICRS to Galactic axes (J2000 pole 192.85948, 27.12825 deg; node 32.93192 deg). */
const TO_GALACTIC = [
  [-0.0548755604162154, -0.873437090234885, -0.4838350155487132],
  [0.4941094278755837, -0.4448296299600112, 0.7469822444972189],
  [-0.8676661490190047, -0.1980763734312015, 0.4559837761750669],
] as const;

const SUN_RADIUS_PC = 8000;
const SUN_HEIGHT_PC = 25;

/** Stars per square degree of each r-magnitude shell 0..shells-1 towards an ICRS direction. */
export function starCountsPerDeg2(raDeg: number, decDeg: number, shells: number): Float64Array {
  const icrs = toUnitVector({ raDeg, decDeg });
  const [toCentre, toRotation, toPole] = TO_GALACTIC.map(
    (row) => row[0] * icrs[0] + row[1] * icrs[1] + row[2] * icrs[2],
  ) as [number, number, number];
  const counts = new Float64Array(shells);
  const firstSum = (MODULI[0] ?? 0) + FIRST_M;
  const offset = Math.round((firstSum - (shellEdge(0) + 0.5 * STEP)) / STEP);
  SHELLS.forEach(({ distancePc, volumePc3 }, bin) => {
    const density = densities(distancePc * toCentre, distancePc * toRotation, distancePc * toPole);
    LUMINOSITY.forEach(({ young, old }, m) => {
      const shell = offset + bin + m;
      if (shell < 0 || shell >= shells) return;
      counts[shell] = (counts[shell] ?? 0) + volumePc3 * (density.thin * young + density.old * old);
    });
  });
  return counts;
}

/** Densities relative to the thin disk at the Sun, at a place relative to the Sun: towards centre, rotation, north pole. */
function densities(
  toCentrePc: number,
  toRotationPc: number,
  toPolePc: number,
): { thin: number; old: number } {
  const x = SUN_RADIUS_PC - toCentrePc;
  const radius = Math.sqrt(x * x + toRotationPc * toRotationPc);
  const z = toPolePc + SUN_HEIGHT_PC;
  const height = Math.abs(z) - SUN_HEIGHT_PC;
  const thin = exp((SUN_RADIUS_PC - radius) / 2150 - height / 245);
  const thick = 0.12 * exp((SUN_RADIUS_PC - radius) / 3261 - height / 743);
  const flat = z / 0.64;
  const halo = 0.005 * pow(SUN_RADIUS_PC / Math.sqrt(radius * radius + flat * flat + 1), 2.77);
  return { thin, old: thick + halo };
}
