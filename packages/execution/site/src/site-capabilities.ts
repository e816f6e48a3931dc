/**
 * What a site can do. Callers ask these flags, never the name of a site. Each says what changes when it is false.
 */

/** Whose programs may run: `none`, our worker alone; `approved`, those an administrator listed; `sandboxed`, any, shut in their folder without network. */
export type UserTools = 'none' | 'approved' | 'sandboxed';

export interface SiteCapabilities {
  /** Takes payloads for its in-process path. False: a payload is refused with `SITE_UNSUPPORTED`; submit a command. */
  readonly payloads: boolean;
  /** One key gives one job even when two adapters submit it at the same moment. False: the adapter looks for the key first, and two callers at once may make two jobs; let one server submit. */
  readonly submitIsAtomic: boolean;
  /** Jobs go on while no adapter is open. False: closing the adapter, or its death, ends them as `lost`. */
  readonly jobsOutliveAdapter: boolean;
  /** Ends running jobs. False: a running job is left to end by itself, and `cancel` stops those not yet started alone. */
  readonly cancelsRunning: boolean;
  /** Ends jobs above their memory. False: `memoryMb` is used for placing alone. */
  readonly enforcesMemory: boolean;
  /** Ends jobs above their wall time. False: the caller must watch and cancel. */
  readonly enforcesWall: boolean;
  /** Ends jobs above their CPU time. False: `cpuS` is ignored. */
  readonly enforcesCpu: boolean;
  /** Reports CPU time at the end. False: `cpuS` of the end is null, and estimates learn from wall time. */
  readonly measuresCpu: boolean;
  /** Reports peak memory at the end. False: `maxRssMb` of the end is null. */
  readonly measuresMemory: boolean;
  /** Honours `niceness`. False: it is ignored. */
  readonly nices: boolean;
  /** Logs can be read while the job runs. False: `logs` gives an empty slice until the end. */
  readonly liveLogs: boolean;
  /** Brings inputs to the job's folder. False: a job with inputs is refused with `SITE_UNSUPPORTED`. */
  readonly stagesInputs: boolean;
  /** `collect` lists every file of the folder. False: it lists expected outputs alone. */
  readonly listsAllFiles: boolean;
  /** Jobs may be `held`. False: that state never comes. */
  readonly holds: boolean;
  /** Whose programs may run. `none`: callers must not submit commands made by users. */
  readonly userTools: UserTools;
}

/** A site that can do nothing: spread it and state what yours can. */
export const NO_CAPABILITIES: SiteCapabilities = {
  payloads: false,
  submitIsAtomic: false,
  jobsOutliveAdapter: false,
  cancelsRunning: false,
  enforcesMemory: false,
  enforcesWall: false,
  enforcesCpu: false,
  measuresCpu: false,
  measuresMemory: false,
  nices: false,
  liveLogs: false,
  stagesInputs: false,
  listsAllFiles: false,
  holds: false,
  userTools: 'none',
};
