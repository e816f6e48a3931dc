/**
 * Reads the built kernel and its tables from the package's generated/ folder, under Node, and checks them against the
 * committed hashes.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { KERNEL_WASM_SHA256, TABLES_SHA256 } from '../asset-hashes.js';
import { KernelAssetError } from '../errors.js';

// src/node and dist/node lie equally deep
const generated = new URL('../../generated/', import.meta.url);

function readAsset(name: string, expectedSha256: string): Uint8Array {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(new URL(name, generated));
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
  const wasm = readAsset('kernel.wasm', KERNEL_WASM_SHA256);
  return { wasm, tables: readAsset('tables.bin', TABLES_SHA256), tablesChecked: true };
}
