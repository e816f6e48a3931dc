"""The zero point of a visit, from the electrons of stars on every science CCD, against SMTN-002.

    zero_point.py prepare FOLDER BAND
    zero_point.py judge FOLDER
"""

import glob
import os

import numpy as np
from astropy.io import fits

import lsstcam as cam
import scene
from outputs import run, table_of

MAG = 16.0


def _places(d):
    """A 3 x 3 grid of points that share the CCD out in equal parts."""
    fractions = (np.arange(3) + 0.5) / 3
    x, y = np.meshgrid(fractions * d.nx - 0.5, fractions * d.ny - 0.5)
    return x.ravel(), y.ravel()


def prepare(folder, band):
    request = dict(
        band=band, detectors="all", products=["truth"], effects=scene.effects(vignetting=True), visitId=100 + "ugrizy".index(band)
    )
    lines = []
    for d in cam.science_detectors():
        ra, dec = cam.pixel_to_sky(d, *_places(d), *scene.boresight(scene.VISIT))
        lines += [scene.star(d.number * 10 + i, ra[i], dec[i], MAG) for i in range(9)]
    scene.write(folder, request, lines)


def judge(folder):
    request = scene.load(folder)
    realised, expected, stars = {}, {}, 0
    for path in glob.glob(os.path.join(folder, "out", "truth_*.fits")):
        with fits.open(path) as file:
            number, table = file[0].header["DETID"], table_of(file["TRUTH"])
        mine = np.array([int(i) // 10 == number for i in table["object_id"]])
        stars += int(mine.sum())
        realised[number] = table["realised_electrons"][mine].mean()
        expected[number] = table["expected_electrons"][mine].mean()
    per_second = np.array(list(realised.values())) / request["exposureS"]
    zero_points = MAG + 2.5 * np.log10(per_second)
    return dict(
        detectors=len(realised), stars=stars, published=cam.BANDS[request["band"]]["zp"],
        ofMeanFlux=MAG + 2.5 * np.log10(per_second.mean()), meanOfDetectors=zero_points.mean(),
        faintestDetector=zero_points.min(), brightestDetector=zero_points.max(),
        expectedOfMeanFlux=MAG + 2.5 * np.log10(np.mean(list(expected.values())) / request["exposureS"]),
    )  # fmt: skip


if __name__ == "__main__":
    run(prepare=prepare, judge=judge)
