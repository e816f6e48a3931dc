/** A place to drop a file or a folder of the user's computer on, around the button that chooses one. */
import { Text } from '@mantine/core';
import { type DragEvent, type ReactNode, useEffect, useState } from 'react';
import classes from './drop-zone.module.css';

/** The place. @param takes what is taken; anything else is told to `onRefuse` in words */
export function DropZone({
  takes,
  isBusy,
  onDrop,
  onRefuse,
  children,
}: {
  readonly takes: 'file' | 'folder';
  readonly isBusy: boolean;
  readonly onDrop: (entry: FileSystemEntry) => void;
  readonly onRefuse: (why: string) => void;
  readonly children: ReactNode;
}) {
  const [isOver, setIsOver] = useState(false);
  useNoStrayDrops();
  const hover = (event: DragEvent): void => {
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    event.dataTransfer.dropEffect = isBusy ? 'none' : 'copy';
    setIsOver(!isBusy);
  };
  const drop = (event: DragEvent): void => {
    if (!hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    setIsOver(false);
    if (isBusy) return;
    // The list is emptied when the event is over.
    const entries = [...event.dataTransfer.items]
      .filter(({ kind }) => kind === 'file')
      .map((item) => item.webkitGetAsEntry());
    const [entry] = entries;
    if (entries.length > 1) onRefuse(`${entries.length} things were dropped. Drop one ${takes} at a time.`);
    else if (entry === undefined || entry === null)
      onRefuse('The browser cannot read what was dropped. Choose it with the button.');
    else if (entry.isDirectory !== (takes === 'folder'))
      onRefuse(
        takes === 'folder'
          ? `${entry.name} is a file. A folder is taken here: drop the folder that it lies in.`
          : `${entry.name} is a folder. A single file is taken here.`,
      );
    else onDrop(entry);
  };
  return (
    <div
      className={classes['zone']}
      data-over={isOver || undefined}
      onDragEnter={hover}
      onDragOver={hover}
      onDragLeave={() => setIsOver(false)}
      onDrop={drop}
    >
      {children}
      <Text size="xs" c="dimmed" component="span">
        or drop it here
      </Text>
    </div>
  );
}

/** What is dropped beside such a place does not take the page away, as a browser would have it. */
function useNoStrayDrops(): void {
  useEffect(() => {
    const refuse = (event: globalThis.DragEvent): void => {
      if (event.defaultPrevented || event.dataTransfer === null || !hasFiles(event.dataTransfer)) return;
      // A field of its own for files takes them.
      if (event.target instanceof HTMLInputElement && event.target.type === 'file') return;
      event.preventDefault();
      event.dataTransfer.dropEffect = 'none';
    };
    window.addEventListener('dragover', refuse);
    window.addEventListener('drop', refuse);
    return () => {
      window.removeEventListener('dragover', refuse);
      window.removeEventListener('drop', refuse);
    };
  }, []);
}

function hasFiles({ types }: DataTransfer): boolean {
  return types.includes('Files');
}
