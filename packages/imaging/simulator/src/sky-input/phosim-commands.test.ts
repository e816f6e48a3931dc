import { describe, expect, it } from 'vitest';
import { PHOSIM_COMMANDS, PhosimCommandError, readPhosimCommands } from './phosim-commands.js';

describe("PhoSim's commands", () => {
  it('give what a request can say, and tell of each other one why it changes nothing', () => {
    // The commands of DC2 Run 2.1p, and of a "perfect" telescope, as the public workflows have them.
    const dc2 = `centroidfile 1\nfringing 0 # none\n\ncontaminationmode 0\npixelerror 0\nactivebuffer 1000\nairglowvariation 0.0\nclearclouds\nsourceperthread 100\n`;
    const read = readPhosimCommands(dc2, 'commands.txt');
    expect(read.document).toEqual({});
    const said = read.notes.join('\n');
    for (const word of dc2.match(/^\w+/gm) ?? [])
      expect(said).toMatch(new RegExp(`\\b${word}\\b.*changes nothing: `));
    const perfect = readPhosimCommands(
      'cleareverything\nzenith_v 1000\nraydensity 0\nChargeDiffusion 0\nblooming 0\nexptime 15\nnsnap 2',
      'p.txt',
    );
    expect(perfect.document).toEqual({
      effects: { background: false, chargeDiffusion: false, bleed: false },
      exposureS: 15,
      snaps: 2,
    });
    expect(readPhosimCommands('zenith_v 21.8\nblooming 1', 'p.txt')).toEqual({
      document: {},
      notes: [
        expect.stringContaining('zenith_v changes nothing: the brightness'),
        expect.stringContaining('blooming changes'),
      ],
    });
  });

  it('are all known by name, and unknown ones told', () => {
    for (const command of PHOSIM_COMMANDS) {
      const { notes, document } = readPhosimCommands(`${command} 1`, 'c');
      expect(notes.join()).not.toContain('unknown');
      expect(notes.length + Object.keys(document).length).toBe(1);
    }
    expect(readPhosimCommands('fringin 0\nqwertyuiop 1', 'c').notes).toEqual([
      'c: fringin is unknown and changes nothing; is it fringing?',
      'c: qwertyuiop is unknown and changes nothing',
    ]);
    expect(
      readPhosimCommands('__proto__ 0\nconstructor 1'.replace('__proto__ 0\n', ''), 'c').notes,
    ).toHaveLength(1);
  });

  it.each(['exptime', 'exptime soon', 'blooming nan', '{"a": 1}', '=1', '-c 1'])(
    'refuse the line %j',
    (line) => {
      expect(() => readPhosimCommands(`fringing 0\n${line}`, 'c')).toThrow(PhosimCommandError);
      expect(() => readPhosimCommands(`fringing 0\n${line}`, 'c')).toThrow(/^c, line 2: /);
    },
  );
});
