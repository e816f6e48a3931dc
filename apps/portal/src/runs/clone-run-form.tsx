/** Change one thing and run again: a clone takes a run's requests with changes; what its recipes share with earlier runs is not drawn again. */
import type { Run } from '@imsim-od/api';
import { Alert, Button, Group, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { actOf } from '../copyable-act/act.js';
import { shellWord } from '../copyable-act/shell-word.js';
import { CopyableAct } from '../copyable-act/copyable-act.js';
import { Failure } from '../page-parts/failure.js';
import { useAct } from '../service/use-call.js';
import { readChanges } from './read-changes.js';

/** The form of the dialog. */
export function CloneRunForm({ run, close }: { readonly run: Run; readonly close: () => void }) {
  const [name, setName] = useState(`${run.name} (changed)`);
  const [text, setText] = useState('');
  const navigate = useNavigate();
  const clone = useAct('cloneRun', {
    changes: ['listRuns'],
    showsFailure: true,
    onDone: ({ id }) => {
      close();
      void navigate({ to: '/runs/$runId', params: { runId: id } });
    },
  });
  const read = readChanges(text);
  const changes = 'changes' in read ? read.changes : {};
  const input = { params: { id: run.id }, body: { name: name.trim() || run.name, changes } };
  const settings = Object.entries(changes)
    .map(
      ([key, value]) =>
        ` --set ${shellWord(`${key}=${typeof value === 'object' ? JSON.stringify(value) : String(value)}`)}`,
    )
    .join('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if ('changes' in read) clone.mutate(input);
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">
          The same requests with these changes, as a new run. Detectors whose recipe stays the same are taken
          from the archive instead of being drawn again.
        </Text>
        <TextInput
          label="Name"
          value={name}
          maxLength={200}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <Textarea
          label="Changes"
          description="One a line, dotted path and value: seeingFwhm500Arcsec: 0.6, or effects.crosstalk: false; null takes a value out"
          autosize
          minRows={3}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        />
        {'fault' in read && <Alert color="red">{read.fault}</Alert>}
        {clone.error !== null && <Failure error={clone.error} />}
        <CopyableAct
          act={actOf(
            window.location.origin,
            'cloneRun',
            input,
            `clone ${run.id}${settings} --name ${shellWord(input.body.name)}`,
          )}
        />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Leave it
          </Button>
          <Button type="submit" loading={clone.isPending} disabled={'fault' in read}>
            Run
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
