import { expect, it } from 'vitest';
import { bytesOf } from './indexed-catalog.js';

const CONTENT = Uint8Array.from({ length: 1000 }, (_, k) => k % 251);

const answer = (headers: Record<string, string>): Response =>
  new Response(
    new ReadableStream({
      start(controller) {
        for (const [start, end] of [
          [0, 1],
          [1, 700],
          [700, 1000],
        ] as const)
          controller.enqueue(CONTENT.slice(start, end));
        controller.close();
      },
    }),
    { headers },
  );

it('reads an answer whose length is told, or is not, or is told too short', async () => {
  const told: Record<string, string>[] = [{ 'content-length': '1000' }, {}, { 'content-length': '10' }];
  for (const headers of told) expect(await bytesOf(answer(headers), 'x', () => undefined)).toEqual(CONTENT);
});

it('refuses one that is too long', async () => {
  await expect(bytesOf(answer({ 'content-length': '300000000' }), 'x', () => undefined)).rejects.toThrow(
    'x has 300 MB near this detector; a preview reads at most 250 MB',
  );
});
