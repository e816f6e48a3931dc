/** Help on the screen that is shown, in a drawer beside it: each screen brings its own text, see page-parts/screen.tsx. */
import { Button, Drawer, Group, Typography } from '@mantine/core';
import { tour } from '../tour/tour-state.js';
import { FeedbackButton } from './feedback-button.js';
import { type ReactNode, useSyncExternalStore } from 'react';

interface Door {
  readonly isOpen: boolean;
  readonly content: ReactNode;
  readonly of: string;
}

let door: Door = { isOpen: false, content: null, of: '' };
const watchers = new Set<() => void>();

function set(next: Partial<Door>): void {
  door = { ...door, ...next };
  for (const watcher of watchers) watcher();
}

/** Opens and closes the drawer, and holds what is in it. */
export const helpDoor = {
  open: (): void => set({ isOpen: true }),
  close: (): void => set({ isOpen: false }),
  /** What the screen is called, which may be known later than its help. */
  name: (of: string): void => set({ of }),
  /** What a screen has to say; the returned function takes it out again. */
  put: (content: ReactNode): (() => void) => {
    set({ content });
    return () => {
      if (door.content === content) set({ content: null, of: '', isOpen: false });
    };
  },
};

/** The drawer. */
export function HelpDrawer() {
  const { isOpen, content, of } = useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    () => door,
  );
  return (
    <Drawer
      opened={isOpen}
      onClose={helpDoor.close}
      position="right"
      title={of === '' ? 'Help' : `Help: ${of}`}
      closeButtonProps={{ 'aria-label': 'Close the help' }}
    >
      <Group gap="xs" mb="md">
        <FeedbackButton />
        <Button
          variant="default"
          size="xs"
          onClick={() => {
            helpDoor.close();
            tour.open();
          }}
        >
          Show the tour
        </Button>
      </Group>
      <Typography>{content ?? <p>Nothing is said about this screen.</p>}</Typography>
    </Drawer>
  );
}
