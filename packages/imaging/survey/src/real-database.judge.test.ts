import { altAzFromIcrs } from '@imsim-od/astro';
import { askPython, hasPython, sharedPath } from '@imsim-od/testing';
import { describe, expect, it } from 'vitest';
import { openPageSource } from './node/index.js';
import { readSurvey, readVisitFacets, readVisitPage, visitRequestDocument } from './index.js';

interface Judged {
  readonly observationId: number;
  readonly fieldRA: number;
  readonly fieldDec: number;
  readonly middleMjdTai: number;
  readonly altitudeDeg: number;
  readonly visitExposureTime: number;
  readonly filter: string;
  readonly numExposures: number;
  readonly seeingFwhm500: number;
  readonly skyBrightness: number;
  readonly rotTelPos: number;
  readonly snapsBefore: number;
}

// sqlite3 reads the rows, astropy the times and altitudes; the night's snaps are counted row by row.
const JUDGE = `
import json, sqlite3, sys
from astropy.coordinates import AltAz, EarthLocation, SkyCoord
from astropy.time import Time, TimeDelta
from astropy.utils import iers
iers.conf.auto_download = False
iers.conf.auto_max_age = None
iers.conf.iers_degraded_accuracy = 'ignore'
db = sqlite3.connect(f'file:{json.load(sys.stdin)}?mode=ro&immutable=1', uri=True)
db.row_factory = sqlite3.Row
rows = [dict(r) for r in db.execute('select * from observations order by observationStartMJD')]
site = EarthLocation.from_geodetic(-70.749417, -30.244639, 2663)
nights = {}
for r in rows:
    start = Time(r['observationStartMJD'], format='mjd', scale='utc')
    middle = start + TimeDelta(r['visitTime'] / 2, format='sec')
    r['middleMjdTai'] = middle.tai.mjd
    middle.delta_ut1_utc = 0  # as we have it
    field = SkyCoord(r['fieldRA'], r['fieldDec'], unit='deg')
    r['altitudeDeg'] = float(field.transform_to(AltAz(obstime=middle, location=site)).alt.deg)
    night = int(start.tai.mjd - 0.5)
    r['snapsBefore'] = nights.get(night, 0)
    nights[night] = r['snapsBefore'] + r['numExposures']
print(json.dumps(rows))
`;

const path = sharedPath('data/opsim/small_opsim.db');

describe.skipIf(!hasPython || path === undefined)("imSim's sample of a scheduler database", () => {
  it('is read as sqlite3 and astropy read it', async () => {
    const judged = askPython<Judged[]>(JUDGE, path!);
    const source = openPageSource(path!);
    const { visits, notes } = await readSurvey(source, { where: 'observationId >= 0' });
    source.close();
    expect(judged).toHaveLength(68);
    expect(visits.map(({ visitId }) => visitId)).toEqual(judged.map(({ observationId }) => observationId));
    for (const [index, truth] of judged.entries()) {
      const visit = visits[index]!;
      const document = visitRequestDocument(visit);
      expect(document).toMatchObject({
        pointing: { raDeg: truth.fieldRA, decDeg: truth.fieldDec },
        band: truth.filter,
        exposureS: truth.visitExposureTime,
        snaps: truth.numExposures,
        seeingFwhm500Arcsec: truth.seeingFwhm500,
        skyBrightnessMagPerArcsec2: truth.skyBrightness,
        sequenceNumber: truth.snapsBefore,
      });
      // 2e-11 d is 2 us, three steps of a double MJD
      expect(Math.abs(visit.obsMjdTai - truth.middleMjdTai)).toBeLessThan(2e-11);
      // 0.001 deg is 3.6 arcsec: models of precession, nutation and aberration
      expect(Math.abs(altAzFromIcrs(visit, visit.obsMjdTai).altitudeDeg - truth.altitudeDeg)).toBeLessThan(
        0.005,
      );
      // the file is of 2023: rotTelPos = rotSkyPos + paraAngle, which is not LSSTCam's rule
      expect(visit.rotSkyPosDeg).toBeUndefined();
      const turns = (visit.rotTelPosDeg! - truth.rotTelPos) / 360;
      expect(Math.abs(turns - Math.round(turns))).toBeLessThan(1e-12);
    }
    expect(notes).toHaveLength(1);
    expect(notes[0]).toContain('and 65 more: rotSkyPos does not follow from rotTelPos');
  });

  it('is looked through as sqlite3 counts it, by condition, order and page', async () => {
    const where = "band in ('r', 'i') and airmass < 1.3 and decDeg between -40 and -10";
    const judged = askPython<{ ids: number[]; bands: [string, number][]; airmass: [number, number] }>(
      [
        'import json, sqlite3, sys',
        "db = sqlite3.connect(f'file:{json.load(sys.stdin)}?mode=ro&immutable=1', uri=True)",
        "cut = \"filter in ('r', 'i') and airmass < 1.3 and fieldDec between -40 and -10\"",
        "ids = [r[0] for r in db.execute(f'select observationId from observations where {cut} order by seeingFwhm500 desc, observationId')]",
        "bands = db.execute(f'select filter, count(*) from observations where {cut} group by filter').fetchall()",
        "print(json.dumps({'ids': ids, 'bands': bands, 'airmass': db.execute('select min(airmass), max(airmass) from observations').fetchone()}))",
      ].join('\n'),
      path!,
    );
    const source = openPageSource(path!);
    const query = { where, order: 'seeingFwhm500Arcsec', isDescending: true } as const;
    const first = await readVisitPage(source, { ...query, limit: 5 });
    const rest = await readVisitPage(source, { ...query, limit: 100, offset: 5 });
    const facets = await readVisitFacets(source, where);
    source.close();
    expect(judged.ids.length).toBeGreaterThan(5);
    expect([...first.visits, ...rest.visits].map(({ visitId }) => visitId)).toEqual(judged.ids);
    expect(facets).toMatchObject({ total: 68, matching: judged.ids.length });
    expect(Object.fromEntries(facets.bands.map(({ band, visits }) => [band, visits]))).toEqual(
      Object.fromEntries(judged.bands),
    );
    const airmass = facets.ranges.find(({ quantity }) => quantity === 'airmass');
    expect([airmass?.low, airmass?.high]).toEqual(judged.airmass);
    expect(airmass?.counts.reduce((sum, count) => sum + count, 0)).toBe(judged.ids.length);
    expect(facets.places.map(({ visitId }) => visitId).sort()).toEqual([...judged.ids].sort());
  });
});
