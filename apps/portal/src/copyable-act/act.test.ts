import { spawnSync } from 'node:child_process';
import { hasPython, runPython } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { actOf } from './act.js';
import { shellWord } from './shell-word.js';

const ORIGIN = 'http://127.0.0.1:8470';
const NASTY = `it's "quoted" $HOME \`id\` \\ ☆\n<b>`;

describe('an act in other tongues', () => {
  it('is the call of the contract, its parameters and query filled in', () => {
    const act = actOf(
      ORIGIN,
      'readTaskLog',
      { params: { id: 'a/b', index: '3' }, query: { stream: 'stderr' } },
      'log x 3',
    );
    expect(act.http).toContain(`${ORIGIN}/api/v1/runs/a%2Fb/tasks/3/log?stream=stderr`);
    expect(act.command).toBe('imsim-od log x 3');
    expect(act.documents).toBeUndefined();
  });

  it('hands any text to a shell as it is', () => {
    const { stdout } = spawnSync('sh', ['-c', `printf %s ${shellWord(NASTY)}`], { encoding: 'utf8' });
    expect(stdout).toBe(NASTY);
  });

  it('sends a document that no word of a command line can hold by standard input', () => {
    const body = { name: NASTY, requests: [{ note: "x'".repeat(60_000) }] };
    const { http } = actOf(ORIGIN, 'submitRun', { body }, 'submit requests.yaml');
    const stand = `curl() { cat; }\n${http}`;
    const { stdout } = spawnSync('sh', ['-s'], { input: stand, encoding: 'utf8' });
    expect(JSON.parse(stdout)).toEqual(body);
  });

  it.skipIf(!hasPython)('is Python that sends the same document', () => {
    const body = {
      name: NASTY,
      changes: { 'effects.bleed': false, seed: null, list: [1, true, { deep: 'x'.repeat(70) }] },
    };
    const { python } = actOf(ORIGIN, 'cloneRun', { params: { id: '1' }, body }, 'clone 1');
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
