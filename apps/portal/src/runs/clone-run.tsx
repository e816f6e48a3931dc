/** Change one thing and run again: the button and its dialog, whose form comes, with the YAML library, when it is opened. */
import type { Run } from '@imsim-od/api';
import { Button, Loader, Modal } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense } from 'react';

const CloneRunForm = lazy(async () => ({ default: (await import('./clone-run-form.js')).CloneRunForm }));

/** The button. */
export function CloneRunButton({ run }: { readonly run: Run }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" onClick={open}>
        Change and run again
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title="Change and run again"
        size="lg"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Suspense fallback={<Loader size="sm" aria-label="The form is loaded" />}>
          <CloneRunForm run={run} close={close} />
        </Suspense>
      </Modal>
    </>
  );
}
