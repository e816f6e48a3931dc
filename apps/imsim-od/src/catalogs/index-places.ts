/** Where indexes of large catalogs are kept: beside the catalog, else in a cache of the user's own. */
import { createHash } from 'node:crypto';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { INDEX_SUFFIX } from '@imsim-od/sky/node';

/** The places of a catalog's index, the best first. @param identity the catalog's real path */
export function indexPlaces(identity: string, env: NodeJS.ProcessEnv = process.env): readonly string[] {
  const name = createHash('sha256').update(identity).digest('hex').slice(0, 32);
  return [`${identity}${INDEX_SUFFIX}`, join(cacheFolder(env), `${name}${INDEX_SUFFIX}`)];
}

/** `$IMSIM_OD_HOME/cache/indexes`, else `imsim-od/indexes` in the XDG folder of caches. */
function cacheFolder(env: NodeJS.ProcessEnv): string {
  const home = env['IMSIM_OD_HOME'];
  if (home !== undefined && isAbsolute(home)) return join(home, 'cache', 'indexes');
  const cache = env['XDG_CACHE_HOME'];
  const folder = cache !== undefined && isAbsolute(cache) ? cache : join(homedir(), '.cache');
  return join(folder, 'imsim-od', 'indexes');
}
