/** The request as a whole: files, links, templates, and beginning anew. */
import { Button, FileButton, Group, Menu, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useClipboard, useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { countText } from '../page-parts/quantity.js';
import { FIRST_DESIGN, useDesign, useDesigned } from './design-state.js';
import { fragmentOfDesign, LONGEST_LINK } from './design-link.js';
import { documentsFromText, documentsText, FIRST_DOCUMENT } from './request-document.js';
import { visitsOfDocuments } from './visits/requests-of-file.js';
import { readTemplates, writeTemplates } from './templates.js';

/** The buttons beside the heading. */
export function DocumentActions() {
  const { open, openFormer, former } = useDesign();
  const { document, visits, off, requests } = useDesigned((state) => state);
  const clipboard = useClipboard();
  const [longLink, setLongLink] = useState<number | null>(null);
  const [templates, setTemplates] = useState(readTemplates);
  const [isNaming, naming] = useDisclosure(false);
  const [name, setName] = useState('');
  /** @returns whether the browser had room for them */
  const keep = (next: typeof templates): boolean => {
    try {
      writeTemplates(next);
    } catch (error) {
      notifications.show({
        color: 'red',
        title: 'The template was not kept',
        message: error instanceof Error ? error.message : String(error),
      });
      return false;
    }
    setTemplates(next);
    return true;
  };
  const importFile = async (file: File): Promise<void> => {
    try {
      const documents = await documentsFromText(await file.text());
      open({
        document: documents[0] ?? FIRST_DOCUMENT,
        visits: visitsOfDocuments(documents, file.name),
        off: [],
      });
    } catch (error) {
      notifications.show({
        color: 'red',
        title: `${file.name} is no request`,
        message: error instanceof Error ? error.message : String(error),
      });
    }
  };
  const exportFile = async (): Promise<void> => {
    const url = URL.createObjectURL(new Blob([await documentsText(requests)], { type: 'application/yaml' }));
    const link = window.document.createElement('a');
    link.href = url;
    link.download = fileName(requests.length);
    link.click();
    URL.revokeObjectURL(url);
    if (off.length > 0)
      notifications.show({
        title: `${fileName(requests.length)} is the request alone`,
        message: `${off.length === 1 ? 'The sky entry that is switched off is' : `The ${off.length} sky entries that are switched off are`} not in it. A link or a template keeps ${off.length === 1 ? 'it' : 'them'}.`,
      });
  };
  const copyLink = (): void => {
    const link = `${window.location.origin}/design${fragmentOfDesign({ document, visits, off })}`;
    if (link.length > LONGEST_LINK) setLongLink(link.length);
    else clipboard.copy(link);
  };
  return (
    <Group gap="xs">
      <Button variant="default" size="sm" onClick={copyLink}>
        {clipboard.copied ? 'Link copied' : 'Copy link'}
      </Button>
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
      <Menu withinPortal={false} position="bottom-end" withInitialFocusPlaceholder={false}>
        <Menu.Target>
          <Button variant="default">Templates</Button>
        </Menu.Target>
        <Menu.Dropdown aria-label="Templates">
          <Menu.Item onClick={() => open(FIRST_DESIGN)}>Begin anew</Menu.Item>
          {former !== null && <Menu.Item onClick={openFormer}>Back to the design of before</Menu.Item>}
          {Object.entries(templates).map(([key, value]) => (
            <Menu.Item
              key={key}
              onClick={() => open(value)}
              rightSection={
                value.visits !== null && (
                  <Text size="xs" c="dimmed" component="span">
                    {visitsText(value.visits.parts.length)}
                  </Text>
                )
              }
            >
              {key}
            </Menu.Item>
          ))}
          <Menu.Divider role="separator" />
          <Menu.Item onClick={naming.open}>Keep this as a template …</Menu.Item>
          {Object.keys(templates).map((key) => (
            <Menu.Item
              key={key}
              c="var(--mantine-color-error)"
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
        opened={longLink !== null}
        onClose={() => setLongLink(null)}
        title="Too long for a link"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Stack>
          <Text size="sm">
            A link to {requests.length === 1 ? 'this request' : `these ${countText(requests.length)} visits`}{' '}
            would have {countText(longLink ?? 0)} characters; from {countText(LONGEST_LINK)} on, mail and
            other programs cut links off. A file holds all of it: whoever gets it opens it here with Import,
            or with imsim-od.
          </Text>
          <Group justify="flex-end">
            <Button
              data-autofocus
              onClick={() => {
                setLongLink(null);
                void exportFile();
              }}
            >
              Save {fileName(requests.length)}
            </Button>
          </Group>
        </Stack>
      </Modal>
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
            if (keep({ ...templates, [name.trim()]: { document, visits, off } })) naming.close();
          }}
        >
          <Stack>
            <TextInput
              label="Name"
              description={`Templates are kept in this browser${visits === null ? '' : `, this one with its ${visitsText(visits.parts.length)}`}.`}
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

function visitsText(count: number): string {
  return count === 1 ? '1 visit' : `${countText(count)} visits`;
}

/** What a file of so many requests is called. */
function fileName(requests: number): string {
  return requests === 1 ? 'request.yaml' : 'requests.yaml';
}
