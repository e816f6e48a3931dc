"""The synthetic sky: the same objects for neighbouring detectors, other bands and later epochs, in the numbers of the facts.

    population.py prepare FOLDER BAND EPOCH DETECTORS
    population.py judge FOLDER_A FOLDER_OTHER_BAND FOLDER_OTHER_EPOCH    each with R22_S11 and R22_S12
"""

import numpy as np

import lsstcam as cam
import scene
from outputs import read_truth, run

FAINT_I = 25.5
DETECTORS = ("R22_S11", "R22_S12")


def prepare(folder, band, epoch):
    request = {
        **scene.VISIT, "band": band, "detectors": list(DETECTORS), "products": ["truth"], "effects": scene.effects(vignetting=True),
        "visitId": 300 + int(epoch), "obsMjdTai": 61100.25 + 3 * int(epoch), "rotSkyPosDeg": 31.0 + 47 * int(epoch),
    }  # fmt: skip
    request = scene.write(folder, request)
    request["sky"] = [dict(type="synthetic", seed=3, faintIMag=FAINT_I)]
    scene.rewrite(folder, request)


def _table(folder, name):
    """The truth of a detector by object and component."""
    truth = read_truth(folder, name)
    keys = [f"{i}/{c}" for i, c in zip(truth["object_id"], truth["component"], strict=True)]
    assert len(set(keys)) == len(keys), "an object's component is listed twice"
    return dict(zip(keys, truth, strict=True))


def _compare(a, b):
    """Objects of both tables: how far apart they lie (arcsec) and how their magnitudes differ."""
    common = sorted(a.keys() & b.keys())
    pick = lambda table, field: np.array([table[key][field] for key in common])  # noqa: E731
    dra = (pick(a, "ra") - pick(b, "ra")) * np.cos(np.radians(pick(a, "dec")))
    apart = np.hypot(dra, pick(a, "dec") - pick(b, "dec")) * 3600
    colour = pick(a, "magnitude") - pick(b, "magnitude")
    return dict(
        common=len(common), apartArcsec=np.max(apart, initial=0), magnitudeWorst=np.max(np.abs(colour), initial=0),
        colourMedian=float(np.median(colour)) if common else None, colourStd=float(np.std(colour)) if common else None,
    )  # fmt: skip


def _missing(table, other, folder, name, margin):
    """Objects of a table well inside a detector of another visit that its table does not list, and how many were asked."""
    request = scene.load(folder)
    d = cam.detector(name)
    keys = list(table)
    ra, dec = np.array([table[k]["ra"] for k in keys]), np.array([table[k]["dec"] for k in keys])
    x, y = cam.sky_to_pixel(d, ra, dec, *scene.boresight(request))
    inside = (x > margin) & (y > margin) & (x < d.nx - 1 - margin) & (y < d.ny - 1 - margin)
    asked = [key for key, is_inside in zip(keys, inside, strict=True) if is_inside]
    return dict(asked=len(asked), missing=sum(key not in other for key in asked))


def judge(first, other_band, other_epoch):
    here, neighbour = _table(first, DETECTORS[0]), _table(first, DETECTORS[1])
    band, epoch = _table(other_band, DETECTORS[0]), _table(other_epoch, DETECTORS[0])
    counts = _counts(here)
    return dict(
        neighbour=_compare(here, neighbour), otherBand=_compare(here, band), otherEpoch=_compare(here, epoch),
        neighbourMissing=_missing(here, neighbour, first, DETECTORS[1], 0),
        otherBandMissing=_missing(here, band, other_band, DETECTORS[0], 0),
        otherEpochMissing=_missing(here, epoch, other_epoch, DETECTORS[0], 0), counts=counts,
        bandNames=[scene.load(f)["band"] for f in (first, other_band, other_epoch)],
    )  # fmt: skip


def _counts(table):
    """Galaxies and stars whose centre lies on the CCD, against the published counts; total magnitudes in this band (i)."""
    d = cam.detector(DETECTORS[0])
    galaxies, stars = {}, []
    for key, row in table.items():
        if not (-0.5 < row["x"] < d.nx - 0.5 and -0.5 < row["y"] < d.ny - 0.5):
            continue
        identity, component = key.split("/")
        if component == "single":
            stars.append(row["magnitude"])
        else:
            galaxies[identity] = galaxies.get(identity, 0) + 10 ** (-0.4 * row["magnitude"])
    mags = -2.5 * np.log10(np.array(list(galaxies.values())))
    arcmin2 = d.nx * d.ny * (cam.PIXEL_ARCSEC / 60) ** 2
    limits = (22.0, 23.0, 24.0, 25.0)
    return dict(
        arcmin2=arcmin2, limits=limits, galaxies=[int(np.sum(mags < limit)) for limit in limits],
        published=[46 * 10 ** (0.31 * (limit - 25)) * arcmin2 for limit in limits], stars=len(stars), components=len(table),
        starsPerDeg2=len(stars) / (arcmin2 / 3600),
    )  # fmt: skip


if __name__ == "__main__":
    run(prepare=prepare, judge=judge)
