import { describe, expect, it } from 'vitest';
import { newServiceMemory, type OpenRun, shareSlots } from './fair-share.js';
import { seededRandom } from './testing/journal-fixtures.js';

const run = (runNo: number, owner: string, remaining: number, more: Partial<OpenRun> = {}): OpenRun => ({
  runNo,
  owner,
  remaining,
  priority: 0,
  ownerInFlight: 0,
  ...more,
});

describe('shareSlots', () => {
  it('gives owners the same number, however much each has', () => {
    const grants = shareSlots([run(1, 'ada', 1_000_000), run(2, 'ben', 1000)], 10, newServiceMemory());
    expect([...grants]).toEqual([
      [1, 5],
      [2, 5],
    ]);
  });

  it('counts what owners have in flight already', () => {
    const runs = [run(1, 'ada', 100, { ownerInFlight: 6 }), run(2, 'ben', 100)];
    expect(Object.fromEntries(shareSlots(runs, 10, newServiceMemory()))).toEqual({ 1: 2, 2: 8 });
  });

  it('takes an owner’s higher priority first, then the smaller run, then the older', () => {
    const runs = [run(1, 'ada', 50), run(2, 'ada', 3), run(3, 'ada', 3), run(4, 'ada', 90, { priority: 1 })];
    expect([...shareSlots(runs, 93, newServiceMemory())]).toEqual([
      [4, 90],
      [2, 3],
    ]);
    expect([...shareSlots(runs.slice(0, 3), 5, newServiceMemory())]).toEqual([
      [2, 3],
      [3, 2],
    ]);
  });

  it('lets no owner starve when slots come free one at a time and nothing stays in flight', () => {
    const memory = newServiceMemory();
    const runs = ['ada', 'ben', 'cyd'].map((owner, index) => run(index + 1, owner, 1000));
    const given = Array.from({ length: 9 }, () => [...shareSlots(runs, 1, memory).keys()][0]);
    expect(given).toEqual([1, 2, 3, 1, 2, 3, 1, 2, 3]);
  });

  it('never gives more than there is, nor less than it could, and is max-min fair (random cases)', () => {
    const random = seededRandom(7);
    for (let trial = 0; trial < 300; trial += 1) {
      const runs = Array.from({ length: 1 + Math.floor(random() * 12) }, (_, index) =>
        run(index + 1, `owner${Math.floor(random() * 4)}`, 1 + Math.floor(random() * 9)),
      );
      const slots = Math.floor(random() * 40);
      const grants = shareSlots(runs, slots, newServiceMemory());
      const left = runs.reduce((sum, { remaining }) => sum + remaining, 0);
      const given = [...grants.values()].reduce((sum, count) => sum + count, 0);
      expect(given).toBe(Math.min(slots, left));
      const perOwner = new Map<string, { got: number; left: number }>();
      for (const { runNo, owner, remaining } of runs) {
        const got = grants.get(runNo) ?? 0;
        expect(got).toBeLessThanOrEqual(remaining);
        const sum = perOwner.get(owner) ?? { got: 0, left: 0 };
        perOwner.set(owner, { got: sum.got + got, left: sum.left + remaining - got });
      }
      const most = Math.max(...[...perOwner.values()].map(({ got }) => got));
      for (const { got, left: open } of perOwner.values())
        if (open > 0) expect(got).toBeGreaterThanOrEqual(most - 1);
    }
  });
});
