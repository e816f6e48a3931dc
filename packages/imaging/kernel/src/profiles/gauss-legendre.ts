/** Nodes and weights of the 16-point Gauss-Legendre rule on -1..1, found by Newton's method when the module loads. */
import { cos } from '@imsim-od/portable-math';

/** Number of nodes of the rule. */
export const PANEL_NODES = 16;
/** Nodes, falling from 1 to -1. */
export const panelNodes = new Float64Array(PANEL_NODES);
/** Weights; their sum is 2. */
export const panelWeights = new Float64Array(PANEL_NODES);

for (let i = 0; i < PANEL_NODES; i++) {
  let x = cos((3.141592653589793 * (i + 0.75)) / (PANEL_NODES + 0.5));
  let derivative = 1;
  for (let iteration = 0; iteration < 8; iteration++) {
    let p = 1;
    let before = 0;
    for (let n = 1; n <= PANEL_NODES; n++) {
      const next = ((2 * n - 1) * x * p - (n - 1) * before) / n;
      before = p;
      p = next;
    }
    derivative = (PANEL_NODES * (x * p - before)) / (x * x - 1);
    x -= p / derivative;
  }
  panelNodes[i] = x;
  panelWeights[i] = 2 / ((1 - x * x) * derivative * derivative);
}
