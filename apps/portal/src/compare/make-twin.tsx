/** A twin: the same run again with one effect off, for this detector. */
import type { Dataset } from '@imsim-od/api';
import { Button, Group, Loader, Select, Stack, Text, Title } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { useAct } from '../service/use-call.js';
import { useRecipe } from './use-recipe.js';

/** The form. */
export function MakeTwin({ first }: { readonly first: Dataset }) {
  const { recipe, isLoading } = useRecipe(first);
  const navigate = useNavigate();
  const [effect, setEffect] = useState<string | null>(null);
  const clone = useAct('cloneRun', {
    changes: ['listRuns'],
    onDone: ({ id }) => void navigate({ to: '/compare', search: { a: first.id, twin: id } }),
  });
  const effects = recipe === undefined ? [] : switchedOn(recipe);
  const { runId } = first;
  if (isLoading) return <Loader size="sm" aria-label="The recipe is being read" />;
  if (runId === null || effects.length === 0) return null;
  return (
    <Stack gap="xs">
      <Title order={2} size="h4">
        Make a twin
      </Title>
      <Text size="sm">
        The same run for {first.detector} alone, with one effect off. Effects of the electronics show in raw
        images, not in e-images.
      </Text>
      <Group align="end">
        <Select
          label="Without"
          placeholder="an effect"
          searchable
          data={effects.map((name) => ({ value: name, label: wordsOf(name) }))}
          value={effect}
          onChange={setEffect}
        />
        <Button
          disabled={effect === null}
          loading={clone.isPending}
          onClick={() =>
            clone.mutate({
              params: { id: runId },
              body: {
                name: `${first.detector ?? ''} without ${wordsOf(effect ?? '')}`,
                changes: { detectors: first.detector, [`effects.${effect ?? ''}`]: false },
              },
            })
          }
        >
          Draw the twin
        </Button>
      </Group>
    </Stack>
  );
}

function switchedOn(recipe: unknown): string[] {
  const { effects } = recipe as { effects?: Readonly<Record<string, unknown>> };
  return Object.entries(effects ?? {})
    .filter(([, isOn]) => isOn === true)
    .map(([name]) => name);
}

/** `brighterFatter` as `brighter fatter`. */
function wordsOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
