import { describe, expect, it } from 'vitest';
import { SourceTable } from '@imsim-od/simulator';
import { type SourceCatalogOptions, readSourceCatalog } from './source-catalog.js';

const HEAD = 'id,x,y,kind,mag,n,hlr_arcsec,g1,g2';

function parse(text: string, options: SourceCatalogOptions): Record<string, number>[] {
  const table = new SourceTable();
  readSourceCatalog(new TextEncoder().encode(text), 'a.csv', options, table);
  return Array.from({ length: table.length }, (_, i) => ({
    x: table.x(i),
    y: table.y(i),
    fluxElectrons: table.fluxElectrons(i),
    n: table.sersicIndex(i),
    halfLightRadiusArcsec: table.halfLightRadiusArcsec(i),
    g1: table.g1(i),
    g2: table.g2(i),
  }));
}

const POINT = { n: 0, halfLightRadiusArcsec: 0, g1: 0, g2: 0 };

describe('a catalog of sources', () => {
  it('reads stars and galaxies, by column name and in 0-based pixels', () => {
    const text = `${HEAD}\n1,10,20.5,star,28.36,0,0,0,0\n2,1,1,gal,25.86,4,0.3,0.1,-0.2\n`;
    const sources = parse(text, {
      catalogOrigin: 1,
      zeroPointMag: 28.36,
      exposureS: 30,
    });
    expect(sources).toHaveLength(2);
    expect(sources[0]).toEqual({ ...POINT, x: 9, y: 19.5, fluxElectrons: 30 });
    expect(sources[1]).toMatchObject({
      n: 4,
      halfLightRadiusArcsec: 0.3,
      g1: 0.1,
      g2: -0.2,
      x: 0,
      y: 0,
    });
    // 2.5 mag above the zero point's one electron per second is ten times as much; 1e-12: double rounding.
    expect(Math.abs(sources[1]!['fluxElectrons']! / 300 - 1)).toBeLessThan(1e-12);
  });

  it('prefers a flux column, whatever the order of columns', () => {
    const text = 'kind,fluxElectrons,mag,y,x\nstar,123.5,99,2,3\n';
    expect(parse(text, { catalogOrigin: 0 })).toEqual([{ ...POINT, x: 3, y: 2, fluxElectrons: 123.5 }]);
  });

  it('reads lines that end in CR LF or not at all, and passes over comments and blank ones', () => {
    const text = `# none\r\n\r\nx,y,kind,fluxElectrons\r\n1,2, star ,3\r\n \t\n#4,5,star,6\n7,8,gal,9`;
    expect(() => parse(text, { catalogOrigin: 0 })).toThrow(/a\.csv:7: n is ""/);
    expect(parse(text.replace('gal', 'star'), { catalogOrigin: 0 })).toEqual([
      { ...POINT, x: 1, y: 2, fluxElectrons: 3 },
      { ...POINT, x: 7, y: 8, fluxElectrons: 9 },
    ]);
  });

  it('grows beyond its first room', () => {
    const lines = Array.from({ length: 5000 }, (_, i) => `${i},${2 * i},star,1`);
    const sources = parse(`x,y,kind,fluxElectrons\n${lines.join('\n')}\n`, { catalogOrigin: 0 });
    expect(sources.map(({ x }) => x)).toEqual(lines.map((_, i) => i));
  });

  it.each([
    ['', /a\.csv: is empty/],
    ['x,y,mag\n', /a\.csv:1: column kind is missing/],
    ['x,y,kind\n', /neither fluxElectrons nor mag/],
    [`${HEAD}\n1,2,3,star,20\n`, /a\.csv:2: 5 columns; the header has 9/],
    [`${HEAD}\n1,2,nan,star,20,0,0,0,0\n`, /a\.csv:2: y is "nan"/],
    [`${HEAD}\n1,2,,star,20,0,0,0,0\n`, /a\.csv:2: y is ""/],
    [`# c\n${HEAD}\n\n1,2,3,quasar,20,0,0,0,0\n`, /a\.csv:4: kind is "quasar"/],
    [`${HEAD}\n1,2,3,star,inf,0,0,0,0\n`, /mag is "inf"/],
    [`${HEAD}\n1,2,3,gal,20,9,1,0,0\n`, /a\.csv:2: n is 9; it must be from 0\.3 to 6\.2/],
    [`${HEAD}\n1,2,3,gal,20,1,-1,0,0\n`, /hlr_arcsec is -1/],
    [`${HEAD}\n1,2,3,gal,20,1,1,0.8,0.7\n`, /a\.csv:2: the shear \(0\.8, 0\.7\) is 1 or more/],
    ['x,y,kind,fluxElectrons\n1,1,star,-5\n', /fluxElectrons is -5/],
  ])('refuses %j with file and line', (text, message) => {
    const options = { catalogOrigin: 0, zeroPointMag: 28, exposureS: 30 } as const;
    expect(() => parse(text, options)).toThrow(message);
  });

  it('asks for zero point and exposure where there are magnitudes', () => {
    expect(() => parse(`${HEAD}\n`, { catalogOrigin: 0 })).toThrow(/--zero-point-mag/);
  });

  it('refuses magnitudes that are more electrons than can be drawn, and more than can be shot', () => {
    const options = { catalogOrigin: 0, zeroPointMag: 28, exposureS: 1 } as const;
    const parseMag = (mag: number, photons: boolean) =>
      parse(`x,y,kind,mag\n1,1,star,${mag}\n`, { ...options, photons });
    expect(() => parseMag(-30, false)).toThrow(/a\.csv:2: mag -30 is 1\.585e\+23 electrons/);
    expect(() => parseMag(4, true)).toThrow(/3\.981e\+9 electrons; at most 2000000000/);
    expect(parseMag(4, false)).toHaveLength(1);
  });
});
