import { describe, expect, it } from 'vitest';
import { Value } from 'typebox/value';
import { SceneSchema, SourceSchema } from './draw-spec.js';
import { type MappingSchema, findSchemaFaults, isSound } from './mapping-schema.js';

/** The same schema for the library that judges: no other keys, at any depth. */
function strict(schema: MappingSchema): object {
  const properties = Object.entries(schema.properties).map(([key, value]) => [
    key,
    value.type === 'object' ? strict(value) : value,
  ]);
  return { ...schema, properties: Object.fromEntries(properties), additionalProperties: false };
}

const SCENE = {
  ...{
    nx: 10,
    ny: 8192,
    pixelScaleArcsec: 0.2,
    photons: true,
    seed: 4294967295,
    skyElectrons: 0,
    noise: false,
  },
  psf: { kind: 'moffat', fwhmArcsec: 0.7, beta: 2.5 },
};
const SOURCE = {
  kind: 'sersic',
  n: 6.2,
  halfLightRadiusArcsec: 0,
  g1: 0.5,
  g2: -0.5,
  x: -3,
  y: 1e9,
  fluxElectrons: 1,
};

/** Values at, just inside and just outside of every bound, and of every other kind. */
const VALUES: readonly unknown[] = [
  ...[0, -0, 1, -1, 0.3, 0.29, 6.2, 6.3, 1.1, 1.2, 100, 101, 60, 61, 600, 601, 8192, 8193, 1.5, -0.999],
  ...[1e9, 1.1e9, 1e15, 2e15, 4294967295, 4294967296, 5e-324, NaN, Infinity, -Infinity],
  ...['point', 'sersic', 'gaussian', 'Point', '', '1', true, false, null, [], [1], {}, { kind: 'point' }],
  ...[{ kind: 'gaussian', fwhmArcsec: 1 }, { kind: 'gaussian', fwhmArcsec: 1, kin: 2 }, { fwhmArcsec: 0 }],
];

function* variants(sound: Record<string, unknown>): Generator<unknown> {
  yield sound;
  yield* VALUES;
  for (const key of [...Object.keys(sound), 'beta', 'constructor', 'toString', 'other']) {
    const { [key]: _, ...without } = sound;
    yield without;
    for (const value of VALUES) yield { ...sound, [key]: value };
  }
  yield JSON.parse(`{"__proto__": 1, ${JSON.stringify(sound).slice(1)}`);
}

describe('a check against a mapping schema', () => {
  it.each([
    ['a scene', SceneSchema, SCENE],
    ['a source', SourceSchema, SOURCE],
  ])('of %s accepts what TypeBox accepts, and finds a fault where it finds one', (_, schema, sound) => {
    const judge = strict(schema);
    let refused = 0;
    for (const value of variants(sound)) {
      const expected = Value.Check(judge, value);
      if (!expected) refused++;
      const paths = new Set<string>();
      findSchemaFaults(schema, value, '', (path) => paths.add(path));
      expect(isSound(schema, value), JSON.stringify(value)).toBe(expected);
      expect(paths.size === 0, JSON.stringify(value)).toBe(expected);
      const judged = [...Value.Errors(judge, value)].map(({ instancePath }) =>
        instancePath.slice(1).replaceAll('/', '.'),
      );
      // the judge names a key that is not known both at its mapping and at itself
      for (const path of paths) expect(judged, JSON.stringify(value)).toContain(path);
    }
    expect(refused).toBeGreaterThan(100);
    expect(isSound(schema, sound)).toBe(true);
  });
});
