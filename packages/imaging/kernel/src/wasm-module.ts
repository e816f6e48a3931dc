/**
 * The WebAssembly module's exports as the host sees them (assembly/index.ts), and its instantiation. Pointers are byte
 * offsets into the imported memory; their meaning is documented in assembly/.
 */
/* prettier-ignore */
export interface WasmExports {
  seed(state: number, a: number, b: number, c: number, d: number): void;
  fillWords(state: number, out: number, n: number): void;
  fillNormals(state: number, out: number, n: number): void;
  poissonCount(state: number, a: number, b: number, c: number, d: number, mean: number): number;
  poissonRow(state: number, mean: number, counts: number, n: number): void;
  poissonUniformRow(state: number, table: number, bits: number, base: number, counts: number, n: number): void;
  realiseRectangle(state: number, mean: number, counts: number, stride: number,
    x0: number, x1: number, y0: number, y1: number, line: number): number;
  shootPoint(state: number, n: number, psf: number, bx: number, by: number, dx: number, dy: number,
    counts: number, stride: number, nx: number, ny: number, dump: number): number;
  shootSersic(state: number, n: number, galaxy: number, psf: number, bx: number, by: number, dx: number, dy: number,
    a11: number, a12: number, a21: number, a22: number,
    counts: number, stride: number, nx: number, ny: number, dump: number): number;
  shootBatch(records: number, n: number, state: number, countWord: number, mostQuickCount: number, psf: number,
    counts: number, stride: number, nx: number, ny: number, dump: number): number;
  leastWords(state: number, steps: number, out: number): void;
  leastWordsBatch(records: number, n: number, state: number, countWord: number, headroom: number): number;
  shootSersicBeyond(state: number, n: number, galaxy: number, psf: number, bx: number, by: number, dx: number, dy: number,
    a11: number, a12: number, a21: number, a22: number,
    counts: number, stride: number, nx: number, ny: number, dump: number, galaxyLimit: number, psfLimit: number): void;
  blend(low: number, high: number, w: number, n: number, out: number): void;
  phases(x: number, y: number, n: number, cosX: number, sinX: number, cosY: number, sinY: number): void;
  quarterPlane(psf: number, sinc: number, par: number, size: number, pitch: number, out: number): void;
  stamp(n: number, zones: number, galaxy: number, psf: number, grid: number, pitch: number, sinc: number, twiddles: number,
    px: number, py: number, par: number, scratch: number, mean: number, stride: number, bx: number, by: number,
    x0: number, x1: number, y0: number, y1: number): number;
  radialStamp(table: number, base: number, last: number, top: number, bx: number, by: number, dx: number, dy: number,
    flux: number, radius: number, hole: number, mean: number, stride: number, nx: number, ny: number): number;
  addConstant(target: number, n: number, value: number): void;
  addBilinear(grid: number, gx: number, gy: number, line: number, mean: number, stride: number, nx: number, ny: number,
    y0: number, y1: number): void;
  gatherRow(source: number, target: number, n: number, flip: number, scale: number): void;
  addDark(state: number, thresholds: number, count: number, target: number, n: number, scale: number): void;
  crosstalk(matrix: number, source: number, target: number, pitch: number, n: number): void;
  parallelTransfer(row: number, previous: number, out: number, n: number, keep: number, take: number): void;
  serialTransfer(row: number, keep: number, take: number, out: number, n: number): void;
  digitize(state: number, source: number, target: number, n: number, noise: number, bias: number): void;
  bigEndianRow(counts: number, mean: number, out: number, n: number): void;
  maxOfRow(source: number, n: number): number;
  riceEncode(source: number, n: number, out: number, scratch: number): number;
}

/** Instantiates the kernel on a memory. Compiling bytes takes some 10 ms; a compiled module may be handed in instead. */
export async function instantiateWasm(
  wasm: Uint8Array | WebAssembly.Module,
  memory: WebAssembly.Memory,
): Promise<WasmExports> {
  const module = wasm instanceof WebAssembly.Module ? wasm : await WebAssembly.compile(new Uint8Array(wasm));
  const instance = await WebAssembly.instantiate(module, { env: { memory, abort: () => undefined } });
  return instance.exports as unknown as WasmExports;
}
