/** Tells what a file of a sky is by its beginning. */
import { open } from 'node:fs/promises';
import { createGunzip } from 'node:zlib';
import { beginsSedArchive } from '@imsim-od/sky';

/**
 * `catalog`: an instance catalog, or a part of one; `table`: CSV, Parquet or VOTable; `fits`: a table, an image or a map;
 * `survey`: a SQLite database, as schedulers write them; `hdf5` and `yaml`: spectra and configurations of sky catalogs;
 * `seds`: a tar archive of SED files.
 */
export type SkyFileKind = 'catalog' | 'table' | 'fits' | 'survey' | 'hdf5' | 'yaml' | 'seds';

const HEAD_BYTES = 65_536;

/**
 * Tells the kind of a file, packed by gzip or not; what is told by nothing is taken for a catalog. @param name as its user
 * calls it: YAML is told by that alone
 */
export async function skyFileKind(path: string, name: string): Promise<SkyFileKind> {
  if (/\.ya?ml$/i.test(name)) return 'yaml';
  const file = await open(path, 'r');
  try {
    const bytes = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await file.read(bytes, 0, HEAD_BYTES, 0);
    const head = bytes.subarray(0, bytesRead);
    return kindOfHead(head[0] === 0x1f && head[1] === 0x8b ? await unpackedHead(head) : head);
  } finally {
    await file.close();
  }
}

function kindOfHead(head: Uint8Array): SkyFileKind {
  const text = Buffer.from(head)
    .toString('latin1')
    .replace(/^\u00ef\u00bb\u00bf/, '');
  if (text.startsWith('SQLite format 3\0')) return 'survey';
  if (text.startsWith('PAR1')) return 'table';
  if (text.startsWith('\u0089HDF')) return 'hdf5';
  if (text.startsWith('SIMPLE  =')) return 'fits';
  if (beginsSedArchive(head)) return 'seds';
  if (/^\s*<(?:\?xml|!--|VOTABLE|\w+:VOTABLE|!DOCTYPE)/i.test(text) || /^#\s*%ECSV/.test(text))
    return 'table';
  if (text.includes('\0')) return 'catalog';
  const lines = text.split(/\r?\n/);
  const first = lines.find((line) => line.trim() !== '' && !line.startsWith('#')) ?? '';
  // A line of column names has no blank after its first word, and a delimiter; that of a catalog is a keyword and a value.
  return /^\s*"?[^\s,;|]+"?\s*(?:\[[^\]]*\]\s*)?[,;|\t]/.test(first) &&
    !/^\s*(?:object|includeobj)\s/.test(first)
    ? 'table'
    : 'catalog';
}

/** The first bytes of what was packed, as far as the packed ones go. */
function unpackedHead(packed: Uint8Array): Promise<Uint8Array> {
  return new Promise((resolve) => {
    const parts: Uint8Array[] = [];
    let total = 0;
    const unpack = createGunzip();
    const end = (): void => {
      unpack.destroy();
      resolve(Buffer.concat(parts));
    };
    unpack.on('data', (part: Uint8Array) => {
      parts.push(part);
      total += part.length;
      if (total >= HEAD_BYTES) end();
    });
    unpack.on('error', end);
    unpack.on('end', end);
    unpack.end(packed);
  });
}
