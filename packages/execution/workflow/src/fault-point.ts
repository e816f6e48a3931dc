/** The moments at which a scheduler's death is tested: tests hand in a function that is called there and ends the process. */

/** Named moments between a write and the act it announces, or between an act and the write that records it. */
export const FAULT_POINTS = [
  /** The claim is committed; the site knows nothing yet. */
  'afterClaimBeforeSubmit',
  /** The site has accepted the jobs; the journal still says claimed. */
  'afterSubmitBeforeJournal',
  /** The outputs are in place; nothing of it is written. */
  'afterCollectBeforeCommit',
  /** The outputs are recorded in the open transaction; it is not committed. */
  'insideCommit',
  /** The renewal of the lease is about to be written. */
  'duringLeaseRenewal',
] as const;

/** One of FAULT_POINTS. */
export type FaultPoint = (typeof FAULT_POINTS)[number];

/** Called at each fault point; in production there is none. */
export type OnFaultPoint = (point: FaultPoint) => void | Promise<void>;
