/** Shows an act in the other tongues of the service, each ready to be copied. */
import { Button, Modal, Tabs, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { ReactNode } from 'react';
import { Icon } from '../icons/icon.js';
import { type Act, withFile } from './act.js';
import { CopyableText } from './copyable-text.js';
import { YamlText } from './yaml-text.js';

const TONGUES = [
  ['command', 'Command line'],
  ['http', 'HTTP'],
  ['python', 'Python'],
] as const;

/** The texts under tabs. */
export function CopyableAct({ act }: { readonly act: Act }) {
  const { yaml, file, command } = act;
  const tongues = TONGUES.filter(([tongue]) => act[tongue] !== undefined);
  return (
    <Tabs defaultValue={yaml === undefined ? tongues[0]?.[0] : 'yaml'} keepMounted={false}>
      <Tabs.List>
        {yaml !== undefined && <Tabs.Tab value="yaml">YAML</Tabs.Tab>}
        {tongues.map(([tongue, label]) => (
          <Tabs.Tab key={tongue} value={tongue}>
            {label}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {yaml !== undefined && (
        <Tabs.Panel value="yaml" pt="xs">
          <YamlText documents={yaml} label="YAML" />
        </Tabs.Panel>
      )}
      {tongues.map(([tongue, label]) => (
        <Tabs.Panel key={tongue} value={tongue} pt="xs">
          {tongue === 'command' && file !== undefined && command !== undefined ? (
            <YamlText
              documents={file.documents}
              label={label}
              around={(yaml) => withFile(file.name, yaml, command)}
            />
          ) : (
            <CopyableText text={act[tongue] ?? ''} label={label} />
          )}
        </Tabs.Panel>
      ))}
    </Tabs>
  );
}

/** What the texts take from their surroundings. */
export function TokenText() {
  return (
    <Text size="sm" mb="sm">
      The same outside of this page. HTTP and Python take a token from the environment:{' '}
      <code>IMSIM_OD_TOKEN</code>; the command line knows you by <code>imsim-od login</code>.
    </Text>
  );
}

/** A button that shows an act, a {@link CopyableAct}, in a dialog. */
export function CopyableActButton({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}) {
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
        <TokenText />
        {children}
      </Modal>
    </>
  );
}
