/** Which visits the request stands for: one, as said on the screen, or those chosen from a scheduler's database, with their plan. */
import {
  Accordion,
  Badge,
  Button,
  Card,
  Code,
  Group,
  List,
  Modal,
  Select,
  Stack,
  Text,
  Title,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { lazy, Suspense, useState } from 'react';
import { shellWord } from '../../copyable-act/shell-word.js';
import { countText } from '../../page-parts/quantity.js';
import { useDesign, useDesigned } from '../design-state.js';
import { changedKeys, settingsOf } from './chosen-visits.js';
import { FRESH_BROWSER } from './fresh-browser.js';
import classes from './visits.module.css';

const SurveyBrowser = lazy(async () => ({ default: (await import('./survey-browser.js')).SurveyBrowser }));
const VisitPlan = lazy(async () => ({ default: (await import('./visit-plan.js')).VisitPlan }));

/** The panel. */
export function VisitsPanel() {
  const { setVisits, showVisit } = useDesign();
  const visits = useDesigned((state) => state.visits);
  // Of one visit nothing is shown that the document says.
  const document = useDesigned((state) => (state.visits === null ? null : state.document));
  const [isOpen, browser] = useDisclosure(false);
  const [state, setState] = useState(FRESH_BROWSER);
  const changed = visits === null || document === null ? [] : changedKeys(document, visits);
  return (
    <Card withBorder component="section" aria-labelledby="visits-title">
      <Stack gap="xs">
        <Group justify="space-between">
          <Title order={2} size="h4" id="visits-title">
            Visits
          </Title>
          <Button size="compact-sm" variant="default" onClick={browser.open}>
            Choose from a scheduler’s database …
          </Button>
        </Group>
        {visits === null || document === null ? (
          <Text size="sm">One visit, as it is said on this screen.</Text>
        ) : (
          <>
            <Group justify="space-between">
              <Text size="sm">
                <Badge variant="light">{countText(visits.parts.length)}</Badge>{' '}
                {visits.parts.length === 1 ? 'visit' : 'visits'} of {visits.databaseName}
              </Text>
              <Button size="compact-sm" variant="subtle" onClick={() => setVisits(null)}>
                Keep only the one shown
              </Button>
            </Group>
            <Select
              label="Shown on this screen, and in the preview"
              size="xs"
              searchable
              limit={100}
              data={visits.parts.map((part, index) => ({
                value: String(index),
                label: `Visit ${String(part['visitId'])}, ${String(part['band'])}`,
              }))}
              value={String(visits.shown)}
              onChange={(index) => {
                if (index !== null) showVisit(Number(index));
              }}
            />
            <Text size="xs" role="status">
              {changed.length === 0
                ? 'Each visit has its own pointing, time, band, rotator, exposure and conditions. What you change on this screen holds for all of them.'
                : `Changed here, for all of them: ${changed.join(', ')}.`}
            </Text>
            {visits.option !== null && (
              <Text size="xs">
                <Code className={classes['command']}>
                  {[
                    'imsim-od simulate request.yaml --opsim',
                    shellWord(visits.databaseName),
                    visits.option,
                    ...settingsOf(document, visits),
                  ].join(' ')}
                </Code>
              </Text>
            )}
            <Text size="xs">Export YAML, a link and “As code” hold all of the visits.</Text>
            {visits.notes.length > 0 && (
              <List size="xs">
                {visits.notes.map((note) => (
                  <List.Item key={note}>{note}</List.Item>
                ))}
              </List>
            )}
            <Accordion variant="contained">
              <Accordion.Item value="plan">
                <Accordion.Control>Plan of the visits</Accordion.Control>
                <Accordion.Panel>
                  <Suspense fallback={<Text size="sm">…</Text>}>
                    <VisitPlan />
                  </Suspense>
                </Accordion.Panel>
              </Accordion.Item>
            </Accordion>
          </>
        )}
      </Stack>
      <Modal
        opened={isOpen}
        onClose={browser.close}
        size="72rem"
        title="Visits of a scheduler’s database"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <Suspense fallback={<Text size="sm">…</Text>}>
          <SurveyBrowser
            state={state}
            onState={setState}
            onChoose={(chosen) => {
              setVisits(chosen);
              browser.close();
            }}
          />
        </Suspense>
      </Modal>
    </Card>
  );
}
