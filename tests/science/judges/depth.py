"""Five-sigma depth from images: stars at a known faint magnitude, optimal photometry with the known PSF.

    depth.py prepare FOLDER BAND
    depth.py judge FOLDER

SMTN-002's m5 of a 30 s exposure holds the noise of an instrument at the requirement: 8.8 e read noise and 0.2 e/s dark. The
camera of the facts reads at 5.4 e with 0.02 e/s. So the e-image is held against SMTN-002 without instrument noise,
C_m + dC_inf, and the raw against the same formula with the facts' instrument noise in place of the requirement's.
"""

import numpy as np

import lsstcam as cam
import scene
from outputs import read_eimage, read_raw, run
from psf_model import Psf, seeing_for_fwhm_eff

DETECTOR = "R34_S11"  # V is 0.94 there: the annulus through V collects what SMTN-002's effective area collects
SPACING, MARGIN, HALF = 34, 60, 12
REQUIREMENT_VARIANCE = 8.8**2 + 0.2 * 30
CORE_V = (0.934, 0.946)  # 324015 / 344630 = 0.940


def _grid():
    """Whole pixels, so that every star has the same stamp."""
    d = cam.detector(DETECTOR)
    x, y = scene.grid(d, SPACING, MARGIN)
    v = cam.vignetting(cam.radius_mm(d, x, y))
    inside = (v > CORE_V[0]) & (v < CORE_V[1])
    return d, x[inside], y[inside]


def _predictions(band):
    """SMTN-002's depth of the e-image (no instrument noise), of the raw (the facts' noise), and as published."""
    numbers = cam.BANDS[band]
    d = cam.detector(DETECTOR)
    no_instrument = numbers["cm"] + numbers["dcm"] + 0.5 * (numbers["sky"] - 21) + 2.5 * np.log10(0.7 / numbers["fwhm_eff"])
    variance = d.read_noise**2 + cam.DARK_E_PER_S * (30 + cam.READOUT_S)
    loss = 1.25 * np.log10(1 + (10 ** (0.8 * numbers["dcm"]) - 1) * variance / REQUIREMENT_VARIANCE)
    return no_instrument, no_instrument - loss, no_instrument - numbers["dcm"]


def prepare(folder, band):
    """Every other star at the depth predicted for the e-image, the rest at that for the raw: a star counts in its own noise."""
    numbers = cam.BANDS[band]
    d, x, y = _grid()
    request = dict(
        band=band, detectors=DETECTOR, skyBrightnessMagPerArcsec2=numbers["sky"], products=["eimage", "raw"],
        seeingFwhm500Arcsec=float(seeing_for_fwhm_eff(band, numbers["fwhm_eff"])), visitId=200 + "ugrizy".index(band),
        effects=scene.effects(background=True, vignetting=True, chargeDiffusion=True, darkCurrent=True, readNoise=True),
    )  # fmt: skip
    ra, dec = cam.pixel_to_sky(d, x, y, *scene.boresight(scene.VISIT))
    depths = _predictions(band)
    scene.write(folder, request, [scene.star(i, ra[i], dec[i], depths[i % 2]) for i in range(len(x))])


def judge(folder):
    request = scene.load(folder)
    band = request["band"]
    numbers = cam.BANDS[band]
    d, x, y = _grid()
    psf = Psf(band, request["seeingFwhm500Arcsec"])
    weight = _optimal_filter(psf)
    image, _ = read_eimage(folder)
    segments, _, _ = read_raw(folder)
    ny, nx = cam.DATA_SHAPE[d.vendor]
    raw = np.zeros(image.shape)
    for amplifier, segment in segments.items():
        x0, y0, _, _ = cam.segment_box(d, amplifier)
        raw[y0 : y0 + ny, x0 : x0 + nx] = (cam.segment_to_ccd(d, amplifier, segment) - d.bias) * d.gain
    in_eimage, in_raw, as_published = _predictions(band)
    return dict(
        stars=len(x), published=numbers["m5"], asPublished=as_published,
        eimage=_measure(image, x, y, weight, 0, in_eimage), eimagePredicted=in_eimage,
        raw=_measure(raw, x, y, weight, 1, in_raw), rawPredicted=in_raw,
    )  # fmt: skip


def _optimal_filter(psf):
    r = np.linspace(0, 1.5 * HALF * cam.PIXEL_ARCSEC, 400)
    profile = psf.surface_brightness(r) * cam.PIXEL_ARCSEC**2
    yy, xx = np.mgrid[-HALF : HALF + 1, -HALF : HALF + 1] * cam.PIXEL_ARCSEC
    image = np.interp(np.hypot(xx, yy), r, profile)
    return image / np.sum(image**2)


def _sky_at_stars(image, x, y):
    """The sky at every star: a cubic surface through the means of the empty middles between four stars."""
    gap = SPACING - 2 * HALF
    corners = [(int(cx) + HALF + 1, int(cy) + HALF + 1) for cx, cy in zip(x, y, strict=True)]
    means = np.array([image[cy : cy + gap, cx : cx + gap].mean() for cx, cy in corners])

    def terms(px, py):
        u, v = px / 2000 - 1, py / 2000 - 1
        return np.stack([u**i * v**j for i in range(4) for j in range(4 - i)], axis=-1)

    centres = np.array(corners, float) + (gap - 1) / 2
    surface = np.linalg.lstsq(terms(centres[:, 0], centres[:, 1]), means, rcond=None)[0]
    return terms(x, y) @ surface


def _measure(image, x, y, weight, part, mag):
    """Depth from the mean flux of one half of the stars through the filter, and its scatter: noise of sky and star."""
    stamps = (slice(int(c) - HALF, int(c) + HALF + 1) for pair in zip(y, x, strict=True) for c in pair)
    cut = np.array([np.sum(weight * image[rows, columns]) for rows, columns in zip(stamps, stamps)])
    flux = (cut - weight.sum() * _sky_at_stars(image, x, y))[part::2]
    signal_to_noise = flux.mean() / flux.std(ddof=1)
    return dict(
        depth=mag + 2.5 * np.log10(signal_to_noise / 5), error=2.5 / np.log(10) / np.sqrt(2 * len(flux)),
        signalToNoise=signal_to_noise, fluxElectrons=flux.mean(),
    )  # fmt: skip


if __name__ == "__main__":
    run(prepare=prepare, judge=judge)
