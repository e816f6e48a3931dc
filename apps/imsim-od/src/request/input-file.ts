/**
 * Tells a request from an instance catalog by its content: a catalog is compressed by gzip, or its first line that says
 * anything is a keyword and a value with blanks between them; a request is YAML or JSON, whose first line says `key:`.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { CliError, systemErrorAt } from '../errors.js';

/** What a file given to `simulate`, `plan` or `show` turned out to be. */
export type InputFile = { readonly kind: 'catalog' } | { readonly kind: 'request'; readonly text: string };

/** Bytes that are looked at to tell the two apart. */
const HEAD_BYTES = 65_536;
/** Requests longer than this are something else by mistake; 5000 visits with all they can say take a fifth. */
const MAX_REQUEST_BYTES = 16_000_000;

/** Looks into a file and reads it whole where it is a request. */
export async function readInputFile(path: string): Promise<InputFile> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const stat = await file.stat();
    if (stat.isDirectory()) throw new CliError(`${path}: is a folder; give a request or an instance catalog`);
    const head = Buffer.alloc(HEAD_BYTES);
    const { bytesRead } = await file.read(head, 0, HEAD_BYTES, 0);
    if (looksLikeCatalog(head.subarray(0, bytesRead), path)) return { kind: 'catalog' };
    if (stat.size > MAX_REQUEST_BYTES) {
      throw new CliError(
        `${path}: ${stat.size} bytes are too many for a request (${MAX_REQUEST_BYTES} at most)`,
      );
    }
    return { kind: 'request', text: decodeUtf8(await file.readFile(), path) };
  } catch (error) {
    throw systemErrorAt(path, error);
  } finally {
    await file?.close();
  }
}

/** Reads a small file of text whole, such as PhoSim's commands. */
export async function readText(path: string): Promise<string> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const stat = await file.stat();
    if (!stat.isFile()) throw new CliError(`${path}: is no file`);
    if (stat.size > MAX_REQUEST_BYTES)
      throw new CliError(`${path}: ${stat.size} bytes are too many (${MAX_REQUEST_BYTES} at most)`);
    return decodeUtf8(await file.readFile(), path);
  } catch (error) {
    throw systemErrorAt(path, error);
  } finally {
    await file?.close();
  }
}

/** True where the first bytes of a file are those of an instance catalog. */
function looksLikeCatalog(head: Uint8Array, path: string): boolean {
  if (head[0] === 0x1f && head[1] === 0x8b) return true;
  if (head.includes(0)) {
    throw new CliError(
      `${path}: is binary; a request (YAML or JSON) or an instance catalog (text, may be gzip) is expected`,
    );
  }
  const lines = new TextDecoder('utf-8').decode(head).split(/\r?\n/);
  const first = lines.find((line) => line.trim() !== '' && !line.trimStart().startsWith('#'));
  if (first === undefined)
    throw new CliError(`${path}: is empty; a request names at least a pointing and a band`);
  return /^\s*[A-Za-z_]\w*[ \t]+[^\s:]/.test(first);
}

function decodeUtf8(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new CliError(`${path}: is not UTF-8 text`);
  }
}
