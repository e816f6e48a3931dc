/** A text to be copied. */
import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { Icon } from '../icons/icon.js';
import { countText } from '../page-parts/quantity.js';
import classes from './copyable-act.module.css';

/** Characters shown; a page with megabytes of text in it would be slow. */
const MOST_SHOWN = 100_000;

/** A text of a terminal or a file, with a button that copies it. */
export function CopyableText({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <div className={classes['sheet']}>
      <pre className={classes['text']} tabIndex={0} aria-label={label}>
        {text.length > MOST_SHOWN
          ? `${text.slice(0, MOST_SHOWN)}\n… ${countText(text.length - MOST_SHOWN)} characters more; copying takes all`
          : text}
      </pre>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? 'Copied' : 'Copy'}>
            <ActionIcon
              className={classes['copy']}
              variant="default"
              onClick={copy}
              aria-label={copied ? `${label}: copied` : `Copy: ${label}`}
            >
              <Icon name={copied ? 'done' : 'copy'} size={16} />
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </div>
  );
}
