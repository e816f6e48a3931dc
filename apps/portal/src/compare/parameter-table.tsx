/** Two recipes side by side, part by part: what differs is marked, and all else can be unfolded. */
import { Accordion, Loader, Switch, Table, Text } from '@mantine/core';
import { useState } from 'react';
import classes from './difference-plane.module.css';
import { parameterGroups } from './parameter-differences.js';
import type { ImagePair } from './run-pairs.js';
import { useRecipe } from './use-recipe.js';

/** Of the recipes of one detector, which stands for its run. */
export function ParameterTable({ pair: { detector, first, second } }: { readonly pair: ImagePair }) {
  const [a, b] = [useRecipe(first), useRecipe(second)];
  const [isWhole, setWhole] = useState(false);
  if (a.isLoading || b.isLoading) return <Loader size="sm" aria-label="The recipes are being read" />;
  if (a.recipe === undefined || b.recipe === undefined)
    return (
      <Text size="sm">
        One of the runs keeps no recipe, so that their parameters cannot be set side by side.
      </Text>
    );
  const groups = parameterGroups(a.recipe, b.recipe);
  const differing = groups.filter(({ differing: count }) => count > 0);
  const count = differing.reduce((sum, group) => sum + group.differing, 0);
  const shown = isWhole ? groups : differing;
  return (
    <>
      <Text size="sm">
        {count === 0
          ? `Nothing differs: ${detector} is made from the same recipe in both.`
          : `${count} ${count === 1 ? 'parameter differs' : 'parameters differ'} in the recipes of ${detector}, which stand for their runs.`}
      </Text>
      <Switch
        label="All parameters"
        checked={isWhole}
        onChange={(event) => setWhole(event.currentTarget.checked)}
      />
      {shown.length > 0 && (
        <Accordion
          multiple
          key={String(isWhole)}
          defaultValue={differing.map(({ name }) => name)}
          variant="contained"
        >
          {shown.map(({ name, differing: ofGroup, parameters }) => (
            <Accordion.Item key={name} value={name}>
              <Accordion.Control>
                {name} {ofGroup === 0 ? '' : `(${ofGroup} differ${ofGroup === 1 ? 's' : ''})`}
              </Accordion.Control>
              <Accordion.Panel>
                <Table.ScrollContainer minWidth={480}>
                  <Table>
                    <Table.Thead>
                      <Table.Tr>
                        <Table.Th scope="col">Parameter</Table.Th>
                        <Table.Th scope="col">First</Table.Th>
                        <Table.Th scope="col">Second</Table.Th>
                      </Table.Tr>
                    </Table.Thead>
                    <Table.Tbody>
                      {parameters
                        .filter((one) => isWhole || one.a !== one.b)
                        .map(({ path, a: valueA, b: valueB }) => (
                          <Table.Tr
                            key={path}
                            {...(valueA === valueB ? {} : { className: classes['differs'] ?? '' })}
                          >
                            <Table.Th scope="row">{path}</Table.Th>
                            <Table.Td style={{ overflowWrap: 'anywhere' }}>{valueA ?? 'absent'}</Table.Td>
                            <Table.Td style={{ overflowWrap: 'anywhere' }}>{valueB ?? 'absent'}</Table.Td>
                          </Table.Tr>
                        ))}
                    </Table.Tbody>
                  </Table>
                </Table.ScrollContainer>
              </Accordion.Panel>
            </Accordion.Item>
          ))}
        </Accordion>
      )}
    </>
  );
}
