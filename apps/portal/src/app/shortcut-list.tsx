/** The list of keys. */
import { Kbd, Modal, Table } from '@mantine/core';
import { NAVIGATION } from './navigation.js';

const GENERAL: readonly (readonly [readonly string[], string])[] = [
  [['?'], 'this list'],
  [['h'], 'help on the screen that is shown'],
  [['c'], 'what the screen does, as code'],
  [['Tab'], 'to the next thing that can be used; the first one skips to the content'],
  [['←', '→', '↑', '↓'], 'between the detectors of a focal plane, and between tabs'],
  [['Esc'], 'close what is open'],
];

/** Shows them. */
export function ShortcutList({
  opened,
  onClose,
  isAdmin,
}: {
  readonly opened: boolean;
  readonly onClose: () => void;
  readonly isAdmin: boolean;
}) {
  const rows = [
    ...NAVIGATION.filter(({ isForAdmins }) => isAdmin || isForAdmins !== true).map(
      ({ key, label, purpose }) => [['g', key], `${label}: ${purpose}`] as const,
    ),
    ...GENERAL,
  ];
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="Keys"
      size="lg"
      closeButtonProps={{ 'aria-label': 'Close' }}
    >
      <Table aria-label="Keys and what they do">
        <Table.Tbody>
          {rows.map(([keys, does]) => (
            <Table.Tr key={does}>
              <Table.Td>
                {keys.map((key, index) => (
                  <span key={key}>
                    {index > 0 && ' '}
                    <Kbd>{key}</Kbd>
                  </span>
                ))}
              </Table.Td>
              <Table.Td>{does}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Modal>
  );
}
