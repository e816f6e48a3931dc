import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createProgram } from '../program.js';
import { completionScript } from './completion-script.js';

const program = createProgram(() => undefined);

/** What bash offers for the last word of a line, by the generated script itself. */
function completeInBash(words: readonly string[]): string[] {
  const script = `${completionScript(program, 'bash')}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length - 1}
_imsim_od
printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { status, stdout, stderr } = spawnSync('bash', ['-c', script], { encoding: 'utf8', cwd: '/' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
  return stdout.split('\n').filter((line) => line !== '');
}

describe('completionScript', () => {
  it('offers every command in bash', () => {
    const offered = completeInBash(['imsim-od', '']);
    for (const command of program.commands) expect(offered).toContain(command.name());
  });

  it('offers the options of the command in bash, and shells to completion', () => {
    expect(completeInBash(['imsim-od', 'simulate', '--det'])).toEqual(['--detectors']);
    expect(completeInBash(['imsim-od', 'completion', 'z'])).toEqual(['zsh']);
  });

  it.each(['zsh', 'fish'] as const)('writes every long option of every command for %s', (shell) => {
    const script = completionScript(program, shell);
    for (const command of program.commands) {
      expect(script).toContain(command.name());
      for (const { long } of command.options)
        expect(script).toContain(shell === 'fish' ? `-l ${long!.slice(2)}` : long!);
    }
  });
});

describe('the command tree', () => {
  it('gives every command a description and examples', () => {
    for (const command of program.commands) {
      let help = '';
      command.configureOutput({ writeOut: (text) => (help += text) });
      command.outputHelp();
      expect(command.description(), command.name()).not.toBe('');
      expect(help, command.name()).toContain('$ imsim-od');
    }
  });
});
