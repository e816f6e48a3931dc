import { describe, expect, it } from 'vitest';
import { parseSourceCatalog } from './source-catalog.js';

const HEAD = 'id,x,y,kind,mag,n,hlr_arcsec,g1,g2';

describe('parseSourceCatalog', () => {
  it('reads stars and galaxies, by column name and in 0-based pixels', () => {
    const text = `${HEAD}\n1,10,20.5,star,28.36,0,0,0,0\n2,1,1,gal,25.86,4,0.3,0.1,-0.2\n`;
    const sources = parseSourceCatalog(text, 'a.csv', {
      catalogOrigin: 1,
      zeroPointMag: 28.36,
      exposureS: 30,
    });
    expect(sources).toHaveLength(2);
    expect(sources[0]).toEqual({ kind: 'point', x: 9, y: 19.5, fluxElectrons: 30 });
    expect(sources[1]).toMatchObject({
      kind: 'sersic',
      n: 4,
      halfLightRadiusArcsec: 0.3,
      g1: 0.1,
      g2: -0.2,
      x: 0,
      y: 0,
    });
    // 2.5 mag above the zero point's one electron per second is ten times as much; 1e-12: double rounding.
    expect(Math.abs(sources[1]!.fluxElectrons / 300 - 1)).toBeLessThan(1e-12);
  });

  it('prefers a flux column, whatever the order of columns', () => {
    const text = 'kind,fluxElectrons,mag,y,x\nstar,123.5,99,2,3\n';
    expect(parseSourceCatalog(text, 'a.csv', { catalogOrigin: 0 })).toEqual([
      { kind: 'point', x: 3, y: 2, fluxElectrons: 123.5 },
    ]);
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
    expect(() => parseSourceCatalog(text, 'a.csv', options)).toThrow(message);
  });

  it('asks for zero point and exposure where there are magnitudes', () => {
    expect(() => parseSourceCatalog(`${HEAD}\n`, 'a.csv', { catalogOrigin: 0 })).toThrow(/--zero-point-mag/);
  });

  it('refuses magnitudes that are more electrons than can be drawn, and more than can be shot', () => {
    const options = { catalogOrigin: 0, zeroPointMag: 28, exposureS: 1 } as const;
    const parse = (mag: number, photons: boolean) =>
      parseSourceCatalog(`x,y,kind,mag\n1,1,star,${mag}\n`, 'a.csv', { ...options, photons });
    expect(() => parse(-30, false)).toThrow(/a\.csv:2: mag -30 is 1\.585e\+23 electrons/);
    expect(() => parse(4, true)).toThrow(/3\.981e\+9 electrons; at most 2000000000/);
    expect(parse(4, false)).toHaveLength(1);
  });
});
