import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasPython, runPython } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import { actOf, withFile } from './act.js';
import { shellWord } from './shell-word.js';

const ORIGIN = 'http://127.0.0.1:8470';
const NASTY = `it's "quoted" $HOME \`id\` \\ ☆\n<b>`;

describe('an act in other tongues', () => {
  it('is the call of the contract, its parameters and query filled in', () => {
    const act = actOf(ORIGIN, 'readTaskLog', {
      params: { id: 'a/b', index: '3' },
      query: { stream: 'stderr' },
    });
    expect(act.http).toContain(`${ORIGIN}/api/v1/runs/a%2Fb/tasks/3/log?stream=stderr`);
    expect(act.command).toBe('imsim-od log a/b 3');
    expect(act.file).toBeUndefined();
  });

  it('hands any text to a shell as it is', () => {
    const { stdout } = spawnSync('sh', ['-c', `printf %s ${shellWord(NASTY)}`], { encoding: 'utf8' });
    expect(stdout).toBe(NASTY);
  });

  it('sends a document that no word of a command line can hold by standard input', () => {
    const body = { name: NASTY, requests: [{ note: "x'".repeat(60_000) }] };
    const { http } = actOf(ORIGIN, 'submitRun', { body });
    const stand = `curl() { cat; }\n${http}`;
    const { stdout } = spawnSync('sh', ['-s'], { input: stand, encoding: 'utf8' });
    expect(JSON.parse(stdout)).toEqual(body);
  });

  it('writes the file that the command reads, whatever is in it', () => {
    const documents = [{ note: `${NASTY}\nEND_OF_YAML\n` }, { list: ['END_OF_YAML', 'END_OF_YAML\n'] }];
    const yaml = documents.map((document) => stringify(document)).join('---\n');
    const folder = mkdtempSync(join(tmpdir(), 'imsim-od-act-'));
    try {
      const { stdout } = spawnSync('sh', ['-c', withFile('requests.yaml', yaml, 'cat requests.yaml')], {
        cwd: folder,
        encoding: 'utf8',
      });
      expect(parseAllDocuments(stdout).map((one) => one.toJS() as unknown)).toEqual(documents);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('keeps a file that is answered, shows text, and takes nothing for a document', () => {
    const zip = actOf(ORIGIN, 'downloadZip', { query: { expression: "band = 'r'" } });
    expect(zip.http).toMatch(/ --output files\.zip$/);
    expect(zip.python).toContain('    stream=True,\n');
    expect(zip.python).toContain('with open("files.zip", "wb") as file:');
    const list = actOf(ORIGIN, 'manifest', {});
    expect(list.http).not.toContain('--output');
    expect(list.python).toMatch(/\nprint\(answer\.text\)$/);
    const nothing = actOf(ORIGIN, 'deleteRun', { params: { id: '1' } });
    expect(nothing.python).toMatch(/\nanswer\.raise_for_status\(\)$/);
  });

  it.skipIf(!hasPython)('is Python that sends the same document', () => {
    const body = {
      name: NASTY,
      changes: { 'effects.bleed': false, seed: null, list: [1, true, { deep: 'x'.repeat(70) }] },
    };
    const { python } = actOf(ORIGIN, 'cloneRun', { params: { id: '1' }, body });
    const stand = [
      'import json, sys, types, os',
      'os.environ["IMSIM_OD_TOKEN"] = "t"',
      'class Answer:',
      '    def raise_for_status(self): pass',
      '    def json(self): return {}',
      'def request(method, url, **options):',
      '    sys.stderr.write("")',
      '    sent.append([method, url, options["json"], options["headers"]])',
      '    return Answer()',
      'sent = []',
      'sys.modules["requests"] = types.SimpleNamespace(request=request)',
      'import io, contextlib',
      'with contextlib.redirect_stdout(io.StringIO()):',
      '    exec(sys.argv[1])',
      'print(json.dumps(sent[0]))',
    ].join('\n');
    expect(JSON.parse(runPython(stand, [python]))).toEqual([
      'POST',
      `${ORIGIN}/api/v1/runs/1/clone`,
      body,
      { Authorization: 'Bearer t' },
    ]);
  });
});
