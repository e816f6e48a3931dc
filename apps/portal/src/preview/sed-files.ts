/** The service's library of SED files, read through its API file by file as catalogs name them. */
import type { Client } from '@imsim-od/api';
import { type ByteSource, MemoryByteSource, SedLibrary } from '@imsim-od/sky';

/** Opens the library; undefined where the service has none. Throws `ApiError`. */
export async function openSedLibrary(client: Client): Promise<SedLibrary | undefined> {
  const { paths } = await client.call('listSedFiles', {});
  if (paths.length === 0) return undefined;
  const there = new Set(paths);
  const open = async (path: string): Promise<ByteSource | undefined> => {
    if (!there.has(path)) return undefined;
    const answer = await client.open('downloadSedFile', { query: { path } });
    return new MemoryByteSource(new Map([[path, new Uint8Array(await answer.arrayBuffer())]]), path);
  };
  return new SedLibrary({ name: 'the library of SED files', open });
}
