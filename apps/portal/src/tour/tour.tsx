/**
 * A tour of the portal in a few steps: a card beside the screens, which stay usable; what a step speaks of is marked in the navigation. Arrow
 * keys go on and back, Escape ends it.
 */
import { Button, Group, Paper, Text, Title } from '@mantine/core';
import { type KeyboardEvent, useEffect, useRef, useState } from 'react';
import { tour } from './tour-state.js';
import classes from './tour.module.css';

interface Step {
  readonly title: string;
  readonly text: string;
  /** What is marked: the path of a screen, or `help`. */
  readonly place?: string;
}

const STEPS: readonly Step[] = [
  {
    title: 'Welcome',
    text: 'Here images of the Rubin Observatory’s camera are made: you say what to observe, and take pixels and their truth home. Five short steps show where things are.',
  },
  {
    title: 'Design a visit',
    text: 'Press the sky to point, choose detectors, say what is on the sky. The preview is drawn in this browser, bit for bit as the run will be. Visits of a whole survey come from a scheduler’s database.',
    place: '/design',
  },
  {
    title: 'Watch it run',
    text: 'Submit leads to the page of the run: the focal plane fills as detectors are finished. Change one thing and run again; what stays the same is not computed twice.',
    place: '/runs',
  },
  {
    title: 'Look at it',
    text: 'Images with their truth over them, profiles, regions, the whole focal plane at once, and two images blinked or subtracted.',
    place: '/look',
  },
  {
    title: 'Take it home',
    text: 'Data finds every file by facets or an expression, one or a thousand at a time. Truth answers questions in SQL about what was put into the images.',
    place: '/data',
  },
  {
    title: 'When in doubt',
    text: 'H opens the help of the screen you are on, ? lists the keys. The tour is there, too, whenever you want it again.',
    place: 'help',
  },
];

/** The card. */
export function Tour() {
  const [at, setAt] = useState(0);
  const card = useRef<HTMLDivElement>(null);
  const step = STEPS[at] ?? STEPS[0];
  useEffect(() => card.current?.focus(), []);
  useEffect(() => {
    const marked = step?.place === undefined ? null : document.querySelector(`[data-tour="${step.place}"]`);
    marked?.classList.add(classes['marked'] ?? '');
    return () => marked?.classList.remove(classes['marked'] ?? '');
  }, [step]);
  if (step === undefined) return null;
  const isLast = at === STEPS.length - 1;
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Escape') tour.close();
    else if (event.key === 'ArrowRight' && !isLast) setAt(at + 1);
    else if (event.key === 'ArrowLeft' && at > 0) setAt(at - 1);
    else return;
    event.preventDefault();
  };
  return (
    <Paper
      ref={card}
      className={classes['card']}
      withBorder
      shadow="lg"
      p="md"
      role="dialog"
      aria-labelledby="tour-title"
      aria-describedby="tour-text"
      tabIndex={-1}
      onKeyDown={onKeyDown}
    >
      <div aria-live="polite">
        <Title order={2} size="h4" id="tour-title">
          {step.title}
        </Title>
        <Text size="sm" mt={4} id="tour-text">
          {step.text}
        </Text>
      </div>
      <Group justify="space-between" mt="sm">
        <Text size="xs" c="dimmed">
          {at + 1} of {STEPS.length}
        </Text>
        <Group gap="xs">
          {!isLast && (
            <Button size="compact-sm" variant="subtle" onClick={tour.close}>
              Skip the tour
            </Button>
          )}
          {at > 0 && (
            <Button size="compact-sm" variant="default" onClick={() => setAt(at - 1)}>
              Back
            </Button>
          )}
          <Button size="compact-sm" onClick={() => (isLast ? tour.close() : setAt(at + 1))}>
            {isLast ? 'Begin' : 'Next'}
          </Button>
        </Group>
      </Group>
    </Paper>
  );
}
