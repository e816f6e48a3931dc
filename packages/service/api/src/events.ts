/** The stream of a run's changes, as the service sends it and as a client reads it. */

/** What is sent of a run: all of it first (`snapshot`), then what has changed. */
export interface RunEvent {
  readonly runId: string;
  /** Number of the last event that is in it; grows. */
  readonly seq: number;
  readonly state: string;
  readonly counts: Readonly<Record<string, number>>;
  readonly progress: number;
  readonly timeLeftS: number | null;
  /** Tasks that changed, each as [taskIndex, state]; of a snapshot, all that are under way or have ended. */
  readonly tasks: readonly (readonly [number, string])[];
  readonly snapshot: boolean;
}

/** Reads events from the body of an answer, until it ends. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<RunEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      rest += decoder.decode(value, { stream: true });
      for (let end = rest.indexOf('\n\n'); end >= 0; end = rest.indexOf('\n\n')) {
        const block = rest.slice(0, end);
        rest = rest.slice(end + 2);
        const data = block
          .split('\n')
          .filter((line) => line.startsWith('data:'))
          .map((line) => line.slice(5).trimStart())
          .join('\n');
        if (data !== '') yield JSON.parse(data) as RunEvent;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
