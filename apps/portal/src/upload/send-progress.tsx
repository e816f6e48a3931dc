/** How far something is that is being sent, how long it will take, and a way to stop it. */
import { Button, Group, Progress, Stack, Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { bytesText, durationText } from '../page-parts/quantity.js';

/** What is shown. */
export interface Sending {
  readonly name: string;
  readonly bytes: number;
  readonly sentBytes: number;
  readonly isWaiting: boolean;
  /** From where on the rate is counted: what the service had then, and when that was. */
  readonly from: { readonly bytes: number; readonly atMs: number } | undefined;
  /** Such as `12 of 40 files`. */
  readonly part?: string;
}

/** A rate is worth showing after so long. */
const RATE_AFTER_MS = 2000;

/** The lines. */
export function SendProgress({
  sending,
  onCancel,
}: {
  readonly sending: Sending;
  readonly onCancel: () => void;
}) {
  const { name, bytes, sentBytes, isWaiting, part } = sending;
  const isSent = sentBytes >= bytes;
  useWarningBeforeLeaving();
  return (
    <Stack gap={2} w="100%">
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">
          {name}: {part !== undefined && `${part}, `}
          {isSent
            ? 'being checked'
            : `${bytesText(sentBytes)} of ${bytesText(bytes)}, ${Math.floor((100 * sentBytes) / bytes)} % sent${restText(sending)}`}
        </Text>
        {!isSent && (
          <Button
            size="compact-xs"
            variant="default"
            aria-label={`Cancel the upload of ${name}`}
            onClick={onCancel}
          >
            Cancel
          </Button>
        )}
      </Group>
      <Progress
        value={(100 * sentBytes) / Math.max(1, bytes)}
        color={isWaiting ? 'gray' : undefined}
        aria-label={`Upload of ${name}`}
      />
      <Text size="sm" role="status">
        {isWaiting && 'The service is not reached. The upload goes on where it stands as soon as it is.'}
      </Text>
    </Stack>
  );
}

function restText({ bytes, sentBytes, isWaiting, from }: Sending): string {
  if (from === undefined) return '';
  const tookMs = performance.now() - from.atMs;
  const done = sentBytes - from.bytes;
  if (isWaiting || tookMs < RATE_AFTER_MS || done <= 0) return '';
  const perS = (1000 * done) / tookMs;
  return `, ${bytesText(perS)}/s, ${durationText((bytes - sentBytes) / perS)} left`;
}

/** The browser asks before a page goes that is sending something. */
function useWarningBeforeLeaving(): void {
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => event.preventDefault();
    window.addEventListener('beforeunload', warn);
    return () => window.removeEventListener('beforeunload', warn);
  }, []);
}

/** What is being sent, kept for `SendProgress`; null for nothing. */
export function useSending() {
  const [sending, setSending] = useState<Sending | null>(null);
  const [stop, setStop] = useState<AbortController | null>(null);
  return {
    sending,
    cancel: () => stop?.abort(),
    /** Begins; the signal is aborted when somebody cancels. */
    begin: (name: string, bytes: number): AbortSignal => {
      const controller = new AbortController();
      setStop(controller);
      setSending({ name, bytes: Math.max(1, bytes), sentBytes: 0, isWaiting: false, from: undefined });
      return controller.signal;
    },
    /** Says how far it is. @param wasThere what was added had been sent before */
    tell: (
      next: Pick<Sending, 'sentBytes' | 'isWaiting' | 'part'> & Partial<Pick<Sending, 'bytes'>>,
      wasThere = false,
    ): void =>
      setSending((before) => {
        if (before === null) return null;
        const isAnew = before.from === undefined || before.isWaiting || wasThere;
        const from = isAnew ? { bytes: next.sentBytes, atMs: performance.now() } : before.from;
        return { ...before, ...next, from };
      }),
    end: (): void => setSending(null),
  };
}
