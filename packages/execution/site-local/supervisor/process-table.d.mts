export interface ProcessIdentity {
  readonly pid: number;
  readonly startId: string;
}
export interface ProcessEntry extends ProcessIdentity {
  readonly state: string;
  readonly ppid: number;
  readonly group: number;
  readonly session: number;
  readonly cpuS: number;
  readonly childrenCpuS: number;
  readonly niceness: number;
}
export const currentBootId: string;
export const currentTable: string;
export function readProcess(pid: number): ProcessEntry | undefined;
export function listProcesses(without?: ReadonlySet<number>): ProcessEntry[];
export function listPids(): number[];
export function identify(pid: number): ProcessIdentity | undefined;
export function isAlive(identity: ProcessIdentity): boolean;
export function isDead(entry: { readonly state: string }): boolean;
export function environmentHolds(pid: number, entry: string): boolean;
export function readMemoryMb(entry: { readonly pid: number; readonly rssMb?: number }): {
  readonly rssMb: number;
  readonly peakMb: number;
};
export function listPsProcesses(): (ProcessEntry & { readonly rssMb: number })[];
