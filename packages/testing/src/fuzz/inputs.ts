/** Inputs for parsers: valid ones damaged, soups of a format's own words, and noise. */
import fc from 'fast-check';

/** One damage done to bytes; places are taken modulo the length. */
export type Damage =
  | { readonly kind: 'flip'; readonly at: number; readonly bit: number }
  | { readonly kind: 'set'; readonly at: number; readonly value: number }
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'drop'; readonly at: number; readonly length: number }
  | { readonly kind: 'repeat'; readonly at: number; readonly length: number; readonly times: number }
  | { readonly kind: 'put'; readonly at: number; readonly bytes: Uint8Array }
  | { readonly kind: 'splice'; readonly at: number; readonly other: number; readonly from: number };

const PLACE = fc.nat(0x7fffffff);
const LENGTH = fc.oneof(fc.nat(8), fc.nat(400));
/** Numbers at which lengths and counts go over. */
const EDGES = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0x8000, 0xffff, 0x7fffffff, 0x80000000, 0xffffffff];

function edgeBytes(): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(fc.constantFrom(...EDGES), fc.boolean(), fc.constantFrom(1, 2, 4, 8))
    .map(([value, isLittle, width]) => {
      const view = new DataView(new ArrayBuffer(8));
      view.setUint32(isLittle ? 0 : 4, value, isLittle);
      const bytes = new Uint8Array(view.buffer);
      return isLittle ? bytes.slice(0, width) : bytes.slice(8 - width);
    });
}

/** @param words a format's own words, put in at any place */
function damage(words: readonly string[]): fc.Arbitrary<Damage> {
  const texts = words.map((word) => new TextEncoder().encode(word));
  const put = fc.oneof(
    fc.uint8Array({ maxLength: 6 }),
    edgeBytes(),
    ...(texts.length > 0 ? [fc.constantFrom(...texts)] : []),
  );
  return fc.oneof(
    fc.record({ kind: fc.constant('flip' as const), at: PLACE, bit: fc.nat(7) }),
    fc.record({ kind: fc.constant('set' as const), at: PLACE, value: fc.nat(255) }),
    fc.record({ kind: fc.constant('cut' as const), at: PLACE }),
    fc.record({ kind: fc.constant('drop' as const), at: PLACE, length: LENGTH }),
    fc.record({
      kind: fc.constant('repeat' as const),
      at: PLACE,
      length: LENGTH,
      times: fc.integer({ min: 1, max: 4 }),
    }),
    fc.record({ kind: fc.constant('put' as const), at: PLACE, bytes: put }),
    fc.record({ kind: fc.constant('splice' as const), at: PLACE, other: PLACE, from: PLACE }),
  );
}

/** Valid inputs with up to six damages each. */
export function damaged(
  valid: readonly Uint8Array[],
  words: readonly string[] = [],
): fc.Arbitrary<Uint8Array> {
  return fc
    .tuple(
      fc.nat(valid.length - 1),
      fc.oneof(
        fc.array(damage(words), { minLength: 1, maxLength: 1 }),
        fc.array(damage(words), { minLength: 1, maxLength: 6 }),
      ),
    )
    .map(([index, damages]) => damages.reduce((bytes, each) => apply(bytes, each, valid), valid[index]!));
}

/** Texts made of a format's own words, its separators, and a little of anything. */
export function soupOf(words: readonly string[], separators: readonly string[]): fc.Arbitrary<string> {
  const word = fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...words) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 5 }) },
    { weight: 1, arbitrary: fc.double().map(String) },
    { weight: 1, arbitrary: fc.integer().map(String) },
  );
  return fc
    .array(fc.tuple(word, fc.constantFrom(...separators)), { maxLength: 60 })
    .map((parts) => parts.map(([text, separator]) => text + separator).join(''));
}

function apply(bytes: Uint8Array, step: Damage, valid: readonly Uint8Array[]): Uint8Array {
  if (bytes.length === 0) return step.kind === 'put' ? step.bytes : bytes;
  const at = step.at % bytes.length;
  switch (step.kind) {
    case 'flip':
      return changed(bytes, at, bytes[at]! ^ (1 << step.bit));
    case 'set':
      return changed(bytes, at, step.value);
    case 'cut':
      return bytes.slice(0, at);
    case 'drop':
      return joined(bytes.subarray(0, at), bytes.subarray(at + step.length));
    case 'repeat': {
      const part = bytes.subarray(at, at + step.length);
      return joined(
        bytes.subarray(0, at),
        ...Array.from({ length: step.times }, () => part),
        bytes.subarray(at),
      );
    }
    case 'put':
      return joined(bytes.subarray(0, at), step.bytes, bytes.subarray(at + step.bytes.length));
    case 'splice': {
      const other = valid[step.other % valid.length]!;
      return joined(bytes.subarray(0, at), other.subarray(step.from % other.length));
    }
  }
}

function changed(bytes: Uint8Array, at: number, value: number): Uint8Array {
  // `slice` of a Buffer is no copy.
  const copy = Uint8Array.from(bytes);
  copy[at] = value;
  return copy;
}

function joined(...parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
