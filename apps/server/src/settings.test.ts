import { describe, expect, it } from 'vitest';
import { readSettings } from './settings.js';

const proxies = (trustProxy: unknown): readonly string[] =>
  readSettings({ home: '/nowhere', trustProxy }, {}).trustProxy;

describe('the setting trustProxy', () => {
  it('is a list of addresses and ranges; true means this machine', () => {
    expect(proxies(undefined)).toEqual([]);
    expect(proxies(false)).toEqual([]);
    expect(proxies(true)).toEqual(['loopback']);
    expect(proxies(['loopback', '10.0.0.0/8', '::1', 'fd00::/8'])).toHaveLength(4);
    const fromEnvironment = (text: string) =>
      readSettings({ home: '/nowhere' }, { IMSIM_OD_TRUST_PROXY: text }).trustProxy;
    expect(fromEnvironment('true')).toEqual(['loopback']);
    expect(fromEnvironment('loopback, 192.0.2.7')).toEqual(['loopback', '192.0.2.7']);
  });

  it.each([['everybody'], ['10.0.0.0/33'], ['10.0.0.0/8/8'], ['1'], ['::1/129'], ['']])(
    'refuses %j',
    (proxy) => {
      expect(() => proxies([proxy])).toThrow(/trustProxy/);
    },
  );

  it('refuses a number of proxies', () => {
    expect(() => proxies(1)).toThrow(/trustProxy/);
  });
});
