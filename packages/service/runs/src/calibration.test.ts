import { describe, expect, it } from 'vitest';
import { calibrated, withAnother } from './calibration.js';

describe('error bars', () => {
  it('hold 90 % of log-normal truths', () => {
    // 400 sites that differ by a factor of e^±0.3 and tasks that scatter by e^±0.2, drawn from a fixed generator.
    let state = 12_345;
    const uniform = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
    const normal = () => Math.sqrt(-2 * Math.log(uniform() + 1e-12)) * Math.cos(2 * Math.PI * uniform());
    for (const [seen, tasks] of [
      [0, 1],
      [3, 4],
      [50, 1],
      [50, 100],
    ] as const) {
      let held = 0;
      for (let site = 0; site < 400; site++) {
        const bias = 0.3 * normal();
        const task = () => Math.exp(bias + 0.2 * normal());
        let learnt = { weight: 0, mean: 0, variance: 0 };
        for (let i = 0; i < seen; i++) learnt = withAnother(learnt, Math.log(task()));
        const truth = Array.from({ length: tasks }, task).reduce((sum, value) => sum + value, 0);
        const { low, high } = calibrated(tasks, tasks, learnt);
        if (truth >= low && truth <= high) held++;
      }
      // 400 draws of 90 % scatter by 1.5 %; wider is honest, narrower is not.
      expect(held / 400, `${seen} seen, ${tasks} tasks`).toBeGreaterThan(0.85);
    }
  });
});
