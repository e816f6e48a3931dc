import { dayObs, moonAt, sunAt } from '@imsim-od/astro';
import { describe, expect, it } from 'vitest';
import { surveyText } from './survey-words.js';
import { tonightMjdTai } from './tonight.js';

describe('the survey in words', () => {
  it('says the region of a pointing and the nearest deep field', () => {
    // 3.2° North along the meridian of COSMOS, at declination 2.23°.
    expect(surveyText({ raDeg: 150.11, decDeg: 5.43 })).toBe(
      'In the wide survey (some 800 visits in ten years); 3.2° from the COSMOS deep field.',
    );
    expect(surveyText({ raDeg: 150.11, decDeg: 2.33 })).toBe(
      'In the COSMOS deep field, 0.1° from its centre; in the wide survey.',
    );
    // Astropy has 51.39° between the Andromeda galaxy and the field's centre.
    expect(surveyText({ raDeg: 10.68, decDeg: 41.27 })).toBe(
      'Outside of the survey; 51° from the XMM-LSS deep field.',
    );
  });

  it('says where else its field of view reaches', () => {
    // The low-dust sky ends at declination 15° there, and the field of view has a radius of 1.75°.
    const text = 'In the wide survey (some 800 visits in ten years); 70° from the COSMOS deep field.';
    expect(surveyText({ raDeg: 220, decDeg: 14.5 })).toBe(
      `${text} Its field of view reaches into sky outside of the survey.`,
    );
    expect(surveyText({ raDeg: 220, decDeg: 13 })).not.toContain('reaches');
  });
});

describe('tonight', () => {
  const at = (utc: string): number => tonightMjdTai(Date.parse(utc));

  it('is one time from noon to noon UTC, in the night of that date', () => {
    expect(at('2026-11-28T12:00:01Z')).toBe(at('2026-11-29T11:59:59Z'));
    expect(dayObs(at('2026-11-28T12:00:01Z'))).toBe('20261128');
    expect(dayObs(at('2026-11-28T11:59:59Z'))).toBe('20261127');
  });

  it('has the Sun near the lower culmination at Rubin', () => {
    for (const date of ['2026-02-11', '2026-06-21', '2026-11-03', '2027-12-21']) {
      const { azimuthDeg, altitudeDeg } = sunAt(at(`${date}T18:00:00Z`));
      // At midnight the Sun is due South (180°); the equation of time is up to 16 min, 4.1° of hour angle.
      expect(Math.abs(azimuthDeg - 180), date).toBeLessThan(8);
      expect(altitudeDeg, date).toBeLessThan(-30);
    }
  });

  it('has the Moon of the date', () => {
    // Full Moon on 2026-11-24 at 14:54 UTC, new Moon on 2026-12-09 at 00:52 UTC (USNO).
    expect(moonAt(at('2026-11-24T14:00:00Z')).illuminatedPercent).toBeGreaterThan(99);
    expect(moonAt(at('2026-12-08T14:00:00Z')).illuminatedPercent).toBeLessThan(1);
  });
});
