import { readFileSync } from 'node:fs';
import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { isDatabaseAway } from './database-away.js';

async function errorOf(act: () => unknown): Promise<unknown> {
  try {
    await act();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe('isDatabaseAway', () => {
  it('holds of a server that is not there', async () => {
    const nowhere = new pg.Client({ host: '127.0.0.1', port: 1 });
    expect(isDatabaseAway(await errorOf(() => nowhere.connect()))).toBe(true);
    const noSocket = new pg.Client({ host: '/nowhere-at-all' });
    expect(isDatabaseAway(await errorOf(() => noSocket.connect()))).toBe(true);
  });

  it('holds of a server that says it is shutting down', () => {
    expect(isDatabaseAway(Object.assign(new Error('terminating connection'), { code: '57P01' }))).toBe(true);
  });

  it('does not hold of a file that is missing, a constraint, or what is no error', async () => {
    expect(isDatabaseAway(await errorOf(() => readFileSync('/nowhere/at/all')))).toBe(false);
    expect(isDatabaseAway(Object.assign(new Error('duplicate key'), { code: '23505' }))).toBe(false);
    expect(isDatabaseAway('57P01')).toBe(false);
  });
});
