/** The service's library of SED files, read through its API file by file as catalogs name them. */
import type { Client } from '@imsim-od/api';
import { type ByteSource, MemoryByteSource, SedLibrary } from '@imsim-od/sky';

/** Opens the library that a request names, else the service's own; undefined where it has none. Throws `ApiError`. */
export async function openSedLibrary(
  client: Client,
  sedDir: string | undefined,
): Promise<SedLibrary | undefined> {
  const from = sedDir === undefined ? {} : { sedDir };
  const { paths } = await client.call('listSedFiles', { query: from });
  if (paths.length === 0) return undefined;
  const there = new Set(paths);
  const open = async (path: string): Promise<ByteSource | undefined> => {
    if (!there.has(path)) return undefined;
    const answer = await client.open('downloadSedFile', { query: { path, ...from } });
    return new MemoryByteSource(new Map([[path, new Uint8Array(await answer.arrayBuffer())]]), path);
  };
  return new SedLibrary({ name: 'the library of SED files', open });
}
