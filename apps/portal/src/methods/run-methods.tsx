/** The paragraph of methods and the citation of a run, ready to be copied. */
import type { Run } from '@imsim-od/api';
import { Loader, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { CopyableText } from '../copyable-act/copyable-text.js';
import { EmptyState } from '../page-parts/empty-state.js';
import { Failure } from '../page-parts/failure.js';
import { client } from '../service/client.js';
import { citationText, methodsParagraph, type ToldRecipe } from './methods-text.js';

/** The texts. */
export function RunMethods({ run }: { readonly run: Run }) {
  const { data, error, isLoading } = useQuery({
    queryKey: ['recipe of', run.id],
    queryFn: async ({ signal }): Promise<ToldRecipe | null> => {
      const { items } = await client.call('searchDatasets', {
        query: { runId: run.id, type: ['recipe'], order: 'oldest', limit: 1 },
        signal,
      });
      const [first] = items;
      if (first === undefined) return null;
      const answer = await client.open('download', { params: { id: first.id }, signal });
      return (await answer.json()) as ToldRecipe;
    },
    staleTime: Infinity,
  });
  if (error !== null) return <Failure error={error} />;
  if (isLoading) return <Loader size="sm" aria-label="A recipe is being read" />;
  if (data === undefined || data === null)
    return (
      <EmptyState title="No recipe yet">
        The paragraph is written from the recipe of the first detector that is done: it has every parameter,
        with its value.
      </EmptyState>
    );
  const told = { id: run.id, detectors: run.counts.total, visits: run.visits, endedAtUtc: run.endedAtUtc };
  return (
    <Stack>
      <Title order={2} size="h4">
        Methods
      </Title>
      <CopyableText text={methodsParagraph(data, told)} label="Paragraph of methods" />
      <Title order={2} size="h4">
        Citation
      </Title>
      <CopyableText text={citationText(data, told, window.location.origin)} label="Citation as BibTeX" />
      <Text size="sm" c="dimmed">
        Give the recipes with your data: whoever has them makes the same images again, by{' '}
        <code>imsim-od reproduce</code>.
      </Text>
    </Stack>
  );
}
