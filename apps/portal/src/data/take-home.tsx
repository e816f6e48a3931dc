/** What can be done with all that fits, or with the rows that are chosen: fetch it in one of five ways, drop its pixels, remove it. */
import { API_PREFIX, type Dataset } from '@imsim-od/api';
import { Button, Group, Menu, Text } from '@mantine/core';
import { actOf } from '../copyable-act/act.js';
import { CopyableAct, CopyableActButton } from '../copyable-act/copyable-act.js';
import { Icon } from '../icons/icon.js';
import { ConfirmButton } from '../page-parts/confirm-button.js';
import { bytesText, countText } from '../page-parts/quantity.js';
import { useAct } from '../service/use-call.js';
import { type DataSearch, idsExpression, queryString, toApiSearch } from './data-search.js';

const WAYS = [
  ['files.zip', 'One ZIP, with SHA256SUMS'],
  ['manifest.meta4', 'Metalink, for download managers'],
  ['manifest.txt', 'List of addresses'],
  ['manifest', 'Manifest, for imsim-od get --manifest'],
] as const;

const CHANGES = ['searchDatasets', 'countFacets', 'me'] as const;

/** The bar. */
export function TakeHome({
  search,
  chosen,
  total,
  onDone,
}: {
  readonly search: DataSearch;
  readonly chosen: readonly Dataset[];
  readonly total: number;
  readonly onDone: () => void;
}) {
  const drop = useAct('dropDatasets', { changes: CHANGES, onDone });
  const remove = useAct('removeDatasets', { changes: CHANGES, onDone });
  if (total === 0) return null;
  const ids = chosen.map(({ id }) => id);
  const isChosen = ids.length > 0;
  const query = isChosen ? { expression: idsExpression(ids) } : toApiSearch(search);
  const text = queryString(query);
  const bytes = chosen.reduce((sum, dataset) => sum + dataset.bytes, 0);
  const what = isChosen ? `${countText(ids.length)} chosen, ${bytesText(bytes)}` : `all ${countText(total)}`;
  return (
    <Group gap="xs">
      <Menu withinPortal={false}>
        <Menu.Target>
          <Button leftSection={<Icon name="download" size={16} />}>Take home ({what})</Button>
        </Menu.Target>
        <Menu.Dropdown aria-label="Ways to take files home">
          {WAYS.map(([way, label]) => (
            <Menu.Item
              key={way}
              component="a"
              href={`${API_PREFIX}/datasets/${way}${text === '' ? '' : `?${text}`}`}
              download={way === 'manifest' ? 'datasets.ndjson' : way}
            >
              {label}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
      <CopyableActButton title="Fetch these files">
        <CopyableAct act={actOf(window.location.origin, 'downloadZip', { query })} />
      </CopyableActButton>
      {isChosen && (
        <>
          <ConfirmButton
            label="Drop pixels"
            question="Drop the pixels of these files?"
            consequence={
              <Text size="sm">
                {what}. Their recipes stay: whoever fetches one has it made again, bit for bit, and checked.
                Files without a recipe cannot be dropped.
              </Text>
            }
            confirmLabel="Drop them"
            onConfirm={() => drop.mutate({ body: { datasetIds: ids } })}
          />
          <ConfirmButton
            label="Remove"
            question="Remove these files for good?"
            consequence={<Text size="sm">{what}. They do not come back.</Text>}
            confirmLabel="Remove them"
            onConfirm={() => remove.mutate({ body: { datasetIds: ids } })}
          />
        </>
      )}
    </Group>
  );
}
