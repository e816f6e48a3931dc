/**
 * The whole way from a request to FITS bytes inside a page, with the packages that the command line uses. The kernel's module
 * and tables are fetched from beside the page; checksums are the browser's own.
 */
import { createKernel } from '@imsim-od/kernel';
import { type ProductSink, expandRequest, readRequest, simulateDetector } from '@imsim-od/simulator';

/** Name of a product and the SHA-256 of its bytes, 64 hexadecimal digits. */
export interface PageProduct {
  readonly name: string;
  readonly sha256: string;
}

declare global {
  interface Window {
    simulateInPage?: (document: unknown) => Promise<PageProduct[]>;
  }
}

window.simulateInPage = async (document) => {
  const { request } = readRequest([{ origin: 'page', document }]);
  const [wasm, tables] = await Promise.all(['kernel.wasm', 'tables.bin'].map(fetchBytes));
  if (wasm === undefined || tables === undefined) throw new Error('the kernel is not beside the page');
  const kernel = await createKernel({ wasm, tables });
  const made: PageProduct[] = [];
  for (const recipe of expandRequest(request, []).recipes) {
    await simulateDetector(recipe, {
      kernel,
      catalogs: [],
      products: request.products,
      openSink: (name) => digestSink(name, made),
    });
  }
  return made;
};

async function fetchBytes(name: string): Promise<Uint8Array> {
  const response = await fetch(`./${name}`);
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return new Uint8Array(await response.arrayBuffer());
}

/** Keeps the bytes, and hashes them at the end. */
function digestSink(name: string, made: PageProduct[]): ProductSink {
  const chunks: Uint8Array[] = [];
  return {
    write: (chunk) => chunks.push(chunk.slice()),
    close: async () => {
      const bytes = new Uint8Array(await new Blob(chunks as Uint8Array<ArrayBuffer>[]).arrayBuffer());
      const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
      const sha256 = Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
      made.push({ name, sha256 });
      return { bytes: bytes.length, sha256, adler32: '00000000' };
    },
    discard: () => Promise.resolve(),
  };
}
