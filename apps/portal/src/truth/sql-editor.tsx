/** An editor of SQL with colours; a chunk of its own, for it is large. */
import { sql } from '@codemirror/lang-sql';
import { useComputedColorScheme } from '@mantine/core';
import CodeMirror, { EditorView, keymap, Prec } from '@uiw/react-codemirror';
import classes from './sql-editor.module.css';
import { useEffect, useMemo, useRef } from 'react';
import { pageNonce } from '../app/page-nonce.js';

/**
 * What is typed over a selection of several lines is put in by the editor: the browser would join the lines with inline styles, which the page's policy
 * refuses.
 */
const typedOverSelection = EditorView.domEventHandlers({
  beforeinput: ({ inputType, data, isComposing }, view) => {
    const { from, to } = view.state.selection.main;
    const areLines = view.state.doc.lineAt(from).number !== view.state.doc.lineAt(to).number;
    if (inputType !== 'insertText' || data === null || isComposing || !areLines) return false;
    view.dispatch(view.state.replaceSelection(data), { userEvent: 'input.type', scrollIntoView: true });
    return true;
  },
});

/** The editor. */
export function SqlEditor({
  value,
  onChange,
  onRun,
}: {
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Ctrl-Enter, or Command-Enter. */
  readonly onRun: () => void;
}) {
  const scheme = useComputedColorScheme('light');
  const run = useRef(onRun);
  useEffect(() => {
    run.current = onRun;
  });
  const extensions = useMemo(
    () => [
      sql({ upperCaseKeywords: false }),
      EditorView.cspNonce.of(pageNonce()),
      EditorView.lineWrapping,
      EditorView.contentAttributes.of({ 'aria-label': 'SQL' }),
      typedOverSelection,
      Prec.highest(keymap.of([{ key: 'Mod-Enter', run: () => (run.current(), true) }])),
    ],
    [],
  );
  return (
    <CodeMirror
      className={classes['editor'] ?? ''}
      value={value}
      onChange={onChange}
      extensions={extensions}
      theme={scheme}
      minHeight="7rem"
      maxHeight="22rem"
      basicSetup={{ foldGutter: false, autocompletion: false }}
      // Tab leads on, as everywhere in the portal.
      indentWithTab={false}
    />
  );
}
