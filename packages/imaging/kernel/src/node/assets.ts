/**
 * Reads the built kernel and its tables from the package's generated/ folder, under Node, and checks them against the
 * committed hashes.
 */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { KERNEL_WASM_SHA256, TABLES_SHA256 } from '../asset-hashes.js';
import { KernelAssetError } from '../errors.js';

// src/node and dist/node lie equally deep
const generated = new URL('../../generated/', import.meta.url);

async function readAsset(name: string, expectedSha256: string): Promise<Uint8Array> {
  let bytes: Uint8Array;
  try {
    bytes = new Uint8Array(await readFile(new URL(name, generated)));
  } catch {
    throw new KernelAssetError(name, expectedSha256, null);
  }
  const actual = createHash('sha256').update(bytes).digest('hex');
  if (actual !== expectedSha256) throw new KernelAssetError(name, expectedSha256, actual);
  return bytes;
}

/** The assets for createKernel. @throws KernelAssetError where a file is missing or has another hash */
export async function loadKernelAssets(): Promise<{
  wasm: Uint8Array;
  tables: Uint8Array;
  tablesChecked: true;
}> {
  const [wasm, tables] = await Promise.all([
    readAsset('kernel.wasm', KERNEL_WASM_SHA256),
    readAsset('tables.bin', TABLES_SHA256),
  ]);
  return { wasm, tables, tablesChecked: true };
}
