import { describe, expect, it } from 'vitest';
import { createProgram } from './program.js';

const whole = createProgram(() => undefined);
const names = whole.commands.map((command) => command.name());
const namesFor = (asked: string) => createProgram(() => undefined, asked).commands.map((one) => one.name());

describe('a program for one command', () => {
  it.each(names)('has %s, with the help that it has among all', (name) => {
    const program = createProgram(() => undefined, name);
    const find = (tree: typeof whole) => tree.commands.find((command) => command.name() === name);
    expect(find(program)?.helpInformation()).toBe(find(whole)!.helpInformation());
  });

  it('has few others', () => {
    expect(namesFor('draw')).toEqual(['draw']);
    for (const name of names) if (name !== 'completion') expect(namesFor(name).length).toBeLessThan(15);
  });

  it.each(['', '--debug', '--help', 'help', 'drow', 'completion'])('has all for %j', (asked) => {
    expect(namesFor(asked)).toEqual(names);
  });
});
