// Writes the Sersic tables to the file named by the first argument, whole or not at all, and prints their SHA-256.
// Needs the built package: run it through build-kernel.mjs, or after tsc -b.
import { createHash } from 'node:crypto';
import { renameSync, writeFileSync } from 'node:fs';

const output = process.argv[2];
if (output === undefined) {
  process.stderr.write('usage: node scripts/generate-tables.mjs OUT\n');
  process.exit(2);
}
const { generateProfileTables } = await import(
  new URL('../dist/profiles/profile-tables.js', import.meta.url)
);
const bytes = generateProfileTables();
const partial = `${output}.partial`;
writeFileSync(partial, bytes);
renameSync(partial, output);
process.stdout.write(`${createHash('sha256').update(bytes).digest('hex')}\n`);
