/** Shows an act in the other tongues of the service, each ready to be copied. */
import { ActionIcon, Button, CopyButton, Modal, Tabs, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { Icon } from '../icons/icon.js';
import type { Act } from './act.js';
import classes from './copyable-act.module.css';

const TONGUES = [
  ['yaml', 'YAML'],
  ['command', 'Command line'],
  ['http', 'HTTP'],
  ['python', 'Python'],
] as const;

/** The texts under tabs. */
export function CopyableAct({ act }: { readonly act: Act }) {
  const tongues = TONGUES.filter(([tongue]) => act[tongue] !== undefined);
  return (
    <Tabs defaultValue={tongues[0]?.[0] ?? 'command'} keepMounted={false}>
      <Tabs.List>
        {tongues.map(([tongue, label]) => (
          <Tabs.Tab key={tongue} value={tongue}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tongues.map(([tongue, label]) => (
        <Tabs.Panel key={tongue} value={tongue} pt="xs">
          <CopyableText text={act[tongue] ?? ''} label={label} />
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

/** A text of a terminal or a file, with a button that copies it. */
export function CopyableText({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <div className={classes['sheet']}>
      <pre className={classes['text']} tabIndex={0} aria-label={label}>
        {text}
      </pre>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? 'Copied' : 'Copy'}>
            <ActionIcon
              className={classes['copy']}
              variant="default"
              onClick={copy}
              aria-label={copied ? `${label}: copied` : `Copy: ${label}`}
            >
              <Icon name={copied ? 'done' : 'copy'} size={16} />
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </div>
  );
}

/** A button that shows an act in a dialog. */
export function CopyableActButton({ act, title }: { readonly act: Act; readonly title: string }) {
  const [isOpen, { open, close }] = useDisclosure(false);
  return (
    <>
      <Button variant="default" leftSection={<Icon name="copy" size={16} />} onClick={open}>
        As code
      </Button>
      <Modal
        opened={isOpen}
        onClose={close}
        title={title}
        size="xl"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Text size="sm" mb="sm">
          The same outside of this page. HTTP and Python take a token from the environment:{' '}
          <code>IMSIM_OD_TOKEN</code>.
        </Text>
        <CopyableAct act={act} />
      </Modal>
    </>
  );
}
