/** Telling the administrators something from any screen; on the page of a run, the report carries the run's id. */
import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useRouterState } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { Failure } from '../page-parts/failure.js';
import { useAct } from '../service/use-call.js';

/** The button and its form. */
export function FeedbackButton() {
  const [isOpen, { open, close }] = useDisclosure(false);
  const [text, setText] = useState('');
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const runId = /^\/runs\/([0-9a-f-]{36})(?:\/image)?$/.exec(path)?.[1];
  const send = useAct('sendFeedback', {
    showsFailure: true,
    changes: ['listFeedback'],
    onDone: () => {
      close();
      setText('');
      notifications.show({ message: 'Thank you: the administrators have it.' });
    },
  });
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    send.mutate({ body: { text, page: path, ...(runId === undefined ? {} : { runId }) } });
  };
  return (
    <>
      <Button variant="default" size="xs" onClick={open}>
        Tell the administrators
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title="Tell the administrators"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <form onSubmit={submit}>
          <Stack>
            <Text size="sm">
              What is wrong, or what is missing? With it goes the name of this page
              {runId === undefined ? '' : ' and the id of this run, so that its logs can be looked at'}.
            </Text>
            <Textarea
              label="Your words"
              required
              withAsterisk={false}
              autosize
              minRows={4}
              maxLength={5000}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              data-autofocus
            />
            {send.error !== null && <Failure error={send.error} />}
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                Leave it
              </Button>
              <Button type="submit" loading={send.isPending}>
                Send
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  );
}
