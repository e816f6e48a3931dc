/** Files of the archive, for judges that read files. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Dataset } from '@imsim-od/api';
import type { TestServer, TestUser } from '../../../apps/server/src/testing/test-server.js';

/** Downloads a file into a folder, under its name; gives its path. */
export async function savedFile(
  server: TestServer,
  user: TestUser,
  { id, name }: Pick<Dataset, 'id' | 'name'>,
  folder: string,
): Promise<string> {
  const answer = await fetch(`${server.url}/api/v1/datasets/${id}/content`, {
    headers: { authorization: `Bearer ${user.token}` },
  });
  if (!answer.ok) throw new Error(`${name} was answered with ${answer.status}`);
  const path = join(folder, name);
  writeFileSync(path, Buffer.from(await answer.arrayBuffer()));
  return path;
}
