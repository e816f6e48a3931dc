/**
 * Hankel transforms of a circular profile's Fourier transform T(k), by Gauss-Legendre panels. In each panel the variable is the cube
 * root of k, in which k^(5/3) is a polynomial, so that the Kolmogorov transform is analytic at 0. Panel edges lie at
 * maxK (j / M)^(3/2), with M chosen so that a panel sees at most 12 radians of the Bessel function: about 1e-14 of the peak.
 */
import { besselJ0, besselJ1, cbrt } from '@imsim-od/portable-math';
import { PANEL_NODES, panelNodes, panelWeights } from './gauss-legendre.js';

const TWO_PI = 6.283185307179586;

interface Nodes {
  readonly k: Float64Array;
  /** Quadrature weight times T. */
  readonly weight: Float64Array;
}

/** Evaluates brightness and enclosed light of one profile at any radius; node sets are made when first needed and kept. */
export class HankelQuadrature {
  readonly #transform: (k: number) => number;
  readonly #maxK: number;
  readonly #levels: Nodes[] = [];

  /** @param transform T(k), 1 at 0; @param maxK wave number [rad/px] beyond which T is nothing */
  constructor(transform: (k: number) => number, maxK: number) {
    this.#transform = transform;
    this.#maxK = maxK;
  }

  #nodes(radius: number): Nodes {
    const needed = (1.5 * this.#maxK * radius) / 12;
    // 4, 6, 8, 12, 16, 24, ... panels
    let level = 0;
    let panels = 4;
    while (panels < needed) {
      level++;
      panels = (level % 2 === 0 ? 4 : 6) * (1 << (level >> 1));
    }
    return (this.#levels[level] ??= this.#makeNodes(panels));
  }

  #makeNodes(panels: number): Nodes {
    const k = new Float64Array(panels * PANEL_NODES);
    const weight = new Float64Array(panels * PANEL_NODES);
    const edge = (j: number): number => cbrt(this.#maxK) * Math.sqrt(j / panels);
    for (let panel = 0; panel < panels; panel++) {
      const middle = 0.5 * (edge(panel) + edge(panel + 1));
      const half = 0.5 * (edge(panel + 1) - edge(panel));
      for (let i = 0; i < PANEL_NODES; i++) {
        const root = middle + half * panelNodes[i]!;
        const at = panel * PANEL_NODES + i;
        k[at] = root * root * root;
        weight[at] = half * panelWeights[i]! * 3 * root * root * this.#transform(k[at]!);
      }
    }
    return { k, weight };
  }

  /** Surface brightness of unit flux at a radius: 1 / (2 pi) int T J0(k r) k dk. */
  brightness(radius: number): number {
    const { k, weight } = this.#nodes(radius);
    let sum = 0;
    for (let i = 0; i < k.length; i++) sum += weight[i]! * k[i]! * besselJ0(k[i]! * radius);
    return sum / TWO_PI;
  }

  /** Fraction of the light inside a radius: r int T J1(k r) dk. */
  enclosed(radius: number): number {
    const { k, weight } = this.#nodes(radius);
    let sum = 0;
    for (let i = 0; i < k.length; i++) sum += weight[i]! * besselJ1(k[i]! * radius);
    return sum * radius;
  }
}
