import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testServer, type TestServer } from '../testing/test-server.js';

const HTML = { headers: { accept: 'text/html,application/xhtml+xml' } };

describe('the portal’s files', () => {
  let test: TestServer;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'imsim-od-portal-'));
    mkdirSync(join(folder, 'assets'));
    writeFileSync(join(folder, 'index.html'), '<!doctype html><script nonce="__CSP_NONCE__"></script>');
    writeFileSync(join(folder, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
    writeFileSync(join(folder, 'assets/main-0a1b2c.js'), 'export {};');
    mkdirSync(join(folder, 'js9'));
    writeFileSync(join(folder, 'js9/frame.html'), '<!doctype html><title>viewer</title>');
    writeFileSync(join(folder, 'js9/bridge.js'), '(function () {})();');
    test = await testServer({ portalFolder: folder });
  });
  afterAll(async () => {
    await test.close();
    rmSync(folder, { recursive: true });
  });

  it('are its page at every address of a page, each time with another nonce', async () => {
    const nonces = new Set<string>();
    for (const path of [
      '/',
      '/runs',
      '/runs/01994f3a-77aa-7bbb-8ccc-0123456789ab?task=3',
      '/setup',
      '/no/such/page',
    ]) {
      const answer = await fetch(`${test.url}${path}`, HTML);
      expect(answer.status).toBe(200);
      const policy = answer.headers.get('content-security-policy') ?? '';
      expect(policy).toContain("default-src 'none'");
      expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'|https?:/);
      const nonce = /'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
      expect(await answer.text()).toContain(`nonce="${nonce}"`);
      expect(answer.headers.get('cache-control')).toBe('no-store');
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      nonces.add(nonce);
    }
    expect(nonces.size).toBe(5);
  });

  it('are kept by browsers, since their names change with what is in them', async () => {
    const answer = await fetch(`${test.url}/assets/main-0a1b2c.js`);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toMatch(/javascript/);
    expect(answer.headers.get('cache-control')).toMatch(/max-age=31536000, immutable/);
    const icon = await fetch(`${test.url}/icon.svg`);
    expect(icon.headers.get('content-type')).toBe('image/svg+xml');
  });

  it('have the viewer’s page in a sandbox that loads its own files and reaches nothing else', async () => {
    const page = await fetch(`${test.url}/js9/frame.html`);
    expect(page.status).toBe(200);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^sandbox allow-scripts; default-src 'none'; /);
    expect(policy).toContain(`script-src ${test.url}/js9/ 'wasm-unsafe-eval'`);
    expect(policy).toContain(`connect-src ${test.url}/js9/`);
    expect(policy).toContain(`frame-ancestors ${test.url}`);
    expect(policy).not.toMatch(/allow-same-origin|'unsafe-eval'|\*/);
    // Its own origin is nobody's, so that its files count as another site's.
    const script = await fetch(`${test.url}/js9/bridge.js`);
    expect(script.headers.get('cross-origin-resource-policy')).toBe('cross-origin');
    expect(script.headers.get('access-control-allow-origin')).toBe('*');
    expect(
      (await fetch(`${test.url}/js9/../index.html`)).headers.get('access-control-allow-origin'),
    ).toBeNull();
    expect((await fetch(`${test.url}/js9/none.js`)).status).toBe(404);
  });

  it('take no address of the API or of a file, and none of a program', async () => {
    for (const path of [
      '/api/v1/no-such',
      '/assets/missing-000000.js',
      '/favicon.ico',
      '/assets/../index.html/x.js',
    ])
      expect((await fetch(`${test.url}${path}`, HTML)).status).toBe(404);
    expect((await fetch(`${test.url}/runs`)).status).toBe(404);
    expect((await fetch(`${test.url}/runs`, { method: 'POST', ...HTML })).status).toBe(404);
  });
});

describe('without the portal', () => {
  it('the service works, and says at its address how to build it', async () => {
    const test = await testServer({ portalFolder: '/nonexistent' });
    const answer = await fetch(`${test.url}/`, HTML);
    expect(answer.status).toBe(200);
    expect(await answer.text()).toContain('make build');
    expect((await fetch(`${test.url}/setup`, HTML)).status).toBe(200);
    expect((await fetch(`${test.url}/runs`, HTML)).status).toBe(404);
    await test.close();
  });
});
