"""LSSTCam in numbers, for the judges: geometry, projection, electronics, vignetting, photometry.

Written from the published figures alone (obs_lsst policies, imSim data, SMTN-002), in numpy, and sharing nothing with the
project's own code. Pixels are 0-based, whole at pixel centres, on the trimmed assembled CCD. The focal plane is in mm, the
tangent plane in radians with xi East and eta North.
"""

from dataclasses import dataclass

import numpy as np

RAFTS = (
    "R01 R02 R03 R10 R11 R12 R13 R14 R20 R21 R22 R23 R24 R30 R31 R32 R33 R34 R41 R42 R43".split()
)
ITL_RAFTS = set("R01 R02 R03 R10 R20 R41 R42 R43".split())
PIXEL_MM = 0.01
ARCSEC = np.pi / 180 / 3600
PLATE_SCALE = 20.005867576692737  # arcsec per mm at the centre of the field
PIXEL_ARCSEC = PLATE_SCALE * PIXEL_MM
RADIAL_3, RADIAL_5 = -8.33713991e-9, -1.41389858e-15  # per mm^2, per mm^4

# Median gain (e/ADU) and read noise (e) of each raft.
GAIN_AND_NOISE = dict(
    R01=(1.624, 6.33), R02=(1.689, 6.50), R03=(1.698, 6.39), R10=(1.680, 6.82), R11=(1.456, 5.36),
    R12=(1.477, 5.44), R13=(1.433, 5.36), R14=(1.484, 5.44), R20=(1.642, 6.30), R21=(1.452, 5.38),
    R22=(1.469, 5.41), R23=(1.519, 5.46), R24=(1.457, 5.42), R30=(1.531, 5.47), R31=(1.490, 5.40),
    R32=(1.453, 5.35), R33=(1.498, 5.40), R34=(1.472, 5.47), R41=(1.676, 6.29), R42=(1.711, 6.30),
    R43=(1.639, 6.55),
)  # fmt: skip
BIAS_ADU = dict(e2v=26411, ITL=24102)
SATURATION_ADU = dict(e2v=139981, ITL=126421)
DARK_E_PER_S, READOUT_S, CTI = 0.02, 3.0, 1e-6
CROSSTALK = dict(nearest=2.2e-4, second=2.1e-5, other=-3e-6)
SEGMENT_SHAPE = (2048, 576)
DATA_SHAPE = dict(e2v=(2002, 512), ITL=(2000, 509))
PRESCAN = dict(e2v=10, ITL=3)
SEGMENT_ORDER = [f"C1{i}" for i in range(8)] + [f"C0{i}" for i in range(7, -1, -1)]

VIGNETTING_MM = np.array(
    [0, 50, 100, 150, 200, 250, 275, 300, 310, 315, 320, 325, 330, 335, 340, 345, 350, 355, 360, 365.0]
)
VIGNETTING = np.array(
    [1, 0.9995, 0.998, 0.995, 0.986, 0.968, 0.951, 0.928, 0.919, 0.897, 0.848, 0.784, 0.716, 0.657,
     0.609, 0.560, 0.501, 0.422, 0.319, 0.187]
)  # fmt: skip

# Zero point (AB, 1 e/s, X = 1, 324,015 cm2), extinction, dark zenith sky, wavelength (nm), fiducial FWHM_eff, m5 and its terms.
BANDS = dict(
    u=dict(zp=26.52, k=0.470, sky=23.05, nm=365.49, fwhm_eff=0.92, m5=23.70, cm=22.968, dcm=0.543),
    g=dict(zp=28.51, k=0.213, sky=22.25, nm=480.03, fwhm_eff=0.87, m5=24.97, cm=24.582, dcm=0.088),
    r=dict(zp=28.36, k=0.126, sky=21.20, nm=622.20, fwhm_eff=0.83, m5=24.52, cm=24.602, dcm=0.043),
    i=dict(zp=28.17, k=0.096, sky=20.46, nm=754.06, fwhm_eff=0.80, m5=24.13, cm=24.541, dcm=0.028),
    z=dict(zp=27.78, k=0.068, sky=19.61, nm=868.21, fwhm_eff=0.78, m5=23.56, cm=24.371, dcm=0.019),
    y=dict(zp=26.82, k=0.171, sky=18.60, nm=991.66, fwhm_eff=0.76, m5=22.55, cm=23.840, dcm=0.016),
)
FILTERS = dict(u="u_24", g="g_6", r="r_57", i="i_39", z="z_20", y="y_10")
ANNULUS_CM2, EFFECTIVE_CM2 = 344630.0, 324015.0


@dataclass(frozen=True)
class Detector:
    """A science CCD: name, number, vendor, centre in mm, shape, reference pixel, electronics."""

    name: str
    number: int
    vendor: str
    x_mm: float
    y_mm: float
    nx: int
    ny: int
    ref_x: float
    ref_y: float
    gain: float
    read_noise: float
    bias: int


def detector(name):
    """The CCD of a name such as R22_S11."""
    raft, slot = name.split("_")
    row, col, srow, scol = int(raft[1]), int(raft[2]), int(slot[1]), int(slot[2])
    vendor = "ITL" if raft in ITL_RAFTS else "e2v"
    nx, ny, ref_x, ref_y = (4072, 4000, 2036.5, 2000.5) if vendor == "ITL" else (4096, 4004, 2047.5, 2001.5)
    gain, noise = GAIN_AND_NOISE[raft]
    return Detector(
        name, 9 * RAFTS.index(raft) + 3 * srow + scol, vendor,
        127.0 * (col - 2) + 42.25 * (scol - 1), 127.0 * (row - 2) + 42.25 * (srow - 1),
        nx, ny, ref_x, ref_y, gain, noise, BIAS_ADU[vendor],
    )  # fmt: skip


def science_detectors():
    """All 189 science CCDs, by number."""
    return [detector(f"{raft}_S{i}{j}") for raft in RAFTS for i in range(3) for j in range(3)]


def most_extreme(vendor, count):
    """The CCDs of a vendor whose farthest corner lies farthest from the boresight."""

    def reach(d):
        return max(radius_mm(d, x, y) for x in (-0.5, d.nx - 0.5) for y in (-0.5, d.ny - 0.5))

    return sorted((d for d in science_detectors() if d.vendor == vendor), key=lambda d: (-reach(d), d.number))[:count]


def focal_plane_mm(d, x, y):
    """Focal-plane position of pixels."""
    return d.x_mm + (np.asarray(x) - d.ref_x) * PIXEL_MM, d.y_mm + (np.asarray(y) - d.ref_y) * PIXEL_MM


def radius_mm(d, x, y):
    """Distance of pixels from the boresight."""
    return np.hypot(*focal_plane_mm(d, x, y))


def pixel_to_sky(d, x, y, ra0, dec0, rot_pa):
    """ICRS degrees of pixels; the boresight and the position angle of +y, North through East, in degrees.

    The distortion polynomial gives the radius in the tangent plane, not an angle.
    """
    fx, fy = focal_plane_mm(d, x, y)
    r2 = fx**2 + fy**2
    scale = PLATE_SCALE * ARCSEC * (1 + RADIAL_3 * r2 + RADIAL_5 * r2**2)
    s, c = np.sin(np.radians(rot_pa)), np.cos(np.radians(rot_pa))
    xi, eta = scale * (-c * fx + s * fy), scale * (s * fx + c * fy)
    sd, cd = np.sin(np.radians(dec0)), np.cos(np.radians(dec0))
    # The direction (1, xi, eta) of the tangent frame, turned to the equator.
    vx, vy, vz = cd - sd * eta, xi, sd + cd * eta
    return (ra0 + np.degrees(np.arctan2(vy, vx))) % 360, np.degrees(np.arctan2(vz, np.hypot(vx, vy)))


def sky_to_pixel(d, ra, dec, ra0, dec0, rot_pa):
    """Pixels of ICRS degrees: the inverse of pixel_to_sky, the radius by Newton's method."""
    ra, dec = np.radians(np.asarray(ra) - ra0), np.radians(dec)
    sd, cd = np.sin(np.radians(dec0)), np.cos(np.radians(dec0))
    w = sd * np.sin(dec) + cd * np.cos(dec) * np.cos(ra)
    xi = np.cos(dec) * np.sin(ra) / w
    eta = (cd * np.sin(dec) - sd * np.cos(dec) * np.cos(ra)) / w
    s, c = np.sin(np.radians(rot_pa)), np.cos(np.radians(rot_pa))
    px, py = -c * xi + s * eta, s * xi + c * eta
    rho = np.hypot(px, py) / (PLATE_SCALE * ARCSEC)
    r = rho.copy() if isinstance(rho, np.ndarray) else rho
    for _ in range(8):
        f = r + RADIAL_3 * r**3 + RADIAL_5 * r**5 - rho
        r = r - f / (1 + 3 * RADIAL_3 * r**2 + 5 * RADIAL_5 * r**4)
    factor = np.where(rho > 0, r / np.where(rho > 0, rho, 1), 1) / (PLATE_SCALE * ARCSEC)
    return d.ref_x + (px * factor - d.x_mm) / PIXEL_MM, d.ref_y + (py * factor - d.y_mm) / PIXEL_MM


def _natural_spline(x, y):
    n = len(x)
    h = np.diff(x)
    a, b = np.zeros((n, n)), np.zeros(n)
    a[0, 0] = a[-1, -1] = 1
    for i in range(1, n - 1):
        a[i, i - 1 : i + 2] = h[i - 1], 2 * (h[i - 1] + h[i]), h[i]
        b[i] = 6 * ((y[i + 1] - y[i]) / h[i] - (y[i] - y[i - 1]) / h[i - 1])
    return np.linalg.solve(a, b)


_CURVATURE = _natural_spline(VIGNETTING_MM, VIGNETTING)


def vignetting(r):
    """V(r): a natural cubic spline through the table, nan beyond its last radius, where the table says nothing."""
    r = np.asarray(r, float)
    i = np.clip(np.searchsorted(VIGNETTING_MM, r) - 1, 0, len(VIGNETTING_MM) - 2)
    h = VIGNETTING_MM[i + 1] - VIGNETTING_MM[i]
    t = (r - VIGNETTING_MM[i]) / h
    linear = (1 - t) * VIGNETTING[i] + t * VIGNETTING[i + 1]
    bend = h**2 / 6 * ((((1 - t) ** 3) - (1 - t)) * _CURVATURE[i] + (t**3 - t) * _CURVATURE[i + 1])
    return np.where(r <= VIGNETTING_MM[-1], linear + bend, np.nan)


def vignetting_freedom(r):
    """How far smooth curves through the same table may differ at r: cubic spline against straight lines."""
    return np.abs(vignetting(r) - np.interp(r, VIGNETTING_MM, VIGNETTING))


def annulus_zero_point(band):
    """Zero point for the annulus of 344,630 cm2, which goes with an explicit V(r)."""
    return BANDS[band]["zp"] + 2.5 * np.log10(ANNULUS_CM2 / EFFECTIVE_CM2)


def source_electrons(mag, band, exposure_s, airmass, v):
    """Mean electrons of a source of AB magnitude mag above the atmosphere."""
    return exposure_s * v * 10 ** (0.4 * (annulus_zero_point(band) - mag - BANDS[band]["k"] * (airmass - 1)))


def sky_electrons(mag, band, exposure_s, v):
    """Mean sky electrons of a nominal pixel of 0.04 square arcsec; sky light sees the hardware alone."""
    return exposure_s * v * 0.04 * 10 ** (0.4 * (annulus_zero_point(band) + BANDS[band]["k"] - mag))


def segment_box(d, amplifier):
    """(x0, y0, flip_x, flip_y) of an amplifier's light-sensitive box on the CCD."""
    ny, nx = DATA_SHAPE[d.vendor]
    top, column = amplifier[1] == "1", int(amplifier[2])
    return column * nx, ny if top else 0, top or d.vendor == "ITL", top


def data_slices(d):
    """Numpy slices (rows, columns) of a raw segment's light-sensitive pixels."""
    ny, nx = DATA_SHAPE[d.vendor]
    return slice(0, ny), slice(PRESCAN[d.vendor], PRESCAN[d.vendor] + nx)


def segment_to_ccd(d, amplifier, segment):
    """The light-sensitive part of a raw segment, turned to the orientation of the CCD."""
    _, _, flip_x, flip_y = segment_box(d, amplifier)
    data = segment[data_slices(d)]
    return data[:: -1 if flip_y else 1, :: -1 if flip_x else 1]


def segment_pixel_to_ccd(d, amplifier, column, row):
    """0-based raw column and row, prescan included, to pixels of the CCD."""
    x0, y0, flip_x, flip_y = segment_box(d, amplifier)
    ny, nx = DATA_SHAPE[d.vendor]
    c, r = np.asarray(column) - PRESCAN[d.vendor], np.asarray(row)
    return x0 + (nx - 1 - c if flip_x else c), y0 + (ny - 1 - r if flip_y else r)


def crosstalk_matrix(d):
    """[victim][source] in the order of the segments; neighbours are counted by columns of the same half."""
    n = len(SEGMENT_ORDER)
    k = np.zeros((n, n))
    for i, victim in enumerate(SEGMENT_ORDER):
        for j, source in enumerate(SEGMENT_ORDER):
            apart = abs(int(victim[2]) - int(source[2])) if victim[1] == source[1] else 99
            k[i, j] = 0 if i == j else {1: CROSSTALK["nearest"], 2: CROSSTALK["second"]}.get(apart, CROSSTALK["other"])
    return k
