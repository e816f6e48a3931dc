/** `--set key=value`: one dotted key of the request put to a YAML value, in lists as well as in mappings. */
import { CliError } from '../errors.js';
import { EXIT_CODE } from '../exit-code.js';
import { parseSetting } from './request-document.js';

/** A `--set` taken apart. */
export interface Setting {
  readonly path: readonly string[];
  readonly value: unknown;
  /** Words for where the value came from. */
  readonly origin: string;
}

/** Takes `sky.0.faintIMag=24` apart; throws {@link CliError} (usage) where there is no key or no `=`. */
export function parseSettingOption(text: string): Setting {
  const at = text.indexOf('=');
  const key = at < 0 ? text : text.slice(0, at).trim();
  if (at < 0 || key === '' || key.split('.').some((part) => part === '')) {
    throw new CliError(
      `--set ${JSON.stringify(text)}: write key=value, such as seeingFwhm500Arcsec=0.8`,
      EXIT_CODE.usage,
    );
  }
  return { path: key.split('.'), value: parseSetting(text.slice(at + 1)), origin: `--set ${key}` };
}

/**
 * Returns a copy of `document` with the setting applied. Mappings on the way are made; a list is entered by an index it
 * has, or by the next one to append.
 */
export function applySetting(document: unknown, { path, value, origin }: Setting): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  const inner: Setting = { path: rest, value, origin };
  if (Array.isArray(document)) {
    const index = Number(key);
    if (!/^\d+$/.test(key) || index > document.length) {
      throw new CliError(
        `${origin}: a list of ${document.length} has no entry ${key} (entries count from 0)`,
      );
    }
    const copy: unknown[] = [...(document as unknown[])];
    copy[index] = applySetting(copy[index], inner);
    return copy;
  }
  const copy = new Map(Object.entries(typeof document === 'object' && document !== null ? document : {}));
  copy.set(key, applySetting(copy.get(key), inner));
  return Object.fromEntries(copy);
}
