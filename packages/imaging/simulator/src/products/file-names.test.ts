import { expect, it } from 'vitest';
import { fileNames } from './file-names.js';

it('names files by the convention of imSim', () => {
  const visit = { visitId: 449053, snap: 0, band: 'r' as const };
  const names = fileNames({ visit, detector: { id: 94, name: 'R22_S11' } } as Parameters<
    typeof fileNames
  >[0]);
  expect(names.eimage).toBe('eimage_00449053-0-r-R22_S11-det094.fits');
  expect(names.raw).toBe('amp_00449053-0-r-R22_S11-det094.fits.fz');
});
