/** Documents as YAML, whose library comes with the first of them. */
import { Text } from '@mantine/core';
import { useEffect, useState } from 'react';
import { CopyableText } from './copyable-text.js';

/** The text. @param around what is written with the YAML in it; absent: the YAML itself */
export function YamlText({
  documents,
  label,
  around = (yaml) => yaml,
}: {
  readonly documents: readonly unknown[];
  readonly label: string;
  readonly around?: (yaml: string) => string;
}) {
  const [text, setText] = useState<string | null>(null);
  useEffect(() => {
    let isWanted = true;
    void import('yaml').then(({ stringify }) => {
      if (isWanted) setText(documents.map((document) => stringify(document)).join('---\n'));
    });
    return () => {
      isWanted = false;
    };
  }, [documents]);
  return text === null ? <Text size="sm">…</Text> : <CopyableText text={around(text)} label={label} />;
}
