export function replaceStateFile(path: string, value: unknown): Promise<void>;
export function createStateFile(path: string, value: unknown): Promise<boolean>;
export function readStateFile(path: string): Promise<unknown>;
export function flushFolder(path: string): Promise<void>;
