"""Sky level, noise, bias, read noise, dark current and the electrons of isolated stars, predicted from the facts alone.

    forward_model.py prepare FOLDER DETECTOR      writes catalog and request
    forward_model.py judge FOLDER                 compares what came out, prints JSON
    forward_model.py prepare_methods FOLDER       stars at every flux, nothing else: does all their light arrive?
    forward_model.py judge_methods FOLDER
"""

from math import gamma, pi

import numpy as np

import lsstcam as cam
import scene
from outputs import aperture_sums, read_eimage, read_raw, read_truth, run
from psf_model import Psf

BAND, SKY_MAG = "r", 21.2
APERTURE_PX = 15.0
MAGNITUDES = (17.0, 18.0, 19.0, 20.0, 21.0)
BLOCKS = 12


def prepare(folder, name):
    d = cam.detector(name)
    request = dict(
        band=BAND, detectors=name, skyBrightnessMagPerArcsec2=SKY_MAG, products=["eimage", "raw", "truth"],
        effects=scene.effects(
            background=True, vignetting=True, chargeDiffusion=True, bleed=True, darkCurrent=True, crosstalk=True,
            chargeTransferInefficiency=True, readNoise=True,
        ),
    )  # fmt: skip
    x, y = scene.grid(d, 240, 200, jitter_seed=1)
    ra, dec = cam.pixel_to_sky(d, x, y, *scene.boresight(scene.VISIT))
    lines = [scene.star(i, ra[i], dec[i], MAGNITUDES[i % len(MAGNITUDES)]) for i in range(len(x))]
    scene.write(folder, request, lines)


def judge(folder):
    request = scene.load(folder)
    d = cam.detector(request["detectors"])
    image, _ = read_eimage(folder)
    segments, headers, _ = read_raw(folder)
    x, y = scene.grid(d, 240, 200, jitter_seed=1)
    away = _away_from_stars(d, x, y, 80)
    return dict(
        shape=image.shape,
        sky=_judge_sky(d, request, image, away),
        raw=_judge_raw(d, request, segments, away),
        stars=_judge_stars(d, request, image, x, y),
        truth=_judge_truth(d, request, read_truth(folder)),
    )


def _away_from_stars(d, x, y, radius):
    """True where no star lies within a square of this half-width: the wings of magnitude 17 are under 0.2 e there."""
    away = np.ones((d.ny, d.nx), bool)
    for cx, cy in zip(x, y, strict=True):
        ix, iy = int(round(cx)), int(round(cy))
        away[iy - radius : iy + radius + 1, ix - radius : ix + radius + 1] = False
    return away


def _block_slices(d):
    ys, xs = np.linspace(0, d.ny, BLOCKS + 1).astype(int), np.linspace(0, d.nx, BLOCKS + 1).astype(int)
    return [(slice(a, b), slice(c, e)) for a, b in zip(ys, ys[1:]) for c, e in zip(xs, xs[1:])]


def _predicted_sky(d, request, rows, columns):
    """Sky per pixel of a block and how far smooth curves through the vignetting table may differ there."""
    yy, xx = np.mgrid[rows, columns]
    r = cam.radius_mm(d, xx, yy)
    sky = cam.sky_electrons(SKY_MAG, BAND, request["exposureS"], 1.0)
    return sky * cam.vignetting(r), sky * cam.vignetting_freedom(r)


def _judge_sky(d, request, image, away):
    """Level and noise of the sky in blocks. Noise by differences of neighbouring columns: gradients cancel."""
    level, noise, measured_blocks, worst = [], [], 0, 0.0
    for rows, columns in _block_slices(d):
        predicted, freedom = _predicted_sky(d, request, rows, columns)
        ok = away[rows, columns] & np.isfinite(predicted)
        if ok.sum() < 5000:
            continue
        measured_blocks += 1
        block = image[rows, columns]
        mean, expected = block[ok].mean(), predicted[ok].mean()
        tolerance = 5 * np.sqrt(expected / ok.sum()) + freedom[ok].mean() + 0.05
        level.append((mean - expected) / tolerance)
        worst = max(worst, abs(mean / expected - 1))
        pairs = ok[:, :-1:2] & ok[:, 1::2]
        difference = (block[:, 1::2] - block[:, :-1:2] - predicted[:, 1::2] + predicted[:, :-1:2])[pairs]
        noise.append((difference.var() / 2 / mean - 1) / np.sqrt(2 / pairs.sum()))
    return dict(
        blocks=measured_blocks, levelWorstInTolerances=np.max(np.abs(level)), levelWorstFraction=worst,
        noiseWorstSigmas=np.max(np.abs(noise)), noiseMeanSigmas=np.mean(noise) * np.sqrt(len(noise)),
        electronsAtCentre=float(image[away].mean()),
    )  # fmt: skip


def _judge_raw(d, request, segments, away):
    """By amplifier: sky in ADU times gain, its noise, bias level and read noise in both overscans."""
    dark = cam.DARK_E_PER_S * (request["exposureS"] + cam.READOUT_S)
    rows, columns = cam.data_slices(d)
    crosstalk = cam.crosstalk_matrix(d).sum(axis=1)
    level, noise, bias, read_noise = [], [], [], []
    for index, (amplifier, segment) in enumerate(segments.items()):
        x0, y0, _, _ = cam.segment_box(d, amplifier)
        ny, nx = cam.DATA_SHAPE[d.vendor]
        box = slice(y0, y0 + ny), slice(x0, x0 + nx)
        predicted, freedom = _predicted_sky(d, request, *box)
        ok = away[box] & np.isfinite(predicted)
        if ok.sum() > 20000:
            electrons = (cam.segment_to_ccd(d, amplifier, segment) - d.bias) * d.gain
            expected = predicted[ok].mean() * (1 + crosstalk[index]) + dark
            # Crosstalk of stars on other amplifiers, and of their unequal sky: under 5e-4 of the sky.
            tolerance = 5 * np.sqrt(expected / ok.sum()) + freedom[ok].mean() + 5e-4 * expected + 0.05
            level.append((electrons[ok].mean() - expected) / tolerance)
            pairs = ok[:, :-1:2] & ok[:, 1::2]
            difference = (electrons[:, 1::2] - electrons[:, :-1:2] - predicted[:, 1::2] + predicted[:, :-1:2])[pairs]
            variance = predicted[ok].mean() + dark + d.read_noise**2 + d.gain**2 / 12
            noise.append((difference.var() / 2 / variance - 1) / (np.sqrt(2 / pairs.sum()) + 1e-3))
        # The first columns after the data hold charge that was left behind; they are not bias.
        serial = segment[rows, columns.stop + 4 :]
        parallel = segment[rows.stop + 4 :, columns]
        for part in (serial, parallel, segment[rows, : columns.start]):
            bias.append((part.mean() - d.bias) / (5 * d.read_noise / d.gain / np.sqrt(part.size)))
            expected_var = (d.read_noise / d.gain) ** 2 + 1 / 12
            read_noise.append((part.var() / expected_var - 1) / np.sqrt(2 / part.size))
    return dict(
        amplifiers=len(segments), levelWorstInTolerances=np.max(np.abs(level)), noiseWorstSigmas=np.max(np.abs(noise)),
        biasWorstInTolerances=np.max(np.abs(bias)), readNoiseWorstSigmas=np.max(np.abs(read_noise)),
        readNoiseMeanSigmas=np.mean(read_noise) * np.sqrt(len(read_noise)),
    )  # fmt: skip


def _judge_stars(d, request, image, x, y):
    """Aperture electrons above the local sky against flux times encircled energy, in their own errors."""
    psf = Psf(BAND, request["seeingFwhm500Arcsec"])
    energy = psf.encircled_energy(APERTURE_PX * cam.PIXEL_ARCSEC)
    near = aperture_sums(image, x, y, APERTURE_PX)
    inner, outer = aperture_sums(image, x, y, 40.0), aperture_sums(image, x, y, 70.0)
    area, annulus = np.pi * APERTURE_PX**2, np.pi * (70.0**2 - 40.0**2)
    sky = (outer - inner) / annulus
    r = cam.radius_mm(d, x, y)
    v = cam.vignetting(r)
    magnitudes = np.array([MAGNITUDES[i % len(MAGNITUDES)] for i in range(len(x))])
    flux = cam.source_electrons(magnitudes, BAND, request["exposureS"], 1.0, v)
    # A star's wings between 40 and 70 pixels enter its sky: Kolmogorov wings, surface brightness ~ r^-11/3.
    wing = _wing_fraction(psf, 40.0) - _wing_fraction(psf, 70.0)
    predicted = flux * (energy - wing * area / annulus)
    measured = near - sky * area
    error = np.sqrt(flux * energy + area * sky * (1 + area / annulus) + (flux * cam.vignetting_freedom(r) / v) ** 2)
    ok = np.isfinite(v) & (v > 0.3)
    pull = ((measured - predicted) / error)[ok]
    ratio = measured[ok] / predicted[ok]
    bright = magnitudes[ok] <= 18
    return dict(
        stars=int(ok.sum()), pullMean=pull.mean() * np.sqrt(len(pull)), pullRms=np.sqrt(np.mean(pull**2)),
        pullWorst=np.max(np.abs(pull)), brightRatioMean=ratio[bright].mean(),
    )  # fmt: skip


def _wing_fraction(psf, radius_px):
    """Light outside a radius far from the core: 1 - EE of a Kolmogorov transform whose cusp is (k/k0)^(5/3)."""
    # The cusp -(k/k0)^p at k = 0 makes wings c r^-(2 + p); c by the Fourier transform of a power.
    p = 5 / 3
    c = 2**p * gamma(1 + p / 2) / (pi * -gamma(-p / 2)) / psf.k0**p
    return 2 * pi * c / p * (radius_px * cam.PIXEL_ARCSEC) ** -p


def _judge_truth(d, request, truth):
    """Expected electrons by the formula, realised within Poisson, positions by the independent projection."""
    x, y = cam.sky_to_pixel(d, truth["ra"], truth["dec"], *scene.boresight(request))
    v = cam.vignetting(cam.radius_mm(d, x, y))
    inside = np.isfinite(v)
    number = np.array([int(i) for i in truth["object_id"]])
    magnitude = np.array([MAGNITUDES[i % len(MAGNITUDES)] for i in number])
    expected = cam.source_electrons(magnitude, BAND, request["exposureS"], 1.0, v)
    pull = ((truth["realised_electrons"] - truth["expected_electrons"]) / np.sqrt(truth["expected_electrons"]))[inside]
    return dict(
        rows=len(truth),
        magnitudeWorst=np.max(np.abs(truth["magnitude"] - magnitude)),
        positionWorstPx=max(np.max(np.abs(truth["x"] - x)), np.max(np.abs(truth["y"] - y))),
        fitsOffsetWorst=max(np.max(np.abs(truth["x_fits"] - truth["x"] - 1)), np.max(np.abs(truth["y_fits"] - truth["y"] - 1))),
        expectedWorstFraction=np.max(np.abs(truth["expected_electrons"] / expected - 1)[inside]),
        realisedPullMean=pull.mean() * np.sqrt(len(pull)), realisedPullRms=np.sqrt(np.mean(pull**2)),
    )  # fmt: skip


# Mean electrons on axis and how many stars: each class's sum has a Poisson error of 0.05 to 0.1 %.
CLASSES = ((300, 2500), (2500, 1600), (20_000, 400), (300_000, 16), (30_000_000, 4))


def prepare_methods(folder):
    d = cam.detector("R22_S11")
    request = dict(band=BAND, detectors=d.name, products=["eimage", "truth"], effects=scene.effects())
    rng = np.random.default_rng(5)
    lines = []
    for index, (electrons, count) in enumerate(CLASSES):
        margin = 700
        x, y = rng.uniform(margin, d.nx - margin, count), rng.uniform(margin, d.ny - margin, count)
        ra, dec = cam.pixel_to_sky(d, x, y, *scene.boresight(scene.VISIT))
        mag = cam.annulus_zero_point(BAND) - 2.5 * np.log10(electrons / scene.VISIT["exposureS"])
        lines += [scene.star(1_000_000 * (index + 1) + i, ra[i], dec[i], mag) for i in range(count)]
    scene.write(folder, request, lines)


def judge_methods(folder):
    truth = read_truth(folder)
    image, _ = read_eimage(folder)
    number = np.array([int(i) for i in truth["object_id"]]) // 1_000_000 - 1
    psf = Psf(BAND, scene.load(folder)["seeingFwhm500Arcsec"], diffusion=False)
    # The nearest edge is 700 pixels away or more; at most this much light falls off the chip.
    off_chip = _wing_fraction(psf, 700.0)
    classes = []
    for index, (electrons, count) in enumerate(CLASSES):
        mine = truth[number == index]
        expected, realised = mine["expected_electrons"].sum(), mine["realised_electrons"].sum()
        classes.append(dict(
            electrons=electrons, stars=len(mine), wanted=count, fraction=realised / expected - 1,
            sigma=1 / np.sqrt(expected), expectedFraction=expected / (electrons * count) - 1,
            methods=sorted({str(m) for m in mine["method"]}),
        ))  # fmt: skip
    return dict(classes=classes, offChip=off_chip, imageMinusTruth=int(image.sum()) - truth["realised_electrons"].sum())


if __name__ == "__main__":
    run(prepare=prepare, judge=judge, prepare_methods=prepare_methods, judge_methods=judge_methods)
