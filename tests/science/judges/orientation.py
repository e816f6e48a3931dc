"""Shapes and angles on the sky: galaxies of known position angle and shear against GalSim's drawing of the same objects.

    orientation.py prepare FOLDER ROTATION
    orientation.py judge FOLDER

GalSim draws what imSim would: half-light radius sqrt(ab), q = b/a, beta = 90 deg - pa in (u West, v North), gamma2 negated,
g = gamma / (1 - kappa), size times sqrt(mu), flux as given. The WCS is read by astropy from the e-image's header; adaptive
moments (GalSim hsm) are measured on both images.
"""

import galsim
import numpy as np
from astropy.wcs import WCS

import lsstcam as cam
import scene
from outputs import read_eimage, read_truth, run
from psf_model import Psf

BAND = "r"
MAG = 15.5  # 4e6 electrons: moments good to 1e-3
AXES = (1.3, 0.5)
INDEX = 1.0
ANGLES = (0, 30, 75, 120, 160)
# (gamma1, gamma2, kappa) in the catalog's sign
LENSES = ((0, 0, 0), (0.1, 0, 0), (0, 0.1, 0), (-0.06, 0.08, 0.1))
STAMP = 96
CORE_PX = 20.0


def _objects():
    return [(pa, lens) for lens in LENSES for pa in ANGLES]


def _places(d):
    """Near the centre and in the corners alike: the local WCS differs."""
    x, y = np.meshgrid(np.linspace(200.3, d.nx - 250.2, 5), np.linspace(180.1, d.ny - 230.6, 4))
    return x.ravel(), y.ravel()


def prepare(folder, rotation):
    d = cam.detector("R01_S00")
    request = dict(
        band=BAND, detectors=d.name, products=["eimage", "truth"], rotSkyPosDeg=float(rotation), effects=scene.effects()
    )
    request = {**scene.VISIT, **request}
    x, y = _places(d)
    ra, dec = cam.pixel_to_sky(d, x, y, *scene.boresight(request))
    lines = [
        scene.sersic(i, ra[i], dec[i], MAG, *AXES, pa, INDEX, *lens) for i, (pa, lens) in enumerate(_objects())
    ]
    scene.write(folder, request, lines)


def _galsim_object(request, pa, gamma1, gamma2, kappa, flux):
    gamma2 = -gamma2
    g1, g2 = gamma1 / (1 - kappa), gamma2 / (1 - kappa)
    mu = 1 / ((1 - kappa) ** 2 - gamma1**2 - gamma2**2)
    galaxy = galsim.Sersic(n=INDEX, half_light_radius=np.sqrt(AXES[0] * AXES[1]), flux=1)
    galaxy = galaxy.shear(q=AXES[1] / AXES[0], beta=(90 - pa) * galsim.degrees)
    # Magnified in size alone: the catalog's flux is magnified already.
    galaxy = galaxy.lens(g1, g2, mu).withFlux(flux)
    psf = Psf(BAND, request["seeingFwhm500Arcsec"], diffusion=False)
    return galsim.Convolve(galaxy, galsim.Kolmogorov(fwhm=psf.fwhm_atm), galsim.Gaussian(sigma=psf.sigma))


def _moments(image):
    """(e1, e2, sigma) of adaptive moments in pixels; hsm's e is the distortion (a^2 - b^2) / (a^2 + b^2)."""
    shape = image.FindAdaptiveMom()
    return shape.observed_e1, shape.observed_e2, shape.moments_sigma


def _sky_angle(e1, e2, wcs, x, y):
    """Position angle of the long axis, North through East in degrees, of a distortion in pixels, through the WCS."""
    phi = 0.5 * np.arctan2(e2, e1)
    step = 5.0
    here = wcs.pixel_to_world(x, y)
    there = wcs.pixel_to_world(x + step * np.cos(phi), y + step * np.sin(phi))
    return here.position_angle(there).deg


def judge(folder):
    request = scene.load(folder)
    d = cam.detector(request["detectors"])
    pixels, header = read_eimage(folder)
    truth = {int(row["object_id"]): row for row in read_truth(folder)}
    wcs, galsim_wcs = WCS(header), galsim.FitsWCS(header=galsim.fits.FitsHeader(header))
    image = galsim.Image(pixels.astype(float), xmin=1, ymin=1, wcs=galsim_wcs)
    x, y = _places(d)
    rows = []
    for i, (pa, lens) in enumerate(_objects()):
        expected_electrons = float(truth[i]["expected_electrons"])
        centre = galsim.PositionD(x[i] + 1, y[i] + 1)
        corner = int(round(centre.x)) - STAMP // 2, int(round(centre.y)) - STAMP // 2
        bounds = galsim.BoundsI(corner[0], corner[0] + STAMP - 1, corner[1], corner[1] + STAMP - 1)
        drawn = galsim.Image(bounds, dtype=float, wcs=galsim_wcs)
        _galsim_object(request, pa, *lens, expected_electrons).drawImage(
            image=drawn, center=centre, wcs=galsim_wcs.local(centre), method="auto"
        )
        ours, theirs = _moments(image[bounds]), _moments(drawn)
        difference = image[bounds].array - drawn.array
        core = np.hypot(*(np.mgrid[:STAMP, :STAMP] - STAMP / 2.0)) < CORE_PX
        angle = _sky_angle(*ours[:2], wcs, x[i], y[i])
        rows.append(dict(
            pa=pa, lens=lens, coreChi2=np.mean((difference**2 / drawn.array)[core]),
            wingFraction=difference[~core].sum() / drawn.array.sum(), de1=ours[0] - theirs[0], de2=ours[1] - theirs[1], dsize=ours[2] / theirs[2] - 1,
            distortion=float(np.hypot(*ours[:2])), skyAngleDeg=angle,
            # beta = 90 deg - pa from +u (West) to +v (North) is -pa from North through East.
            angleError=float((angle + pa + 90) % 180 - 90) if lens == (0, 0, 0) else None,
            fluxFraction=float(image[bounds].array.sum() / drawn.array.sum() - 1),
        ))  # fmt: skip
    return dict(objects=rows)


if __name__ == "__main__":
    run(prepare=prepare, judge=judge)
