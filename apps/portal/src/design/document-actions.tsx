/** The request as a whole: files, links, templates, and beginning anew. */
import { Button, CopyButton, FileButton, Group, Menu, Modal, Stack, TextInput } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useDesign } from './design-state.js';
import { documentFromText, documentText, FIRST_DOCUMENT, fragmentOf } from './request-document.js';
import { readTemplates, writeTemplates } from './templates.js';

/** The buttons beside the heading. */
export function DocumentActions() {
  const { document, replace } = useDesign();
  const [templates, setTemplates] = useState(readTemplates);
  const [isNaming, naming] = useDisclosure(false);
  const [name, setName] = useState('');
  const keep = (next: typeof templates): void => {
    writeTemplates(next);
    setTemplates(next);
  };
  const importFile = async (file: File): Promise<void> => {
    try {
      replace(await documentFromText(await file.text()));
    } catch (error) {
      notifications.show({
        color: 'red',
        title: `${file.name} is no request`,
        message: error instanceof Error ? error.message : String(error),
      });
    }
  };
  const exportFile = async (): Promise<void> => {
    const url = URL.createObjectURL(new Blob([await documentText(document)], { type: 'application/yaml' }));
    const link = window.document.createElement('a');
    link.href = url;
    link.download = 'request.yaml';
    link.click();
    URL.revokeObjectURL(url);
  };
  return (
    <Group gap="xs">
      <CopyButton value={`${window.location.origin}/design${fragmentOf(document)}`}>
        {({ copied, copy }) => (
          <Button variant="default" size="sm" onClick={copy}>
            {copied ? 'Link copied' : 'Copy link'}
          </Button>
        )}
      </CopyButton>
      <FileButton
        accept=".yaml,.yml,.json"
        onChange={(file) => file !== null && void importFile(file)}
        inputProps={{ 'aria-label': 'Request file' }}
      >
        {(props) => (
          <Button variant="default" {...props}>
            Import
          </Button>
        )}
      </FileButton>
      <Button variant="default" onClick={() => void exportFile()}>
        Export YAML
      </Button>
      <Menu withinPortal={false} position="bottom-end">
        <Menu.Target>
          <Button variant="default">Templates</Button>
        </Menu.Target>
        <Menu.Dropdown aria-label="Templates">
          <Menu.Item onClick={() => replace(FIRST_DOCUMENT)}>Begin anew</Menu.Item>
          {Object.entries(templates).map(([key, value]) => (
            <Menu.Item key={key} onClick={() => replace(value)}>
              {key}
            </Menu.Item>
          ))}
          <Menu.Divider />
          <Menu.Item onClick={naming.open}>Keep this as a template …</Menu.Item>
          {Object.keys(templates).map((key) => (
            <Menu.Item
              key={key}
              color="red"
              onClick={() =>
                keep(Object.fromEntries(Object.entries(templates).filter(([other]) => other !== key)))
              }
            >
              Forget {key}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={isNaming}
        onClose={naming.close}
        title="Keep as a template"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim() === '') return;
            keep({ ...templates, [name.trim()]: document });
            naming.close();
          }}
        >
          <Stack>
            <TextInput
              label="Name"
              description="Templates are kept in this browser."
              value={name}
              maxLength={80}
              onChange={(event) => setName(event.currentTarget.value)}
              data-autofocus
            />
            <Group justify="flex-end">
              <Button type="submit">Keep</Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </Group>
  );
}
