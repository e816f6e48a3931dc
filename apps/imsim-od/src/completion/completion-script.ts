/** Completion scripts, generated from the command tree itself so that they cannot fall behind it. */
import type { Command, Option } from 'commander';

/** Shells that a script can be made for. */
export type Shell = 'bash' | 'zsh' | 'fish';

/** The script for one shell; files are completed wherever no option or command is. */
export function completionScript(program: Command, shell: Shell): string {
  const commands = program.commands.map(toCompletion);
  const script = { bash: bashScript, zsh: zshScript, fish: fishScript }[shell];
  return script(program.name(), commands, visibleOptions(program));
}

interface CompletedCommand {
  readonly name: string;
  readonly description: string;
  readonly options: readonly Option[];
  /** Words that a first argument can be, where they are known. */
  readonly choices: readonly string[];
}

function toCompletion(command: Command): CompletedCommand {
  return {
    name: command.name(),
    description: command.description(),
    options: visibleOptions(command),
    choices: command.registeredArguments[0]?.argChoices ?? [],
  };
}

function visibleOptions(command: Command): Option[] {
  return command.createHelp().visibleOptions(command);
}

function flagsOf(options: readonly Option[]): string[] {
  return options.flatMap(({ short, long }) => [short, long].filter((flag) => flag !== undefined));
}

function bashScript(name: string, commands: readonly CompletedCommand[], options: readonly Option[]): string {
  const cases = commands.map(
    (command) =>
      `    ${command.name}) words="${[...flagsOf(command.options), ...command.choices].join(' ')}" ;;`,
  );
  return `# bash completion of ${name}
_${shellName(name)}() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${[...commands.map((command) => command.name), 'help', ...flagsOf(options)].join(' ')}" -- "$current"))
    return
  fi
  case "\${COMP_WORDS[1]}" in
${cases.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  case "$current" in -*) ;; *) COMPREPLY+=($(compgen -f -- "$current")) ;; esac
}
complete -o filenames -F _${shellName(name)} ${name}`;
}

function zshScript(name: string, commands: readonly CompletedCommand[], options: readonly Option[]): string {
  const described = commands.map((command) => `    ${zshQuote(`${command.name}:${command.description}`)}`);
  const cases = commands.map((command) => {
    const argument =
      command.choices.length > 0 ? `'1:argument:(${command.choices.join(' ')})'` : `'*:file:_files'`;
    return `    ${command.name}) _arguments ${[...zshOptions(command.options), argument].join(' ')} ;;`;
  });
  return `#compdef ${name}
# zsh completion of ${name}
_${shellName(name)}() {
  local -a commands
  commands=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then
    _describe 'command' commands
    _arguments ${zshOptions(options).join(' ')}
    return
  fi
  local command="$words[2]"
  shift words
  (( CURRENT-- ))
  case "$command" in
${cases.join('\n')}
  esac
}
if [ "$funcstack[1]" = "_${shellName(name)}" ]; then _${shellName(name)} "$@"; else compdef _${shellName(name)} ${name}; fi`;
}

function zshOptions(options: readonly Option[]): string[] {
  return options.flatMap((option) => {
    const value =
      option.required || option.optional
        ? `:value:${option.argChoices ? `(${option.argChoices.join(' ')})` : '_files'}`
        : '';
    const repeat = option.required ? '*' : '';
    return [option.short, option.long]
      .filter((flag) => flag !== undefined)
      .map((flag) => zshQuote(`${repeat}${flag}[${option.description.replace(/[[\]:]/g, ' ')}]${value}`));
  });
}

function fishScript(name: string, commands: readonly CompletedCommand[], options: readonly Option[]): string {
  const lines = [
    `# fish completion of ${name}`,
    ...options.map((option) => fishOption(name, '__fish_use_subcommand', option)),
  ];
  for (const command of commands) {
    lines.push(
      `complete -c ${name} -n __fish_use_subcommand -f -a ${command.name} -d ${fishQuote(command.description)}`,
    );
    const seen = `'__fish_seen_subcommand_from ${command.name}'`;
    for (const option of command.options) lines.push(fishOption(name, seen, option));
    if (command.choices.length > 0)
      lines.push(`complete -c ${name} -n ${seen} -f -a ${fishQuote(command.choices.join(' '))}`);
  }
  return lines.join('\n');
}

function fishOption(name: string, condition: string, option: Option): string {
  const parts = [`complete -c ${name} -n ${condition}`];
  if (option.short) parts.push(`-s ${option.short.slice(1)}`);
  if (option.long) parts.push(`-l ${option.long.slice(2)}`);
  if (option.required) parts.push('-r');
  if (option.argChoices) parts.push(`-f -a ${fishQuote(option.argChoices.join(' '))}`);
  parts.push(`-d ${fishQuote(option.description)}`);
  return parts.join(' ');
}

function shellName(name: string): string {
  return name.replace(/\W/g, '_');
}

function zshQuote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

function fishQuote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
