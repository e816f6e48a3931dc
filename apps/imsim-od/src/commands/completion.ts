/** `imsim-od completion`: scripts that let a shell complete commands and options. */
import { Argument } from 'commander';
import type { AddCommand } from '../command.js';

/** Adds the command. */
export const addCompletion: AddCommand = (program) => {
  program
    .command('completion')
    .description('print a script that completes commands and options in your shell')
    .addArgument(new Argument('<shell>', 'which shell').choices(['bash', 'zsh', 'fish']))
    .addHelpText('after', EXAMPLES)
    .action(async (shell: 'bash' | 'zsh' | 'fish') => {
      const { completionScript } = await import('../completion/completion-script.js');
      const { printResult } = await import('../standard-streams.js');
      printResult(completionScript(program, shell));
    });
};

const EXAMPLES = `
Examples:
  $ source <(imsim-od completion bash)
  $ imsim-od completion zsh > ~/.zfunc/_imsim-od
  $ imsim-od completion fish > ~/.config/fish/completions/imsim-od.fish`;
