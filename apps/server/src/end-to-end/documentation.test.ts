import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { API_PREFIX, ERRORS, isErrorCode, type RouteDefinition, ROUTES } from '@imsim-od/api';
import { FIELDS } from '@imsim-od/archive';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { settingNames } from '../settings.js';
import { testServer, type TestServer } from '../testing/test-server.js';

const root = fileURLToPath(new URL('../../../..', import.meta.url));
const page = (name: string): string => readFileSync(join(root, 'docs', name), 'utf8');
const cells = (line: string): string[] =>
  line
    .split('|')
    .slice(1, -1)
    .map((cell) => cell.trim());
const rows = (text: string, heading: string): string[][] => {
  const section = text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('| '))
    .slice(2)
    .map(cells);
};

let test: TestServer;
beforeAll(async () => {
  test = await testServer();
});
afterAll(() => test.close());

describe('docs/api.md', () => {
  it('has every error as the catalogue has it', () => {
    expect(rows(page('api.md'), 'Errors')).toEqual(
      Object.entries(ERRORS).map(([code, { status, title, advice }]) => [
        `\`${code}\``,
        String(status),
        title,
        advice,
      ]),
    );
  });

  it('has every address as the contract has it', () => {
    expect(rows(page('api.md'), 'Addresses')).toEqual(
      Object.values(ROUTES as Record<string, RouteDefinition>).map(({ method, path, policy, summary }) => [
        method,
        `\`${path}\``,
        policy === 'public' ? 'none' : `\`${policy.scope}\``,
        summary,
      ]),
    );
  });

  it('has every field of expressions', () => {
    expect(rows(page('api.md'), 'Expressions')).toEqual(
      [...FIELDS].map(([name, { type, description }]) => [`\`${name}\``, type, description]),
    );
  });
});

describe('docs/service.md', () => {
  it('has every setting', () => {
    expect(rows(page('service.md'), 'Settings').map(([name]) => name)).toEqual(
      settingNames.map((name) => `\`${name}\``),
    );
  });
});

describe('the catalogue of errors', () => {
  const raised = codesIn(['packages/service', 'packages/execution', 'apps/server/src']);

  it('has no code that nothing raises', () => {
    expect(Object.keys(ERRORS).filter((code) => !raised.has(code))).toEqual([]);
  });

  it('lacks no code that is raised, but for those that are told under another', () => {
    const kinds = new RegExp(
      `^(${[...new Set(Object.keys(ERRORS).map((code) => code.split('_')[0]))].join('|')})_`,
    );
    const absent = [...raised].filter((code) => kinds.test(code) && !isErrorCode(code));
    expect(absent.sort()).toEqual([
      'API_VALIDATION', // API_INVALID
      'ARCHIVE_AWAY', // API_UNAVAILABLE
      'ARCHIVE_BLOB', // met by background work alone
      'QUERY_BROKEN', // API_INTERNAL
      'RUN_TASK_REPORT', // met by the scheduler alone
    ]);
  });
});

/** What stands in quotes and looks like a code of an error, in the sources below the folders; the contract and the tests left out. */
function codesIn(folders: readonly string[]): ReadonlySet<string> {
  const isSource = ({ name, parentPath }: { readonly name: string; readonly parentPath: string }): boolean =>
    /(?<!\.test|\.d)\.ts$/.test(name) &&
    parentPath.includes('/src') &&
    !/node_modules|\/api\/src|\/testing/.test(parentPath);
  const texts = folders.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && isSource(entry))
      .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')),
  );
  return new Set(
    texts.flatMap((text) => [...text.matchAll(/'([A-Z]+(?:_[A-Z0-9]+)+)'/g)].map(([, code]) => code ?? '')),
  );
}

describe('the OpenAPI document', () => {
  it('has every address with its errors, scope and shapes', async () => {
    const document = (await (await fetch(`${test.url}${API_PREFIX}/openapi.json`)).json()) as {
      openapi: string;
      paths: Record<
        string,
        Record<string, { operationId?: string; responses: Record<string, unknown>; security?: unknown[] }>
      >;
    };
    expect(document.openapi).toBe('3.1.0');
    const described = Object.entries(document.paths).flatMap(([path, methods]) =>
      Object.entries(methods).map(
        ([method, operation]) => [`${method.toUpperCase()} ${path}`, operation] as const,
      ),
    );
    const byAddress = new Map<string, (typeof described)[number][1]>(described);
    for (const [name, route] of Object.entries(ROUTES as Record<string, RouteDefinition>)) {
      const address = `${route.method} ${API_PREFIX}${route.path.replace(/:([A-Za-z]+)/g, '{$1}')}`;
      const operation = byAddress.get(address);
      expect([address, operation?.operationId]).toEqual([address, name]);
      for (const code of route.errors)
        expect(Object.keys(operation?.responses ?? {})).toContain(String(ERRORS[code].status));
      expect(operation?.security).toEqual(route.policy === 'public' ? [] : undefined);
    }
  });

  it('is shown on a page that needs nothing from elsewhere', async () => {
    const html = await (await fetch(`${test.url}${API_PREFIX}/docs/`)).text();
    expect(html).toContain('ImSim On Demand API');
    expect(html).not.toMatch(/(src|href)="https?:/);
  });
});
