/** What the portal does, as code: every text is copied from the page and run as it stands, by a shell, curl and Python. */
import { execFile } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { hasPython, pythonPath, repositoryRoot, runTool } from '@imsim-od/testing';
import type { Locator } from 'playwright-core';
import { parseAllDocuments } from 'yaml';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { smallRequest, type TestUser, untilEnded } from '../../apps/server/src/testing/test-server.js';
import { hasBrowser, type PortalUnderTest, SET_UP_MS, startPortal, type Visitor } from './support/portal.js';

const DETECTORS = ['R22_S11', 'R01_S00'] as const;
/** With a comment, which goes to the end of its line. */
const SQL = 'select detector, count(*) as n -- by detector, as "$HOME"\nfrom truth\ngroup by 1\norder by 1';

describe.skipIf(!hasBrowser || !hasPython)('the portal as code', { sequential: true }, () => {
  let portal: PortalUnderTest;
  let grace: TestUser;
  let visitor: Visitor;
  let runId: string;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'imsim-od-as-code-'));
    const command = join(folder, 'imsim-od');
    writeFileSync(
      command,
      `#!/bin/sh\nexec '${process.execPath}' '${repositoryRoot}/apps/imsim-od/bin/imsim-od.js' "$@"\n`,
    );
    chmodSync(command, 0o755);
    portal = await startPortal();
    grace = await portal.server.user('grace');
    const { id } = await grace.client.call('submitRun', {
      body: { name: 'as code', requests: [smallRequest({ detectors: [...DETECTORS], products: ['truth'] })] },
    });
    await untilEnded(grace.client, id);
    runId = id;
    visitor = await portal.open('grace');
  }, SET_UP_MS);
  afterAll(async () => {
    await visitor.close();
    await portal.close();
    rmSync(folder, { recursive: true });
  });

  /** Runs a text in the folder, with a token in the environment and this portal's address. The server is in this process: it must go on. */
  const run = async (tongue: string, text: string): Promise<string> => {
    const [program, option] = tongue === 'Python' ? [pythonPath, '-c'] : ['/bin/sh', '-c'];
    const { stdout } = await promisify(execFile)(program, [option, text], {
      cwd: folder,
      encoding: 'utf8',
      timeout: 60_000,
      env: {
        PATH: [folder, process.env['PATH'] ?? ''].join(delimiter),
        HOME: folder,
        XDG_CONFIG_HOME: folder,
        IMSIM_OD_TOKEN: grace.token,
        IMSIM_OD_URL: portal.server.url,
      },
    });
    return stdout;
  };
  /** The texts under the tabs of a part of the page, by tab. */
  const textsOf = async (part: Locator): Promise<Readonly<Record<string, string>>> => {
    const texts: Record<string, string> = {};
    for (const tab of await part.getByRole('tab').all()) {
      await tab.click();
      const name = await tab.innerText();
      texts[name] = (await part.getByRole('tabpanel', { name }).locator('pre').textContent()) ?? '';
    }
    return texts;
  };
  const asCode = async (): Promise<Readonly<Record<string, string>>> => {
    const { page } = visitor;
    await page.getByRole('button', { name: 'As code', exact: true }).click();
    const texts = await textsOf(page.getByRole('dialog'));
    await page.keyboard.press('Escape');
    return texts;
  };

  it('takes the same files home', async () => {
    const { page } = visitor;
    await page.goto(
      `/data?${new URLSearchParams({ expression: "type = 'truth' and detector like 'R22%'" })}`,
    );
    await page
      .getByRole('status')
      .filter({ hasText: /^2 files/ })
      .waitFor();
    const { 'Command line': command = '', HTTP: http = '', Python: python = '' } = await asCode();
    await run('Command line', command);
    const taken = readdirSync(join(folder, 'my-files'));
    expect(taken.map((name) => name.slice(name.indexOf('R22')))).toEqual([
      'R22_S11-det094.fits',
      'R22_S11-det094.parquet',
    ]);
    const zip = join(folder, 'files.zip');
    for (const [tongue, text] of Object.entries({ HTTP: http, Python: python })) {
      await run(tongue, text);
      const list = runTool(pythonPath, ['-m', 'zipfile', '-l', zip]);
      for (const name of taken) expect(list).toContain(name);
      expect(list).not.toContain('R01');
      rmSync(zip);
    }
  });

  it('asks the same question, its comment and its datasets included', async () => {
    const { page } = visitor;
    await page.goto('/truth');
    // Key by key: on what takes the place of a selection Chromium sets a style, which the page's policy refuses.
    await page.getByRole('textbox', { name: 'SQL' }).click();
    await page.keyboard.press('Control+A');
    await page.keyboard.press('Backspace');
    await page.keyboard.type(SQL);
    await page.getByLabel('Of which datasets').fill("detector = 'R22_S11'");
    for (const [tongue, text] of Object.entries(await asCode())) {
      const answer = await run(tongue, text);
      expect(answer, tongue).toContain('R22_S11');
      expect(answer, tongue).not.toContain('R01_S00');
    }
  });

  it('submits the same request', async () => {
    const { page } = visitor;
    const document = smallRequest({ detectors: ['R22_S11'], products: ['truth'] });
    await page.goto(`/design#request=${Buffer.from(JSON.stringify(document)).toString('base64url')}`);
    await page.getByLabel('Name of the run').fill("it's code");
    const { YAML: yaml = '', ...programs } = await asCode();
    expect(parseAllDocuments(yaml).map((one) => one.toJS() as unknown)).toEqual([document]);
    expect(Object.keys(programs)).toEqual(['Command line', 'HTTP', 'Python']);
    for (const [tongue, text] of Object.entries(programs)) await run(tongue, text);
    expect(readFileSync(join(folder, 'request.yaml'), 'utf8')).toBe(yaml);
    const { items } = await grace.client.call('listRuns', {});
    const made = items.filter(({ name }) => name === "it's code");
    expect(made).toHaveLength(3);
    for (const { id } of made) {
      const { requests } = await grace.client.call('readRequests', { params: { id } });
      expect(requests).toMatchObject([{ visitId: 7, detectors: ['R22_S11'], products: ['truth'] }]);
      await untilEnded(grace.client, id);
    }
  });

  it('shows what was done and what a screen reads, and each of it works', async () => {
    const { page } = visitor;
    await page.goto(`/runs/${runId}`);
    await page.getByRole('tab', { name: 'Tasks' }).click();
    await page.getByRole('link', { name: 'Change and run again' }).click();
    await page.getByRole('switch', { name: /^vignetting/i }).uncheck();
    await page.getByRole('row', { name: 'effects.vignetting true false' }).waitFor();
    await page.getByRole('button', { name: 'Submit' }).click();
    await page.getByRole('heading', { name: 'as code (changed)' }).waitFor();
    await untilEnded(grace.client, new URL(page.url()).pathname.slice('/runs/'.length));
    await page.keyboard.press('c');
    const drawer = page.getByRole('dialog', { name: 'This screen as code' });
    await drawer.getByRole('heading', { name: 'What this screen reads' }).waitFor();
    expect(await visitor.violations()).toEqual([]);
    const controls = drawer.getByRole('button', { name: /(GET|POST|PATCH|DELETE) \// });
    const seen: string[] = [];
    for (const control of await controls.all()) {
      await control.click();
      const address = (await control.innerText()).split('\n').at(-1) ?? '';
      seen.push(address);
      for (const [tongue, text] of Object.entries(await textsOf(drawer)))
        if (tongue !== 'YAML') await run(tongue, text);
      await control.click();
    }
    expect(seen).toEqual(expect.arrayContaining(['POST /runs/:id/clone', 'GET /runs/:id', 'GET /datasets']));
    const { items } = await grace.client.call('listRuns', {});
    expect(items.filter(({ name }) => name === 'as code (changed)')).toHaveLength(4);
    await visitor.picture('this-screen-as-code');
    await page.keyboard.press('Escape');
    await drawer.waitFor({ state: 'hidden' });
  });

  it('keeps back what is secret', async () => {
    const { page } = visitor;
    await page.goto('/account');
    await page.getByRole('button', { name: 'New token' }).click();
    await page.getByLabel('What it is for').fill('my notebook');
    const dialog = page.getByRole('dialog', { name: 'New token' });
    for (const scope of ['runs:write', 'data:write', 'query', 'account'])
      await dialog.getByRole('checkbox', { name: scope }).uncheck();
    const { 'Command line': command = '' } = await textsOf(dialog);
    expect(await run('Command line', command)).toMatch(/iod_/);
    const { items } = await grace.client.call('listTokens', {});
    expect(items.find(({ name }) => name === 'my notebook')?.scopes).toEqual(['runs:read', 'data:read']);
    await page.keyboard.press('Escape');
    await page.getByRole('textbox', { name: 'Present password' }).fill('not the password');
    await page.getByRole('textbox', { name: 'New password' }).fill('another secret of mine');
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('The name or the password is wrong').waitFor();
    await page.getByRole('button', { name: 'This screen as code' }).click();
    await page.getByRole('heading', { name: 'What you did' }).waitFor();
    await page.getByText('Nothing was changed since this page was loaded.').waitFor();
    expect(visitor.faults()).toEqual([]);
  });
});
