/** The server's settings against invented ones: settings or a coded error, nothing else. */
import { fuzz } from '@imsim-od/testing/fuzz';
import fc from 'fast-check';
import { it } from 'vitest';
import { readSettings, settingNames } from './settings.js';

it('settings of the server under fuzz are settings or a coded error', () =>
  fuzz({
    what: 'settings of the server',
    inputs: fc
      .array(
        fc.tuple(
          fc.constantFrom(...settingNames, 'prot'),
          fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.string({ maxLength: 20 })),
        ),
        { maxLength: 5 },
      )
      .map((pairs) => JSON.stringify(Object.fromEntries(pairs))),
    parse: (input) => {
      const given = JSON.parse(input as string) as Record<string, unknown>;
      const environment = Object.entries(given).map(([name, value]) => [
        `IMSIM_OD_${name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`,
        typeof value === 'string' ? value : JSON.stringify(value),
      ]);
      readSettings({ home: '/nowhere' }, Object.fromEntries(environment) as NodeJS.ProcessEnv);
      return readSettings({ ...given, home: '/nowhere' }, {});
    },
  }));
