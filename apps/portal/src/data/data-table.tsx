/** Datasets as rows: a small picture where there is one, what it is, its checksum, a download. */
import type { Dataset } from '@imsim-od/api';
import { Anchor, Button, Checkbox, Table, Text, Tooltip } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Icon } from '../icons/icon.js';
import { bytesText } from '../page-parts/quantity.js';
import classes from './data-table.module.css';

/** The table. */
export function DataTable({
  datasets,
  chosen,
  onChoose,
}: {
  readonly datasets: readonly Dataset[];
  readonly chosen: ReadonlySet<string>;
  readonly onChoose: (chosen: ReadonlySet<string>) => void;
}) {
  const isAll = datasets.every(({ id }) => chosen.has(id));
  const toggle = (id: string): void => {
    const next = new Set(chosen);
    if (!next.delete(id)) next.add(id);
    onChoose(next);
  };
  return (
    <Table.ScrollContainer minWidth={760}>
      <Table highlightOnHover verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">
              <Checkbox
                size="xs"
                aria-label="Choose all that are shown"
                checked={isAll}
                indeterminate={!isAll && chosen.size > 0}
                onChange={() => onChoose(isAll ? new Set() : new Set(datasets.map(({ id }) => id)))}
              />
            </Table.Th>
            {['File', 'Type', 'Visit', 'Detector', 'Size', 'SHA-256'].map((name) => (
              <Table.Th scope="col" key={name}>
                {name}
              </Table.Th>
            ))}
            <Table.Th scope="col" className="stays-right">
              <span className="visually-hidden">Download</span>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {datasets.map((dataset) => (
            <Row
              key={dataset.id}
              dataset={dataset}
              isChosen={chosen.has(dataset.id)}
              onToggle={() => toggle(dataset.id)}
            />
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function Row({
  dataset: { id, name, type, band, visit, detector, bytes, sha256, state, runId },
  isChosen,
  onToggle,
}: {
  readonly dataset: Dataset;
  readonly isChosen: boolean;
  readonly onToggle: () => void;
}) {
  // Thumbnails alone: a preview has 3 MB.
  const isPicture = type === 'thumbnail' && state === 'present';
  const content = `/api/v1/datasets/${id}/content`;
  return (
    <Table.Tr>
      <Table.Td>
        <Checkbox size="xs" aria-label={`Choose ${name}`} checked={isChosen} onChange={onToggle} />
      </Table.Td>
      <Table.Td>
        <div className={classes['name']}>
          {isPicture && <img src={content} alt="" loading="lazy" className={classes['picture']} />}
          {runId === null ? (
            name
          ) : (
            <Anchor
              size="sm"
              renderRoot={(props) => <Link to="/runs/$runId" params={{ runId }} {...props} />}
            >
              {name}
            </Anchor>
          )}
        </div>
      </Table.Td>
      <Table.Td>
        {type}
        {state !== 'present' && (
          <Text size="xs" c="dimmed">
            {state}
          </Text>
        )}
      </Table.Td>
      <Table.Td style={{ whiteSpace: 'nowrap' }}>
        {visit === null ? '–' : `${visit}${band === null ? '' : ` ${band}`}`}
      </Table.Td>
      <Table.Td>{detector ?? '–'}</Table.Td>
      <Table.Td className={classes['number']}>{bytesText(bytes)}</Table.Td>
      <Table.Td>
        <Tooltip label={sha256}>
          <code tabIndex={0} role="img" aria-label={`SHA-256 ${sha256}`}>
            {sha256.slice(0, 8)}…
          </code>
        </Tooltip>
      </Table.Td>
      <Table.Td className="stays-right">
        {state === 'missing' || state === 'corrupt' ? null : (
          <Button
            component="a"
            href={content}
            download={name}
            size="compact-sm"
            variant="default"
            aria-label={`Download ${name}`}
          >
            <Icon name="download" size={14} />
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
