/** The settings of a server: from a YAML file, then the environment, then the command line, the later winning. */
import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { homedir, availableParallelism, totalmem } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { parse } from 'yaml';

const SettingsSchema = Type.Object(
  {
    home: Type.String({ minLength: 1, description: 'folder of everything that is kept' }),
    host: Type.String({ minLength: 1, default: '127.0.0.1', description: 'address to listen at' }),
    port: Type.Integer({ minimum: 0, maximum: 65_535, default: 8470, description: 'port; 0: any free one' }),
    databaseUrl: Type.Optional(
      Type.String({
        pattern: '^postgres(ql)?://',
        description: 'PostgreSQL 15 or later; default: an embedded one in home',
      }),
    ),
    publicUrl: Type.Optional(
      Type.String({ pattern: '^https?://', description: 'address as users know it, behind a proxy' }),
    ),
    trustProxy: Type.Array(Type.String(), {
      default: [],
      description:
        'addresses and ranges of proxies whose X-Forwarded-For is believed; loopback or true: of this machine',
    }),
    siteFolder: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'folders of tasks; one for each host; default: site in home',
      }),
    ),
    siteMonitorUrl: Type.Optional(
      Type.String({
        pattern: '^https?://',
        description: 'page of the site’s own monitor; {run} and {job} stand for the ids',
      }),
    ),
    workers: Type.Integer({
      minimum: 1,
      maximum: 1024,
      description: 'detectors drawn at a time on this machine',
    }),
    memoryMb: Type.Integer({ minimum: 500, description: 'memory for all of them together' }),
    defaultQuotaBytes: Type.Number({ minimum: 0, default: 1e12, description: 'what a user may store' }),
    maxActiveTasks: Type.Integer({
      minimum: 1,
      default: 100_000,
      description: 'tasks that a user may have under way',
    }),
    retentionDays: Type.Optional(
      Type.Integer({ minimum: 1, description: 'products are dropped after so many days; default: never' }),
    ),
    maxUploadBytes: Type.Integer({
      minimum: 1,
      default: 20_000_000_000,
      description: 'size of an uploaded catalog',
    }),
    crawlBytesPerS: Type.Number({
      minimum: 1,
      default: 20_000_000,
      description: 'how fast stored files are read again to check them',
    }),
    requestsPerMinute: Type.Integer({ minimum: 1, default: 6000, description: 'per address' }),
    logLevel: Type.Unsafe<'fatal' | 'error' | 'warn' | 'info' | 'debug' | 'silent'>({
      type: 'string',
      enum: ['fatal', 'error', 'warn', 'info', 'debug', 'silent'],
      default: 'info',
    }),
    smtpUrl: Type.Optional(
      Type.String({
        pattern: '^smtps?://',
        description: 'mail server that tells of the ends of runs, as smtps://name:password@mail.example.org',
      }),
    ),
    mailFrom: Type.Optional(Type.String({ minLength: 3, description: 'sender of these mails' })),
    webhookUrl: Type.Optional(
      Type.String({ pattern: '^https?://', description: 'address that is sent the ends of runs as JSON' }),
    ),
    webhookSecret: Type.Optional(
      Type.String({ minLength: 8, description: 'signs what is sent there: X-ImSim-OD-Signature' }),
    ),
    sedDir: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'SED files of instance catalogs; default: SIMS_SED_LIBRARY_DIR, else colours by family',
      }),
    ),
    portalFolder: Type.Optional(
      Type.String({
        minLength: 1,
        description: 'files of the built portal; default: as the build left them',
      }),
    ),
    workerPath: Type.Optional(Type.String({ description: 'the imsim-od program that workers run' })),
  },
  { additionalProperties: false },
);

/** Settings with every default in place. */
export type Settings = Static<typeof SettingsSchema>;

/** The names of all settings. */
export const settingNames: readonly string[] = Object.keys(SettingsSchema.properties);

/** A setting that breaks a rule. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError';
  readonly code = 'SERVER_SETTINGS';
}

type Mapping = Record<string, unknown>;

/**
 * Reads the settings.
 * @param options from the command line; `config` names a YAML file, default `server.yaml` in home where there is one
 * @throws SettingsError naming the setting and where it came from
 */
export function readSettings(
  options: Mapping & { readonly config?: string },
  env: NodeJS.ProcessEnv,
): Settings {
  const { config, ...given } = options;
  const fromEnvironment = environmentSettings(env);
  const home = resolve(String(given['home'] ?? fromEnvironment['home'] ?? defaultHome(env)));
  const file = config ?? join(home, 'server.yaml');
  const fromFile = config !== undefined || existsSync(file) ? readFile(file) : {};
  const layers: [string, Mapping][] = [
    [file, fromFile],
    ['the environment', fromEnvironment],
    ['the command line', given],
  ];
  for (const [, layer] of layers)
    if (layer['trustProxy'] !== undefined) layer['trustProxy'] = toList(layer['trustProxy']);
  const merged: Mapping = {
    workers: availableParallelism(),
    memoryMb: Math.max(500, Math.floor((totalmem() / 1_048_576) * 0.8)),
    ...Object.fromEntries(
      layers.flatMap(([, layer]) => Object.entries(layer).filter(([, value]) => value !== undefined)),
    ),
    home,
  };
  const settings = Value.Default(SettingsSchema, merged);
  const [fault] = Value.Errors(SettingsSchema, settings);
  if (fault !== undefined) {
    const unknown = Object.keys(merged).find((name) => !(name in SettingsSchema.properties));
    const name = unknown ?? fault.instancePath.slice(1);
    const origin = layers.findLast(([, layer]) => layer[name] !== undefined)?.[0] ?? 'the defaults';
    throw new SettingsError(
      unknown === undefined
        ? `The setting ${name} is ${JSON.stringify(merged[name])} (from ${origin}): it ${fault.message}.`
        : `There is no setting ${unknown} (from ${origin}); there are ${Object.keys(SettingsSchema.properties).join(', ')}.`,
    );
  }
  const { trustProxy, smtpUrl, mailFrom } = settings as Settings;
  if (smtpUrl !== undefined && mailFrom === undefined)
    throw new SettingsError('The setting smtpUrl needs mailFrom, the address that mails come from.');
  const odd = trustProxy.find((proxy) => !isProxy(proxy));
  if (odd !== undefined)
    throw new SettingsError(
      `The setting trustProxy names ${JSON.stringify(odd)}: it must be loopback, an address, or a range such as 10.0.0.0/8.`,
    );
  return settings as Settings;
}

/** Proxies as they are written: true means those of this machine, a text may hold several with commas between. */
function toList(value: unknown): unknown {
  if (value === true || value === 'true') return ['loopback'];
  if (value === false || value === 'false') return [];
  return typeof value === 'string' ? value.split(',').map((part) => part.trim()) : value;
}

function isProxy(text: string): boolean {
  if (text === 'loopback') return true;
  const [address = '', bits, ...rest] = text.split('/');
  const version = isIP(address);
  if (version === 0 || rest.length > 0) return false;
  return bits === undefined || (/^[0-9]{1,3}$/.test(bits) && Number(bits) <= (version === 4 ? 32 : 128));
}

/** `$IMSIM_OD_HOME`, else the XDG data folder, else for root /var/lib/imsim-od. */
function defaultHome(env: NodeJS.ProcessEnv): string {
  const data = env['XDG_DATA_HOME'];
  if (data !== undefined && isAbsolute(data)) return join(data, 'imsim-od');
  return process.getuid?.() === 0 ? '/var/lib/imsim-od' : join(homedir(), '.local/share/imsim-od');
}

/** IMSIM_OD_HOME, IMSIM_OD_PORT, IMSIM_OD_DATABASE_URL and so on. Those of the command line's client are left alone. */
function environmentSettings(env: NodeJS.ProcessEnv): Mapping {
  const found: Mapping = {};
  for (const [name, schema] of Object.entries(SettingsSchema.properties)) {
    const text = env[`IMSIM_OD_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`];
    if (text === undefined || text === '') continue;
    const type = (schema as { readonly type?: string }).type;
    if (type === 'integer' || type === 'number') found[name] = Number(text);
    else found[name] = text;
  }
  return found;
}

function readFile(path: string): Mapping {
  let document: unknown;
  try {
    document = parse(readFileSync(path, 'utf8'), { maxAliasCount: 10 }) ?? {};
  } catch (cause) {
    throw new SettingsError(`${path}: ${cause instanceof Error ? cause.message : String(cause)}`);
  }
  if (typeof document !== 'object' || document === null || Array.isArray(document))
    throw new SettingsError(`${path}: settings are a mapping of names to values, such as "port: 8470"`);
  return document as Mapping;
}
