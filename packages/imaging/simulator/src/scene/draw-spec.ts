/**
 * The specification of a scene without a telescope: PSF, sources in pixels, sky and noise. The keys are those of the
 * `draw` command; nothing else is accepted.
 */
import Type, { type Static, type TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { RequestError, type RequestFault } from '../request/request-error.js';
import {
  type Json,
  type SchemaLike,
  describeFault,
  describeValue,
  isPlainObject,
} from '../request/schema-faults.js';

const strict = { additionalProperties: false };

/** Most electrons of one source of a scene. */
const MAX_FLUX_ELECTRON = 1e15;
/** Most electrons of one source that is shot photon by photon: a Poisson number of them stays below 2^31. */
const MAX_PHOTON_FLUX_ELECTRON = 2e9;

/** Most electrons that one source of a scene may have, shot photon by photon or not. */
export function mostFluxElectrons(photons: boolean): number {
  return photons ? MAX_PHOTON_FLUX_ELECTRON : MAX_FLUX_ELECTRON;
}

const PsfSchema = Type.Object(
  {
    kind: Type.Union([Type.Literal('kolmogorov'), Type.Literal('moffat'), Type.Literal('gaussian')]),
    fwhmArcsec: Type.Number({ exclusiveMinimum: 0, maximum: 60 }),
    beta: Type.Optional(Type.Number({ exclusiveMinimum: 1.1, maximum: 100 })),
  },
  strict,
);

const SourceSchema = Type.Object(
  {
    kind: Type.Union([Type.Literal('point'), Type.Literal('sersic')]),
    n: Type.Optional(Type.Number({ minimum: 0.3, maximum: 6.2 })),
    halfLightRadiusArcsec: Type.Optional(Type.Number({ minimum: 0, maximum: 600 })),
    g1: Type.Optional(Type.Number({ exclusiveMinimum: -1, exclusiveMaximum: 1 })),
    g2: Type.Optional(Type.Number({ exclusiveMinimum: -1, exclusiveMaximum: 1 })),
    x: Type.Number(),
    y: Type.Number(),
    fluxElectrons: Type.Number({ minimum: 0, maximum: MAX_FLUX_ELECTRON }),
  },
  strict,
);

const DrawSpecSchema = Type.Object(
  {
    nx: Type.Integer({ minimum: 1, maximum: 8192 }),
    ny: Type.Integer({ minimum: 1, maximum: 8192 }),
    pixelScaleArcsec: Type.Number({ exclusiveMinimum: 0, maximum: 100, default: 0.2 }),
    psf: PsfSchema,
    sources: Type.Array(SourceSchema, { default: [] }),
    photons: Type.Boolean({ default: false }),
    seed: Type.Integer({ minimum: 0, maximum: 0xffffffff, default: 1 }),
    skyElectrons: Type.Number({ minimum: 0, maximum: 1e9, default: 0 }),
    noise: Type.Boolean({ default: false }),
  },
  strict,
);

/** A scene to draw; see {@link readDrawSpec}. */
export type DrawSpec = Static<typeof DrawSpecSchema>;
/** One source of a scene. */
export type DrawSource = Static<typeof SourceSchema>;

/**
 * Validates a scene and fills its defaults. x, y are 0-based pixel centres; fluxes are total to infinity; shears are
 * GalSim's reduced shear, g1 along +x. Throws {@link RequestError} naming every fault (the first twenty).
 */
export function readDrawSpec(document: unknown, origin: string): DrawSpec {
  if (!isPlainObject(document)) {
    throw new RequestError(
      [{ path: '', message: 'a scene is a JSON object with nx, ny, psf and sources' }],
      origin,
    );
  }
  const { sources: given, ...rest } = document;
  const filled = Value.Default(DrawSpecSchema, { ...structuredClone(rest), sources: [] }) as Json;
  const sources = given ?? [];
  const faults = [...shapeFaults(filled), ...sourceFaults(sources, filled['photons'] === true)];
  if (faults.length > 0) throw new RequestError(faults.slice(0, 20), origin);
  const spec = { ...filled, sources } as unknown as DrawSpec;
  if (spec.psf.kind === 'moffat' && spec.psf.beta === undefined) {
    throw new RequestError(
      [{ path: 'psf.beta', message: 'psf.beta is missing; a moffat PSF needs it (above 1.1)' }],
      origin,
    );
  }
  return spec;
}

function shapeFaults(document: Json): RequestFault[] {
  return faultsUnder(DrawSpecSchema, document, '');
}

function sourceFaults(sources: unknown, photons: boolean): RequestFault[] {
  if (!Array.isArray(sources)) {
    return [{ path: 'sources', message: `sources is ${describeValue(sources)}; it must be a list` }];
  }
  const faults: RequestFault[] = [];
  for (let index = 0; index < sources.length && faults.length < 20; index++) {
    const source: unknown = sources[index];
    if (isPlainValidSource(source, photons)) continue;
    const path = `sources.${index}`;
    if (!isPlainObject(source)) {
      faults.push({
        path,
        message: `${path} is ${describeValue(source)}; a source is a mapping with a kind`,
      });
      continue;
    }
    const errors = faultsUnder(SourceSchema, source, path);
    faults.push(
      ...(errors.length > 0 ? errors : [{ path, message: `${path}: ${sourceRule(source, photons)}` }]),
    );
  }
  return faults;
}

/** What a schema finds wrong with a mapping, each key once; `under` is the mapping's own path. */
function faultsUnder(schema: SchemaLike & TSchema, document: Json, under: string): RequestFault[] {
  const faults = new Map<string, RequestFault>();
  for (const error of Value.Errors(schema, document)) {
    const inner = error.instancePath.slice(1).replaceAll('/', '.');
    describeFault(document, error, inner, schema, (key, message) => {
      const path = under === '' ? key : `${under}.${key}`;
      if (!faults.has(path))
        faults.set(path, { path, message: under === '' ? message : `${under}: ${message}` });
    });
  }
  return [...faults.values()];
}

/** The quick test that nearly every source of a long list passes. */
function isPlainValidSource(source: unknown, photons: boolean): source is DrawSource {
  return Value.Check(SourceSchema, source) && sourceRule(source, photons) === undefined;
}

function sourceRule(source: unknown, photons: boolean): string | undefined {
  const { kind, n, halfLightRadiusArcsec, g1 = 0, g2 = 0, fluxElectrons } = source as DrawSource;
  if (fluxElectrons > mostFluxElectrons(photons)) {
    return `fluxElectrons is ${fluxElectrons}; with photons it may be up to ${MAX_PHOTON_FLUX_ELECTRON}: draw without photons, with noise`;
  }
  if (kind === 'sersic' && (n === undefined || halfLightRadiusArcsec === undefined)) {
    return 'a sersic source needs n and halfLightRadiusArcsec';
  }
  if (g1 * g1 + g2 * g2 >= 1) return `the shear (${g1}, ${g2}) is 1 or more; |g| must stay under 1`;
  return undefined;
}
