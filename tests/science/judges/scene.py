"""Scenes for the judges: an instance catalog and a request, written as an outsider would write them."""

import json
import os

import numpy as np

# The visit that all scenes share unless they say otherwise: at the zenith by word, so that the airmass is 1.
VISIT = dict(
    visitId=4711,
    obsMjdTai=61100.25,
    altitudeDeg=90,
    azimuthDeg=0,
    pointing=dict(raDeg=53.0, decDeg=-27.5),
    rotSkyPosDeg=31.0,
    exposureS=30,
    seeingFwhm500Arcsec=0.62,
)
FILTER_NUMBER = dict(u=0, g=1, r=2, i=3, z=4, y=5)
FLAT_SED = "flatSED/sed_flat.txt.gz"


def boresight(request):
    """(ra, dec, position angle of +y) of a request in degrees."""
    return request["pointing"]["raDeg"], request["pointing"]["decDeg"], request["rotSkyPosDeg"]


def effects(**switched):
    """An effects mapping with everything off but what is named."""
    names = "background vignetting chargeDiffusion bleed darkCurrent crosstalk chargeTransferInefficiency readNoise"
    return {name: bool(switched.get(name, False)) for name in names.split()}


def star(identity, ra, dec, mag):
    """An object line of a star whose flat spectrum makes magnorm its magnitude in every band."""
    return f"object {identity} {ra:.11f} {dec:.11f} {mag:.9f} {FLAT_SED} 0 0 0 0 0 0 point none none"


def sersic(identity, ra, dec, mag, a, b, pa, n, gamma1=0.0, gamma2=0.0, kappa=0.0):
    """An object line of a Sersic galaxy, shears in the catalog's own sign."""
    return (
        f"object {identity} {ra:.11f} {dec:.11f} {mag:.9f} {FLAT_SED} 0 {gamma1} {gamma2} {kappa} 0 0 "
        f"sersic2d {a} {b} {pa} {n} none none"
    )


def write(folder, request, lines=None):
    """Writes request.json and, where there are object lines, catalog.txt beside it."""
    os.makedirs(folder, exist_ok=True)
    request = {**VISIT, "sky": [], **request}
    if lines is not None:
        request["sky"] = [dict(type="instanceCatalog", path="catalog.txt", strict=True)]
        with open(os.path.join(folder, "catalog.txt"), "w") as f:
            f.write("\n".join(header(request) + list(lines)) + "\n")
    rewrite(folder, request)
    return request


def rewrite(folder, request):
    """Writes request.json anew."""
    with open(os.path.join(folder, "request.json"), "w") as f:
        json.dump(request, f)


def header(request):
    """The twenty keywords that imSim asks of an instance catalog."""
    ra, dec, rot = boresight(request)
    values = dict(
        rightascension=ra, declination=dec, mjd=request["obsMjdTai"], altitude=request["altitudeDeg"],
        azimuth=request["azimuthDeg"], filter=FILTER_NUMBER[request["band"]], rotskypos=rot, rottelpos=0,
        dist2moon=120, moonalt=-40, moondec=10, moonphase=20, moonra=200, nsnap=1, obshistid=request["visitId"],
        seed=request["visitId"], seeing=request["seeingFwhm500Arcsec"], sunalt=-40, vistime=30, seqnum=1,
        exptime=request["exposureS"],
    )  # fmt: skip
    return [f"{key} {value}" for key, value in values.items()]


def load(folder):
    """The request of a scene."""
    with open(os.path.join(folder, "request.json")) as f:
        return json.load(f)


def grid(d, spacing, margin, jitter_seed=None):
    """Pixel positions on a square grid over a CCD, each moved by up to half a pixel where a seed is given."""
    x, y = np.meshgrid(np.arange(margin, d.nx - margin, spacing), np.arange(margin, d.ny - margin, spacing))
    x, y = x.ravel().astype(float), y.ravel().astype(float)
    if jitter_seed is not None:
        rng = np.random.default_rng(jitter_seed)
        x, y = x + rng.uniform(-0.5, 0.5, len(x)), y + rng.uniform(-0.5, 0.5, len(y))
    return x, y
