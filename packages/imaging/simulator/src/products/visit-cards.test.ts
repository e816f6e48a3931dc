import { HeaderBuilder } from '@imsim-od/fits';
import { describe, expect, it } from 'vitest';
import { settleDetector } from '../detector/detector-setting.js';
import { readRequest } from '../request/read-request.js';
import { expandRequest } from '../recipe/expand-request.js';
import { addSimulationCards, addVisitCards } from './visit-cards.js';

describe('the cards of a visit', () => {
  const document = {
    pointing: { raDeg: 53, decDeg: -27.5 },
    band: 'r',
    visitId: 99_999_999,
    obsMjdTai: 60390.32956188762,
  };
  const { request } = readRequest([
    { origin: 'test', document: { ...document, pointing: { raDeg: 250.0766, decDeg: 1.9777 } } },
  ]);
  const recipe = expandRequest(request, []).recipes[0]!;
  const header = new HeaderBuilder();
  addVisitCards(header, settleDetector(recipe), 'x.fits');
  addSimulationCards(header, settleDetector(recipe));
  const cards = header.build();

  it('has what obs_lsst needs to find instrument, detector and exposure', () => {
    expect(cards.string('INSTRUME')).toBe('LSSTCamSim');
    expect(cards.string('RAFTBAY')).toBe('R22');
    expect(cards.string('CCDSLOT')).toBe('S11');
    expect(cards.string('LSST_NUM')).toBe('E2V-CCD250-382');
    expect(cards.string('FILTER')).toBe('r_57');
    expect(cards.string('CONTRLLR')).toBe('S');
  });

  it('dates the exposure by the visit, as the header of a real file of that time has it', () => {
    expect(cards.string('DATE-OBS')).toBe('2024-03-21T07:54:19.147');
    expect(cards.float('DARKTIME')).toBe(33); // dark charge gathers while it is read out, 3 s
    expect(cards.string('DATE-END')).toBe('2024-03-21T07:54:49.147');
    expect(cards.string('DATE')).toBe('2024-03-21T07:54:34.147');
    expect(cards.float('MJD-OBS')).toBeCloseTo(60390.329388276514, 9);
    expect(cards.string('DAYOBS')).toBe('20240320'); // TAI minus 12 h
    expect(cards.string('OBSID')).toBe('MC_S_20240320_099999');
  });
});
