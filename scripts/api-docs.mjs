// Writes the tables of docs/api.md (addresses, errors, fields of expressions) from the contract. A test compares them.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERRORS, ROUTES } from '@imsim-od/api';
import { FIELDS } from '@imsim-od/archive';
import { root } from './workspace.mjs';

const path = join(root, 'docs/api.md');
const cells = (row) => `| ${row.join(' | ')} |`;

/** The page with the body of the first table under a heading replaced. */
function withTable(text, heading, rows) {
  const lines = text.split('\n');
  const head = lines.findIndex(
    (line, index) => index > lines.indexOf(`## ${heading}`) && /^\| -+/.test(line),
  );
  const end = lines.findIndex((line, index) => index > head && !line.startsWith('|'));
  return [...lines.slice(0, head + 1), ...rows.map(cells), ...lines.slice(end)].join('\n');
}

let text = readFileSync(path, 'utf8');
text = withTable(
  text,
  'Addresses',
  Object.values(ROUTES).map(({ method, path: address, policy, summary }) => [
    method,
    `\`${address}\``,
    policy === 'public' ? 'none' : `\`${policy.scope}\``,
    summary,
  ]),
);
text = withTable(
  text,
  'Errors',
  Object.entries(ERRORS).map(([code, { status, title, advice }]) => [`\`${code}\``, status, title, advice]),
);
text = withTable(
  text,
  'Expressions',
  [...FIELDS].map(([name, { type, description }]) => [`\`${name}\``, type, description]),
);
writeFileSync(path, text);
