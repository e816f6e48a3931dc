/**
 * The specification of a scene without a telescope: PSF, sources in pixels, sky and noise. The keys are those of the
 * `draw` command; nothing else is accepted. The schemas are JSON Schema, checked by a few lines of our own: the library that checks
 * requests takes longer to load than most scenes to draw.
 */
import { RequestError, type RequestFault } from '../request/request-error.js';
import { type Json, describeFault, describeValue, isPlainObject } from '../request/schema-faults.js';
import { type MappingSchema, isSound, findSchemaFaults } from './mapping-schema.js';

/** Most electrons of one source of a scene. */
const MAX_FLUX_ELECTRON = 1e15;
/** Most electrons of one source that is shot photon by photon: a Poisson number of them stays below 2^31. */
const MAX_PHOTON_FLUX_ELECTRON = 2e9;

/** Most electrons that one source of a scene may have, shot photon by photon or not. */
export function mostFluxElectrons(photons: boolean): number {
  return photons ? MAX_PHOTON_FLUX_ELECTRON : MAX_FLUX_ELECTRON;
}

const PsfSchema: MappingSchema = {
  type: 'object',
  required: ['kind', 'fwhmArcsec'],
  properties: {
    kind: { anyOf: [{ const: 'kolmogorov' }, { const: 'moffat' }, { const: 'gaussian' }] },
    fwhmArcsec: { type: 'number', exclusiveMinimum: 0, maximum: 60 },
    beta: { type: 'number', exclusiveMinimum: 1.1, maximum: 100 },
  },
};

/** What one source of a scene may be, as JSON Schema; no other keys. */
export const SourceSchema: MappingSchema = {
  type: 'object',
  required: ['kind', 'x', 'y', 'fluxElectrons'],
  properties: {
    kind: { anyOf: [{ const: 'point' }, { const: 'sersic' }] },
    n: { type: 'number', minimum: 0.3, maximum: 6.2 },
    halfLightRadiusArcsec: { type: 'number', minimum: 0, maximum: 600 },
    g1: { type: 'number', exclusiveMinimum: -1, exclusiveMaximum: 1 },
    g2: { type: 'number', exclusiveMinimum: -1, exclusiveMaximum: 1 },
    x: { type: 'number' },
    y: { type: 'number' },
    fluxElectrons: { type: 'number', minimum: 0, maximum: MAX_FLUX_ELECTRON },
  },
};

/** What a scene may be apart from its sources, as JSON Schema; no other keys. */
export const SceneSchema: MappingSchema = {
  type: 'object',
  required: ['nx', 'ny', 'pixelScaleArcsec', 'psf', 'photons', 'seed', 'skyElectrons', 'noise'],
  properties: {
    nx: { type: 'integer', minimum: 1, maximum: 8192 },
    ny: { type: 'integer', minimum: 1, maximum: 8192 },
    pixelScaleArcsec: { type: 'number', exclusiveMinimum: 0, maximum: 100 },
    psf: PsfSchema,
    photons: { type: 'boolean' },
    seed: { type: 'integer', minimum: 0, maximum: 0xffffffff },
    skyElectrons: { type: 'number', minimum: 0, maximum: 1e9 },
    noise: { type: 'boolean' },
  },
};

const DEFAULTS = { pixelScaleArcsec: 0.2, photons: false, seed: 1, skyElectrons: 0, noise: false };

/** One source of a scene. */
export interface DrawSource {
  readonly kind: 'point' | 'sersic';
  readonly n?: number;
  readonly halfLightRadiusArcsec?: number;
  readonly g1?: number;
  readonly g2?: number;
  readonly x: number;
  readonly y: number;
  readonly fluxElectrons: number;
}

/** A scene to draw; see {@link readDrawSpec}. */
export interface DrawSpec {
  readonly nx: number;
  readonly ny: number;
  readonly pixelScaleArcsec: number;
  readonly psf: {
    readonly kind: 'kolmogorov' | 'moffat' | 'gaussian';
    readonly fwhmArcsec: number;
    readonly beta?: number;
  };
  readonly sources: readonly DrawSource[];
  readonly photons: boolean;
  readonly seed: number;
  readonly skyElectrons: number;
  readonly noise: boolean;
}

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
  const filled: Json = { ...DEFAULTS, ...rest };
  const sources = given ?? [];
  const faults = [
    ...faultsUnder(SceneSchema, filled, ''),
    ...sourceFaults(sources, filled['photons'] === true),
  ];
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
function faultsUnder(schema: MappingSchema, document: Json, under: string): RequestFault[] {
  const faults = new Map<string, RequestFault>();
  findSchemaFaults(schema, document, '', (inner, fault) => {
    describeFault(document, fault, inner, schema, (key, message) => {
      const path = under === '' ? key : `${under}.${key}`;
      if (!faults.has(path))
        faults.set(path, { path, message: under === '' ? message : `${under}: ${message}` });
    });
  });
  return [...faults.values()];
}

/** The quick test that nearly every source of a long list passes. */
function isPlainValidSource(source: unknown, photons: boolean): source is DrawSource {
  return isSound(SourceSchema, source) && sourceRule(source, photons) === undefined;
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
