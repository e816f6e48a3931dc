/**
 * The 205 detectors of LSSTCam in the nominal geometry of obs_lsst: 189 science CCDs, 8 guiders, 8 wavefront halves.
 *
 * Names: raft R<row><col> and slot S<row><col>, row along y, column along x (the DVCS view; PhoSim and the camera team's
 * CCS view are transposed). Centres of science CCDs, mm in the focal plane:
 *     x = 127.0 (raft column - 2) + 42.25 (slot column - 1), y the same from the rows.
 * A centre is where the reference pixel sits: e2v (2047.5, 2001.5), ITL (2036.5, 2000.5), pixel0. ITL's is as in the
 * camera policy, one pixel from the geometric centre (2035.5, 1999.5).
 * Numbers: 9 k + 3 (slot row) + slot column, k the index of the raft in `SCIENCE_RAFTS`; 189 to 204 in the corners.
 * Source: lsst/obs_lsst policy (rafts, cameraHeader, lsstCamSim), 2026-04-10.
 */

/** Who made a CCD: e2v CCD250 (4096 x 4004 pixels) or ITL 3800C (4072 x 4000). */
export type Vendor = 'e2v' | 'ITL';

/** What a CCD is for. */
export type DetectorKind = 'science' | 'guider' | 'wavefront';

/** One CCD and its place. */
export interface Detector {
  /** obs_lsst's detector number, 0..204. */
  readonly id: number;
  /** Raft and slot, as `R22_S11`. */
  readonly name: string;
  /** The raft bay, as `R22`. */
  readonly raft: string;
  /** The slot in the raft, as `S11`, `SG0` or `SW1`. */
  readonly slot: string;
  readonly kind: DetectorKind;
  readonly vendor: Vendor;
  /** Active pixels of the trimmed, assembled CCD. */
  readonly nx: number;
  readonly ny: number;
  /** The pixel0 that sits at the centre. */
  readonly referencePixel0: { readonly x: number; readonly y: number };
  /** Place of the reference pixel in the focal plane, mm. */
  readonly centreMm: { readonly x: number; readonly y: number };
  /** Rotation of the CCD's x axis from the focal plane's, counter-clockwise from +x to +y, degrees. */
  readonly yawDeg: number;
  /** Height out of the focal surface, mm; wavefront halves stand 1.5 mm in or out of focus. */
  readonly zMm: number;
  /**
   * The header's LSST_NUM. R22_S11 carries its real serial; the others, whose serials are not part of the nominal
   * geometry, carry vendor and type with `SIM` and the detector number, so that nobody takes them for hardware.
   */
  readonly serial: string;
  /** The raft's hardware number: RTM-nnn, or CRTM-nnnn in the corners. */
  readonly raftSerial: string;
}

/** Side of a pixel, mm. */
export const PIXEL_MM = 0.01;

/** The 21 science rafts in the order that numbers their detectors. */
export const SCIENCE_RAFTS: readonly string[] = [
  ...['R01', 'R02', 'R03', 'R10', 'R11', 'R12', 'R13', 'R14', 'R20', 'R21', 'R22'],
  ...['R23', 'R24', 'R30', 'R31', 'R32', 'R33', 'R34', 'R41', 'R42', 'R43'],
];

const ITL_RAFTS = ['R01', 'R02', 'R03', 'R10', 'R20', 'R41', 'R42', 'R43'];

const RAFT_PITCH_MM = 127;
const CCD_PITCH_MM = 42.25;

const RAFT_SERIALS: Readonly<Record<string, string>> = {
  ...{ R01: 'RTM-011', R02: 'RTM-013', R03: 'RTM-017', R10: 'RTM-023', R11: 'RTM-020', R12: 'RTM-009' },
  ...{ R13: 'RTM-019', R14: 'RTM-006', R20: 'RTM-014', R21: 'RTM-025', R22: 'RTM-024', R23: 'RTM-005' },
  ...{ R24: 'RTM-008', R30: 'RTM-012', R31: 'RTM-007', R32: 'RTM-015', R33: 'RTM-010', R34: 'RTM-016' },
  ...{ R41: 'RTM-021', R42: 'RTM-018', R43: 'RTM-022' },
  ...{ R00: 'CRTM-0002', R04: 'CRTM-0004', R40: 'CRTM-0003', R44: 'CRTM-0005' },
};

const KNOWN_SERIALS: Readonly<Record<string, string>> = { R22_S11: 'E2V-CCD250-382' };

const VENDOR_TYPE: Readonly<Record<Vendor, string>> = { e2v: 'E2V-CCD250', ITL: 'ITL-3800C' };

const FULL_SIZE: Readonly<Record<Vendor, Pick<Detector, 'nx' | 'ny' | 'referencePixel0'>>> = {
  e2v: { nx: 4096, ny: 4004, referencePixel0: { x: 2047.5, y: 2001.5 } },
  ITL: { nx: 4072, ny: 4000, referencePixel0: { x: 2036.5, y: 2000.5 } },
};

/** A wavefront half has 4072 x 2000 pixels; its reference pixel is taken at the middle of the half. */
const WAVEFRONT_SIZE: Pick<Detector, 'nx' | 'ny' | 'referencePixel0'> = {
  nx: 4072,
  ny: 2000,
  referencePixel0: { x: 2036.5, y: 1000.5 },
};

/** Name, x mm, y mm, z mm, yaw deg of detectors 189 to 204. */
const CORNER_DEVICES: readonly (readonly [string, number, number, number, number])[] = [
  ['R00_SG0', -212.24, -258.74, 0, 90],
  ['R00_SG1', -258.74, -212.24, 0, 180],
  ['R00_SW0', -214.25, -202.625, -1.5, 180],
  ['R00_SW1', -214.25, -225.875, 1.5, 0],
  ['R04_SG0', 258.74, -212.24, 0, 180],
  ['R04_SG1', 212.24, -258.74, 0, 270],
  ['R04_SW0', 202.625, -214.25, -1.5, 270],
  ['R04_SW1', 225.875, -214.25, 1.5, 90],
  ['R40_SG0', -258.74, 212.24, 0, 0],
  ['R40_SG1', -212.24, 258.74, 0, 90],
  ['R40_SW0', -202.625, 214.25, -1.5, 90],
  ['R40_SW1', -225.875, 214.25, 1.5, 270],
  ['R44_SG0', 212.24, 258.74, 0, 270],
  ['R44_SG1', 258.74, 212.24, 0, 0],
  ['R44_SW0', 214.25, 202.625, -1.5, 0],
  ['R44_SW1', 214.25, 225.875, 1.5, 180],
];

/** All 205 detectors; the index is the detector number. */
export const DETECTORS: readonly Detector[] = [
  ...SCIENCE_RAFTS.flatMap((raft, k) =>
    Array.from({ length: 9 }, (_, slot) => scienceDetector(raft, k, slot)),
  ),
  ...CORNER_DEVICES.map((device, i) => cornerDetector(189 + i, device)),
];

/** The 189 science CCDs in order of number. */
export const SCIENCE_DETECTORS: readonly Detector[] = DETECTORS.filter(({ kind }) => kind === 'science');

const BY_NAME: ReadonlyMap<string, Detector> = new Map(
  DETECTORS.map((detector) => [detector.name, detector]),
);

/** The detector of a name such as `R22_S11`, or undefined. */
export function detectorByName(name: string): Detector | undefined {
  return BY_NAME.get(name);
}

/** The detector of a number 0..204, or undefined. */
export function detectorById(id: number): Detector | undefined {
  return DETECTORS[id];
}

function scienceDetector(raft: string, raftIndex: number, slotIndex: number): Detector {
  const slotRow = Math.floor(slotIndex / 3);
  const slotColumn = slotIndex % 3;
  const vendor: Vendor = ITL_RAFTS.includes(raft) ? 'ITL' : 'e2v';
  const id = 9 * raftIndex + slotIndex;
  const slot = `S${slotRow}${slotColumn}`;
  const name = `${raft}_${slot}`;
  return {
    id,
    name,
    raft,
    slot,
    kind: 'science',
    vendor,
    ...FULL_SIZE[vendor],
    centreMm: {
      x: RAFT_PITCH_MM * (Number(raft.charAt(2)) - 2) + CCD_PITCH_MM * (slotColumn - 1),
      y: RAFT_PITCH_MM * (Number(raft.charAt(1)) - 2) + CCD_PITCH_MM * (slotRow - 1),
    },
    yawDeg: 0,
    zMm: 0,
    serial: serialOf(name, vendor, id),
    raftSerial: RAFT_SERIALS[raft] ?? '',
  };
}

function cornerDetector(
  id: number,
  [name, x, y, zMm, yawDeg]: readonly [string, number, number, number, number],
): Detector {
  const raft = name.slice(0, 3);
  const slot = name.slice(4);
  const kind = slot.startsWith('SG') ? 'guider' : 'wavefront';
  return {
    id,
    name,
    raft,
    slot,
    kind,
    vendor: 'ITL',
    ...(kind === 'guider' ? FULL_SIZE.ITL : WAVEFRONT_SIZE),
    centreMm: { x, y },
    yawDeg,
    zMm,
    serial: serialOf(name, 'ITL', id),
    raftSerial: RAFT_SERIALS[raft] ?? '',
  };
}

function serialOf(name: string, vendor: Vendor, id: number): string {
  return KNOWN_SERIALS[name] ?? `${VENDOR_TYPE[vendor]}-SIM${String(id).padStart(3, '0')}`;
}
