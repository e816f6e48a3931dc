/** Catalogs of sources at pixels against damaged and invented ones: sources or a coded error, nothing else. */
import { SourceTable } from '@imsim-od/simulator';
import { damaged, fuzz, soupOf } from '@imsim-od/testing/fuzz';
import fc from 'fast-check';
import { it } from 'vitest';
import { readSourceCatalog } from './source-catalog.js';

const CATALOG = new TextEncoder().encode(
  'x,y,kind,mag,n,hlr_arcsec,g1,g2\n10.5,20.25,star,21.5,,,,\n30,40,gal,23,1.5,0.6,0.01,-0.02\n',
);
const WORDS = [
  'x',
  'y',
  'kind',
  'mag',
  'fluxElectrons',
  'n',
  'star',
  'gal',
  '#',
  '1e999',
  '-1',
  'nan',
  '"',
  '0.5',
];

it('catalogs of sources at pixels under fuzz are sources or a coded error', () =>
  fuzz({
    what: 'sources at pixels',
    inputs: fc.oneof(
      damaged([CATALOG], WORDS),
      soupOf(WORDS, [',', ',', '\n', '\r\n', '']).map((text) => new TextEncoder().encode(text)),
      fc.uint8Array({ maxLength: 200 }),
    ),
    parse: (input) =>
      readSourceCatalog(
        input as Uint8Array,
        'fuzz.csv',
        { catalogOrigin: 1, zeroPointMag: 28, exposureS: 30 },
        new SourceTable(),
      ),
  }));
