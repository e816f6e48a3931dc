import type { ProcessEntry, ProcessIdentity } from './process-table.mjs';

export class JobProcesses {
  constructor(mark: string, ancestorPid: number | undefined);
  setLeader(leader: ProcessIdentity): void;
  leaderEnded(): void;
  look(thorough?: boolean): ProcessEntry[];
  measure(members: readonly ProcessEntry[]): { readonly rssMb: number; readonly cpuS: number };
  ask(members: readonly ProcessEntry[]): void;
  force(members: readonly ProcessEntry[]): void;
}
export function endProcesses(
  processes: JobProcesses,
  graceMs: number,
  patienceMs?: number,
): Promise<ProcessEntry[]>;
