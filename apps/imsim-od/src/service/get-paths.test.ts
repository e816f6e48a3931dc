import { describe, expect, it } from 'vitest';
import { pathsOf } from './get-paths.js';

const file = (id: string, name: string, folder = '/catalogs') => ({ id, name, folder });

describe('the paths of files that are fetched', () => {
  it('are their names where these are all different', () => {
    expect(pathsOf([file('a', 'a.fits'), file('b', 'b.fits', '/deep/er')], 'out')).toEqual([
      'out/a.fits',
      'out/b.fits',
    ]);
  });

  it('are below the folders of the archive where names meet', () => {
    expect(pathsOf([file('a', 'a.fits', '/one'), file('b', 'a.fits', '/two')], 'out')).toEqual([
      'out/one/a.fits',
      'out/two/a.fits',
    ]);
  });

  it('are never the same, not even where names and folders meet', () => {
    const twins = [
      file('01900000-0000-7000-8000-00001f2e3d4c', 'stars.txt'),
      file('01900000-0000-7000-8000-0000aabbccdd', 'stars.txt'),
      file('01900000-0000-7000-8000-000011111111', 'Stars.txt'),
      file('01900000-0000-7000-8000-000022222222', 'other.txt'),
    ];
    const paths = pathsOf(twins, 'out');
    expect(paths).toEqual([
      'out/catalogs/stars.1f2e3d4c.txt',
      'out/catalogs/stars.aabbccdd.txt',
      'out/catalogs/Stars.11111111.txt',
      'out/catalogs/other.txt',
    ]);
    expect(pathsOf([...twins].reverse(), 'out')).toEqual([...paths].reverse());
  });

  it.each(['..', 'a/../../b', '.', 'a\0b'])('are refused where the name is %j', (name) => {
    expect(() => pathsOf([file('a', name)], 'out')).toThrow(/would leave the folder/);
  });
});
