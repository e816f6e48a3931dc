/** SHA-256 (FIPS 180-4) of bytes, synchronous and without any host API; constants are worked out from primes in integers. */

/** The first `count` primes. */
function primes(count: number): number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((p) => n % p !== 0)) found.push(n);
  return found;
}

/** The first 32 bits of the fractional part of the root-th root of n. */
function rootFraction(n: number, root: 2 | 3): number {
  const target = BigInt(n) << BigInt(32 * root);
  let low = 0n;
  let high = 1n << 40n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    const power = middle * middle * (root === 3 ? middle : 1n);
    if (power <= target) low = middle;
    else high = middle;
  }
  return Number(low & 0xffffffffn);
}

/** The constants of the rounds and the state at the start; made when first asked for. */
function constants(): { readonly round: Int32Array; readonly start: Int32Array } {
  return (constantsMade ??= {
    round: Int32Array.from(primes(64), (p) => rootFraction(p, 3) | 0),
    start: Int32Array.from(primes(8), (p) => rootFraction(p, 2) | 0),
  });
}

let constantsMade: ReturnType<typeof constants> | undefined;

function compress(state: Int32Array, w: Int32Array, round: Int32Array): void {
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15]!;
    const y = w[i - 2]!;
    const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
    const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
    w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0;
  }
  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let i = 0; i < 64; i++) {
    const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + round[i]! + w[i]!) | 0;
    const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + t1) | 0;
    d = c;
    c = b;
    b = a;
    a = (t1 + t2) | 0;
  }
  [a, b, c, d, e, f, g, h].forEach((v, i) => (state[i] = (state[i]! + v) | 0));
}

/** The 32-byte digest of these bytes. */
export function sha256(bytes: Uint8Array): Uint8Array {
  const whole = bytes.length - (bytes.length % 64);
  const tailLength = bytes.length - whole < 56 ? 64 : 128;
  const tail = new Uint8Array(tailLength);
  tail.set(bytes.subarray(whole));
  tail[bytes.length - whole] = 0x80;
  const tailView = new DataView(tail.buffer);
  tailView.setUint32(tailLength - 8, Math.floor(bytes.length / 536870912));
  tailView.setUint32(tailLength - 4, (bytes.length << 3) >>> 0);
  const { round, start } = constants();
  const state = start.slice();
  const w = new Int32Array(64);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let offset = 0; offset < whole; offset += 64) {
    for (let i = 0; i < 16; i++) w[i] = view.getInt32(offset + 4 * i);
    compress(state, w, round);
  }
  for (let offset = 0; offset < tailLength; offset += 64) {
    for (let i = 0; i < 16; i++) w[i] = tailView.getInt32(offset + 4 * i);
    compress(state, w, round);
  }
  const digest = new Uint8Array(32);
  const out = new DataView(digest.buffer);
  state.forEach((word, i) => out.setInt32(4 * i, word));
  return digest;
}

/** Bytes as lower-case hexadecimal text. */
export function toHex(bytes: Uint8Array): string {
  return Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join('');
}
