/** Examples of the commands that talk to a service, shown at the end of their help. */
import type { Command } from 'commander';

const EXAMPLES: Readonly<Record<string, readonly string[]>> = {
  account: ['account', 'account --json'],
  admin: [
    'admin users',
    'admin add-user grace',
    'admin backup /backups/2026-11-24',
    'admin audit --limit 20',
  ],
  cancel: ['cancel last', 'cancel "deep field" 01994f3a'],
  clone: ['clone last --set seeingFwhm500Arcsec=0.6 --name sharper', 'clone last --set detectors=R22'],
  delete: ['delete 01994f3a', 'delete "first try" --with-data'],
  drop: [
    'drop "type = \'raw\' and visit < 100"',
    'drop --run last --type eimage',
    'drop --run last --forever',
  ],
  estimate: ['estimate examples/first-light.yaml', 'estimate visit-*.yaml --detectors all --json'],
  log: ['log last', 'log last 3'],
  logout: ['logout', 'logout --url https://imsim.example.org'],
  ls: ['ls --run last', "ls \"band = 'r' and detector like 'R22%' and seeingArcsec < 0.8\"", 'ls --facets'],
  pause: ['pause last'],
  portal: ['portal'],
  resume: ['resume last'],
  retry: ['retry last'],
  serve: ['serve', 'serve --background --port 8470', 'serve --stop', 'serve --help    all options'],
  share: [
    'share last --with lensing',
    'share --datasets "visit = 7" --with all',
    'share last --with lensing --revoke',
  ],
  status: ['status', 'status last --tasks', 'status --state failed'],
  token: [
    'token create notebook --days 30',
    'token list',
    'token revoke 01994f3a-77aa-7bbb-8ccc-0123456789ab',
  ],
  upload: ['upload phosim_cat_398414.txt', 'upload stars.txt.gz galaxies.txt.gz --folder /catalogs/cosmoDC2'],
  watch: ['watch', 'watch "deep field" --json'],
};

/** Adds them to the commands that are there. */
export function addServiceExamples(program: Command): void {
  for (const command of program.commands) {
    const lines = EXAMPLES[command.name()];
    if (lines !== undefined)
      command.addHelpText('after', `\nExamples:\n${lines.map((line) => `  $ imsim-od ${line}`).join('\n')}`);
  }
}
