import { sql } from 'kysely';
import { v7 } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  addToLibrary,
  claimLibraryReading,
  endLibraryReading,
  failLibraryReading,
  findInLibrary,
  listLibrary,
  noteLibraryReading,
  registerUpload,
  removeFromLibrary,
} from './index.js';
import { newViewer, testArchive, type TestArchive } from './testing/test-archive.js';

let test: TestArchive;
beforeAll(async () => {
  test = await testArchive();
});
afterAll(() => test.close());

const admin = { ...newViewer(), isAdmin: true };
const FOUND = { kind: 'table', objects: 3, includedIds: [] };

/** Takes a new file into the library. */
async function add(name: string, wholeFolder = false): Promise<string> {
  const datasetId = await registerUpload(test.archive, {
    ...test.file(`${name}.csv`, name),
    ownerId: admin.userId,
    folder: `/${name}-${v7()}`,
    expiresAtUtc: null,
  });
  await addToLibrary(test.archive, admin, { name, datasetId, wholeFolder, description: '' });
  return datasetId;
}
/** As if the server that reads had said nothing for a minute. */
const passLease = () =>
  sql`update archive.library set reading_until = clock_timestamp() - interval '1 second'`.execute(
    test.archive.db,
  );

describe('the reading of the library', () => {
  it('is done by one server at a time, and taken up by another where that one falls silent', async () => {
    const datasetId = await add('one', true);
    const reading = await claimLibraryReading(test.archive);
    expect(reading).toEqual({ name: 'one', datasetId, wholeFolder: true, addedBy: admin.userId });
    expect(await claimLibraryReading(test.archive)).toBeUndefined();
    await passLease();
    expect(await claimLibraryReading(test.archive)).toEqual(reading);
    // Left by a server that stops, it is free at once.
    await noteLibraryReading(test.archive, 'one', null);
    expect(await claimLibraryReading(test.archive)).toEqual(reading);
    await noteLibraryReading(test.archive, 'one', 0.5);
    expect(await listLibrary(test.archive, admin)).toMatchObject([
      { name: 'one', state: 'reading', readShare: 0.5 },
    ]);
    await expect(findInLibrary(test.archive, 'one')).rejects.toThrow(/one/);
    await endLibraryReading(test.archive, reading!, FOUND);
    // The slower of two says nothing any more.
    await failLibraryReading(test.archive, reading!, 'too late');
    expect(await findInLibrary(test.archive, 'one')).toBe(datasetId);
    expect(await listLibrary(test.archive, newViewer())).toMatchObject([
      { name: 'one', state: 'ready', objects: 3 },
    ]);
  });

  it('ends nothing that was removed or added anew meanwhile', async () => {
    await add('two');
    const reading = (await claimLibraryReading(test.archive))!;
    await removeFromLibrary(test.archive, 'two');
    await endLibraryReading(test.archive, reading, FOUND);
    await expect(findInLibrary(test.archive, 'two')).rejects.toThrow(/two/);
    const other = await add('two');
    await endLibraryReading(test.archive, reading, FOUND);
    await expect(findInLibrary(test.archive, 'two')).rejects.toThrow(/two/);
    const next = (await claimLibraryReading(test.archive))!;
    expect(next.datasetId).toBe(other);
    await failLibraryReading(test.archive, next, 'no table');
    expect(await listLibrary(test.archive, admin)).toMatchObject([
      { name: 'one' },
      { state: 'failed', failure: 'no table' },
    ]);
    expect(await listLibrary(test.archive, newViewer())).toHaveLength(1);
    await expect(add('one')).rejects.toThrow(/taken/);
  });
});
