"""A grid of stars (S/N > 200) measured by source-extractor: aperture fluxes and windowed positions.

    star_grid.py prepare FOLDER
    star_grid.py configure FOLDER     writes se.sex and se.param for source-extractor
    star_grid.py judge FOLDER         reads se.cat
"""

import os

import numpy as np
from astropy.io import fits

import lsstcam as cam
import scene
from outputs import read_truth, run
from psf_model import Psf

BAND, SKY_MAG, MAG = "r", 21.2, 18.6
SPACING, MARGIN = 150, 120
APERTURE_PX = 3.0 / cam.PIXEL_ARCSEC


def _detector():
    return cam.detector("R22_S11")


def prepare(folder):
    """Vignetting off, so that the sky is one number which source-extractor can be told."""
    d = _detector()
    request = dict(
        band=BAND, detectors=d.name, skyBrightnessMagPerArcsec2=SKY_MAG, products=["eimage", "truth"],
        effects=scene.effects(background=True, chargeDiffusion=True),
    )  # fmt: skip
    x, y = scene.grid(d, SPACING, MARGIN, jitter_seed=2)
    ra, dec = cam.pixel_to_sky(d, x, y, *scene.boresight(scene.VISIT))
    scene.write(folder, request, [scene.star(i, ra[i], dec[i], MAG) for i in range(len(x))])


def _sky():
    return cam.sky_electrons(SKY_MAG, BAND, scene.VISIT["exposureS"], 1.0)


def configure(folder):
    parameters = "X_IMAGE Y_IMAGE XWIN_IMAGE YWIN_IMAGE FLUX_APER FLUXERR_APER FLAGS".split()
    settings = dict(
        CATALOG_NAME="se.cat", CATALOG_TYPE="FITS_1.0", PARAMETERS_NAME="se.param", FILTER="N", DETECT_MINAREA=9,
        DETECT_THRESH=20, ANALYSIS_THRESH=20, PHOT_APERTURES=f"{2 * APERTURE_PX:.4f}", MASK_TYPE="NONE", CLEAN="N",
        BACK_TYPE="MANUAL", BACK_VALUE=f"{_sky():.5f}", WEIGHT_TYPE="NONE", GAIN=1, SATUR_LEVEL=1e9, DEBLEND_NTHRESH=1,
        PIXEL_SCALE=cam.PIXEL_ARCSEC, VERBOSE_TYPE="QUIET", MEMORY_BUFSIZE=4096, CHECKIMAGE_TYPE="NONE",
        STARNNW_NAME="se.nnw", GAIN_KEY="NOGAIN", SATUR_KEY="NOSATUR",
    )  # fmt: skip
    with open(os.path.join(folder, "se.param"), "w") as f:
        f.write("\n".join(parameters) + "\n")
    with open(os.path.join(folder, "se.sex"), "w") as f:
        f.write("".join(f"{key} {value}\n" for key, value in settings.items()))
    return dict(apertureDiameterPx=2 * APERTURE_PX)


def judge(folder):
    request = scene.load(folder)
    d = _detector()
    truth = read_truth(folder)
    with fits.open(os.path.join(folder, "se.cat")) as file:
        found = np.array(file[1].data)
    x, y = cam.sky_to_pixel(d, truth["ra"], truth["dec"], *scene.boresight(request))
    nearest = np.argmin(np.hypot(found["X_IMAGE"][:, None] - 1 - x, found["Y_IMAGE"][:, None] - 1 - y), axis=1)
    dx, dy = found["XWIN_IMAGE"] - x[nearest] - 1, found["YWIN_IMAGE"] - y[nearest] - 1
    psf = Psf(BAND, request["seeingFwhm500Arcsec"])
    flux = cam.source_electrons(MAG, BAND, request["exposureS"], 1.0, 1.0)
    energy = psf.encircled_energy(3.0)
    predicted = flux * energy
    error = np.sqrt(predicted + np.pi * APERTURE_PX**2 * _sky())
    measured = found["FLUX_APER"].ravel() / energy
    return dict(
        stars=len(truth), found=len(found), distinct=len(set(nearest.tolist())), signalToNoise=predicted / error,
        encircledEnergy=energy, fluxMeanFraction=measured.mean() / flux - 1,
        fluxMeanError=error / predicted / np.sqrt(len(found)),
        scatterRatio=measured.std(ddof=1) / (error / energy), scatterRatioError=1 / np.sqrt(2 * len(found)),
        dxMean=dx.mean(), dyMean=dy.mean(), dxScatter=dx.std(), dyScatter=dy.std(),
        centroidError=_centroid_error(psf, flux), truthPositionWorstPx=np.max(np.hypot(truth["x"] - x, truth["y"] - y)),
        flagged=int(np.count_nonzero(found["FLAGS"])),
    )  # fmt: skip


def _centroid_error(psf, flux):
    """Cramer-Rao error of one coordinate in pixels for this PSF, flux and sky: no unbiased centroid scatters less."""
    half = 25
    r = np.linspace(0, 1.5 * half * cam.PIXEL_ARCSEC, 800)
    profile = psf.surface_brightness(r) * cam.PIXEL_ARCSEC**2
    yy, xx = np.mgrid[-half : half + 1, -half : half + 1] * cam.PIXEL_ARCSEC
    image = np.interp(np.hypot(xx, yy), r, profile)
    slope = np.gradient(image, axis=1)
    return float(1 / np.sqrt(np.sum((flux * slope) ** 2 / (flux * image + _sky()))))


if __name__ == "__main__":
    run(prepare=prepare, configure=configure, judge=judge)
