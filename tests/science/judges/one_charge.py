"""One realisation of charge: the raw is made from the electrons of the e-image, and each read-out effect does what it says.

    one_charge.py prepare FOLDER DETECTOR EFFECT,EFFECT...
    one_charge.py noisy FOLDER             dark current and read noise on, crosstalk, transfer and bleed off
    one_charge.py exact FOLDER             all of the read-out off: nothing but rounding
    one_charge.py crosstalk WITH WITHOUT   two folders with read noise that differ in crosstalk alone
    one_charge.py transfer WITH WITHOUT    two folders with read noise that differ in charge transfer alone
    one_charge.py bleed FOLDER             bleed alone: charge above full well moves along the columns
    one_charge.py prepare_brilliant FOLDER DETECTOR    a star of magnitude 4, 1.8e11 electrons, with every effect on
    one_charge.py brilliant FOLDER         counts saturate; nothing wraps around
"""

import numpy as np

import lsstcam as cam
import scene
from outputs import read_eimage, read_raw, run


def prepare(folder, name, switched):
    """Stars of all fluxes on a dark sky; the brightest (5e6 electrons) stay under the largest value of the ADC."""
    d = cam.detector(name)
    on = {effect: True for effect in switched.split(",") if effect}
    request = dict(
        band="r", detectors=name, skyBrightnessMagPerArcsec2=21.2, products=["eimage", "raw"],
        effects=scene.effects(background=True, **on),
    )  # fmt: skip
    rng = np.random.default_rng(8)
    x, y = rng.uniform(0, d.nx - 1, 400), rng.uniform(0, d.ny - 1, 400)
    ra, dec = cam.pixel_to_sky(d, x, y, *scene.boresight(scene.VISIT))
    mags = np.linspace(15.3, 21, 400)
    scene.write(folder, request, [scene.star(i, ra[i], dec[i], mags[i]) for i in range(400)])


def _load(folder):
    d = cam.detector(scene.load(folder)["detectors"])
    image, _ = read_eimage(folder)
    segments, _, _ = read_raw(folder)
    return d, image, segments


def _residuals(d, image, segments):
    """(raw - bias) gain - e-image by amplifier, and where the ADC does not clip."""
    ny, nx = cam.DATA_SHAPE[d.vendor]
    for amplifier, segment in segments.items():
        x0, y0, _, _ = cam.segment_box(d, amplifier)
        data = cam.segment_to_ccd(d, amplifier, segment)
        electrons = image[y0 : y0 + ny, x0 : x0 + nx]
        yield amplifier, (data - d.bias) * d.gain - electrons, data < 262143, electrons


def noisy(folder):
    d, image, segments = _load(folder)
    request = scene.load(folder)
    dark = cam.DARK_E_PER_S * (request["exposureS"] + cam.READOUT_S)
    variance = d.read_noise**2 + dark + d.gain**2 / 12
    mean, spread, correlation = [], [], []
    for _, difference, ok, electrons in _residuals(d, image, segments):
        values = difference[ok]
        mean.append((values.mean() - dark) / np.sqrt(variance / values.size))
        spread.append((values.var() / variance - 1) / np.sqrt(2 / values.size))
        # What is left must not know the electrons: a gain error or a second realisation would show here.
        faint = ok & (electrons < 5000)
        correlation.append(np.corrcoef(difference[faint], electrons[faint])[0, 1] * np.sqrt(faint.sum()))
    return dict(
        amplifiers=len(mean), meanWorstSigmas=np.max(np.abs(mean)), varianceWorstSigmas=np.max(np.abs(spread)),
        correlationWorstSigmas=np.max(np.abs(correlation)),
    )  # fmt: skip


def exact(folder):
    d, image, segments = _load(folder)
    worst, wrong, blank = 0.0, 0, True
    rows, columns = cam.data_slices(d)
    for amplifier, difference, ok, _ in _residuals(d, image, segments):
        worst = max(worst, np.max(np.abs(difference[ok])) / d.gain)
        wrong += int(np.sum(np.abs(difference[ok]) > 0.5 * d.gain * (1 + 1e-6)))
        outside = segments[amplifier].copy()
        outside[rows, columns] = d.bias
        blank &= bool(np.all(outside == d.bias))
    return dict(
        amplifiers=len(segments), worstInAdu=worst, pixelsOverHalfAdu=wrong, scansAtBias=blank,
        brightestPixel=int(image.max()),
    )  # fmt: skip


def crosstalk(with_it, without):
    """Both folders hold the same read noise, which makes rounding linear in the mean."""
    d, image, segments = _load(with_it)
    _, image_without, plain = _load(without)
    stack = np.stack([plain[a] - d.bias for a in cam.SEGMENT_ORDER]).astype(float)
    measured = np.stack([segments[a] - plain[a] for a in cam.SEGMENT_ORDER]).astype(float)
    expected = np.tensordot(cam.crosstalk_matrix(d), stack, axes=1)
    rows, columns = cam.data_slices(d)
    # Crosstalk is of light and dark charge; the scans hold read noise, which comes after it.
    measured, expected, stack = (a[:, rows, columns] for a in (measured, expected, stack))
    residual = measured - expected
    # Regress on the three classes of neighbour, with the classes' own images as the regressors.
    classes = np.stack([
        np.tensordot((cam.crosstalk_matrix(d) == value).astype(float), stack, axes=1).ravel()
        for value in cam.CROSSTALK.values()
    ])  # fmt: skip
    fitted = np.linalg.solve(classes @ classes.T, classes @ measured.ravel())
    return dict(
        sameEimage=bool(np.array_equal(image, image_without)), residualWorstAdu=np.max(np.abs(residual)),
        residualMeanAdu=residual.mean(), fitted=dict(zip(cam.CROSSTALK, fitted, strict=True)),
    )  # fmt: skip


def transfer(with_it, without):
    """Charge is kept; what is left behind trails in the first column after the data, in proportion to transfers.

    Both folders hold the same read noise, which makes rounding linear in the mean.
    """
    d, image, segments = _load(with_it)
    _, image_without, plain = _load(without)
    rows, columns = cam.data_slices(d)
    kept, serial, parallel = [], [], []
    for amplifier in cam.SEGMENT_ORDER:
        moved = (segments[amplifier] - plain[amplifier]).astype(float)
        charge = plain[amplifier] - d.bias
        kept.append(moved.sum() / np.sqrt(moved.size / 6))
        # Charge of the last column goes through all columns of data and prescan on its way out, that of the last row
        # through all rows.
        serial.append(moved[rows, columns.stop].sum() / charge[rows, columns.stop - 1].sum() / columns.stop)
        parallel.append(moved[rows.stop, columns].sum() / charge[rows.stop - 1, columns].sum() / rows.stop)
    return dict(
        sameEimage=bool(np.array_equal(image, image_without)), keptWorstSigmas=np.max(np.abs(kept)),
        serialOverNominal=np.mean(serial) / cam.CTI, parallelOverNominal=np.mean(parallel) / cam.CTI,
    )  # fmt: skip


def bleed(folder):
    d, image, segments = _load(folder)
    full_well = (cam.SATURATION_ADU[d.vendor] - d.bias) * d.gain
    raw = np.zeros_like(image, float)
    ny, nx = cam.DATA_SHAPE[d.vendor]
    for amplifier, difference, _, electrons in _residuals(d, image, segments):
        x0, y0, _, _ = cam.segment_box(d, amplifier)
        raw[y0 : y0 + ny, x0 : x0 + nx] = difference + electrons
    hot = (image > full_well + 1).any(axis=0)
    half = d.ny // 2
    sums = lambda a, part: a[part][:, hot].sum(axis=0)  # noqa: E731
    lower, upper = slice(0, half), slice(half, d.ny)
    # Rounding of whole electrons by a gain is not quite random: 0.01 ADU in the mean of a sky of 1048 e, here 0.05 allowed;
    # and half an ADU in every pixel that is full, since all of those hold the same charge.
    full = (raw[:, hot] > full_well - d.gain).sum(axis=0)
    rounding = d.gain * (0.05 * d.ny + 0.5 * full)
    change = [sums(raw, part) - sums(image, part) for part in (lower, upper)]
    return dict(
        hotColumns=int(hot.sum()), saturatedPixels=int((image > full_well + 1).sum()), peakElectrons=int(image.max()),
        rawOverFullWellAdu=(raw.max() - full_well) / d.gain,
        untouchedWorstAdu=np.max(np.abs(raw - image)[:, ~hot]) / d.gain,
        wholeColumnWorst=np.max(np.abs(change[0] + change[1]) / rounding, initial=0),
        halfColumnWorst=max(np.max(np.abs(c) / rounding, initial=0) for c in change),
        excessMedian=float(np.median(np.maximum(image - full_well, 0).sum(axis=0)[hot] / rounding)),
    )  # fmt: skip


def prepare_brilliant(folder, name):
    d = cam.detector(name)
    effects = {key: True for key in scene.effects()}
    request = dict(
        band="r", detectors=name, skyBrightnessMagPerArcsec2=21.2, products=["eimage", "raw", "truth"], effects=effects
    )
    ra, dec = cam.pixel_to_sky(d, np.array([1500.2]), np.array([900.7]), *scene.boresight(scene.VISIT))
    scene.write(folder, request, [scene.star(1, ra[0], dec[0], 4.0)])


def brilliant(folder):
    d, image, segments = _load(folder)
    peak = np.unravel_index(np.argmax(image), image.shape)
    well = (cam.SATURATION_ADU[d.vendor] - d.bias) * d.gain
    values = np.stack(list(segments.values()))
    column = np.zeros(image.shape)
    ny, nx = cam.DATA_SHAPE[d.vendor]
    for amplifier, difference, _, electrons in _residuals(d, image, segments):
        x0, y0, _, _ = cam.segment_box(d, amplifier)
        column[y0 : y0 + ny, x0 : x0 + nx] = difference + electrons
    half = slice(0, d.ny // 2)
    # Along the rows, the star's wings fall from the peak without a break: what wraps would show as a dark hole.
    core = image[880:922, 1480:1522]
    return dict(
        largest=int(image.max()), smallest=int(image.min()), peakX=int(peak[1]), peakY=int(peak[0]), coreLeast=int(core.min()),
        rawLeast=int(values.min()), rawMost=int(values.max()),
        filledColumnOverWell=float(np.median(column[half, 1500]) / well), upperHalfOverWell=float(np.median(column[d.ny // 2 :, 1500]) / well),
    )  # fmt: skip


if __name__ == "__main__":
    run(prepare_brilliant=prepare_brilliant, brilliant=brilliant, prepare=prepare, noisy=noisy, exact=exact, crosstalk=crosstalk, transfer=transfer, bleed=bleed)
