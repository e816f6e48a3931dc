export class JobLog {
  constructor(path: string, maxBytes: number);
  write(chunk: Uint8Array): void;
  close(): void;
}
