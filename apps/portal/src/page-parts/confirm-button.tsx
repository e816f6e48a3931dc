/** A button whose act cannot be taken back: it asks first, and says what will be lost. */
import { Button, type ButtonProps, Group, Modal, Stack } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';

/** What it needs. */
export interface ConfirmButtonProps extends ButtonProps {
  readonly label: string;
  /** The question's heading. */
  readonly question: string;
  /** What will happen. */
  readonly consequence: ReactNode;
  readonly confirmLabel: string;
  readonly onConfirm: () => void;
}

/** The button and its question. */
export function ConfirmButton({
  label,
  question,
  consequence,
  confirmLabel,
  onConfirm,
  ...button
}: ConfirmButtonProps) {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" {...button} onClick={open}>
        {label}
      </Button>
      <Modal opened={isOpen} onClose={close} title={question} closeButtonProps={{ 'aria-label': 'Close' }}>
        <Stack>
          <div>{consequence}</div>
          <Group justify="flex-end">
            <Button variant="default" onClick={close} data-autofocus>
              Leave it
            </Button>
            <Button
              color="red.9"
              onClick={() => {
                close();
                onConfirm();
              }}
            >
              {confirmLabel}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  );
}
