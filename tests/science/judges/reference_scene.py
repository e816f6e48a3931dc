"""The reference scene: a noisy and a noiseless image of ours against its truth, which GalSim drew.

    reference_scene.py spec FILE noisy|noiseless     writes the JSON of `imsim-od draw`; the sources come by --catalog
    reference_scene.py judge IMAGE TRUTH noisy|noiseless
"""

import json

import numpy as np
from astropy.io import fits

from outputs import run

SKY = 800.0


def spec(path, kind):
    noisy = kind == "noisy"
    document = dict(
        nx=4096, ny=4096, pixelScaleArcsec=0.2, psf=dict(kind="kolmogorov", fwhmArcsec=0.7), sources=[], photons=noisy,
        seed=12345, skyElectrons=SKY if noisy else 0, noise=noisy,
    )  # fmt: skip
    with open(path, "w") as f:
        json.dump(document, f)


def judge(path, truth_path, kind):
    with fits.open(path) as image, fits.open(truth_path) as truth:
        shape = image[0].data.shape
        ours = image[0].data.astype(float).reshape(256, 16, 256, 16).sum(axis=(1, 3))
        expected = truth[0].data.astype(float)
        bitpix = image[0].header["BITPIX"]
    sky = 256 * SKY
    difference = ours - (sky if kind == "noisy" else 0) - expected
    bright = expected > 1000
    return dict(
        shape=shape, bitpix=bitpix, chi2=np.mean(difference**2 / (sky + expected)), sum=ours.sum() - (sky * ours.size if kind == "noisy" else 0),
        truthSum=expected.sum(), correlation=np.corrcoef((ours).ravel(), expected.ravel())[0, 1],
        brightWorstFraction=np.max(np.abs(difference[bright] / expected[bright])),
        brightRmsFraction=np.sqrt(np.mean((difference[bright] / expected[bright]) ** 2)),
        faintMean=difference[~bright].mean(),
    )  # fmt: skip


if __name__ == "__main__":
    run(spec=spec, judge=judge)
