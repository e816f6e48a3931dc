/** Time, as adapters see it: an argument, so that a test can set it wrong. */

export interface SiteClock {
  /** Milliseconds since 1970 UTC. May be wrong, may jump: for people to read, never for a duration. */
  nowUtcMs(): number;
  /** Milliseconds since some moment; never runs backwards, is never set. */
  monotonicMs(): number;
}

/** The clocks of this machine. */
export const systemClock: SiteClock = {
  nowUtcMs: () => Date.now(),
  monotonicMs: () => Number(process.hrtime.bigint() / 1000n) / 1000,
};
