/** Runs as people name them: the whole id, its last characters, or `last`. */
import type { Client } from '@imsim-od/api';
import { CliError } from '../errors.js';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const SEARCHED = 200;
/** Characters of an id that tables show. */
const SHOWN = 8;

/** The id of a run. @throws CliError where none or several are meant */
export async function findRun(client: Client, reference: string): Promise<string> {
  const text = reference.toLowerCase();
  if (UUID.test(text)) return text;
  if (text.trim() === '')
    throw new CliError('No run is named: give its id, the end of it, its name, or "last".');
  const { items } = await client.call('listRuns', {
    query: { from: 'all', limit: text === 'last' ? 1 : SEARCHED },
  });
  if (text === 'last') {
    const [last] = items;
    if (last === undefined) throw new CliError('You have no run yet; imsim-od submit makes one.');
    return last.id;
  }
  const found = items.filter(({ id, name }) => id.endsWith(text) || name === reference);
  if (found.length === 1) return found[0]!.id;
  throw new CliError(
    found.length === 0
      ? `${reference}: no run of the last ${SEARCHED} has this name or an id that ends so; imsim-od status lists them.`
      : `${reference}: ${found.length} runs are meant: ${found.map(({ id }) => id).join(', ')}`,
  );
}

/** The end of an id, as tables show it: unlike its beginning it tells runs of one minute apart. */
export function shortId(id: string): string {
  return id.slice(-SHOWN);
}
