"""Reads what the simulator wrote, with astropy, and runs a judge's commands."""

import glob
import json
import os
import sys

import numpy as np
from astropy.io import fits

from lsstcam import SEGMENT_ORDER


def path_of(folder, kind, name="*"):
    """The one file of a kind (eimage, amp, truth) and detector name below a scene's out/ folder."""
    found = glob.glob(os.path.join(folder, "out", f"{kind}_*-{name}-det*.fits*"))
    if len(found) != 1:
        raise SystemExit(f"{len(found)} files of {kind} for {name} in {folder}/out")
    return found[0]


def read_eimage(folder, name="*"):
    """(pixels as int64, header) of an e-image."""
    with fits.open(path_of(folder, "eimage", name)) as file:
        return file[0].data.astype(np.int64), file[0].header.copy()


def read_raw(folder, name="*"):
    """(segments by amplifier name, headers, primary header) of a raw file."""
    segments, headers = {}, {}
    with fits.open(path_of(folder, "amp", name)) as file:
        for amplifier, hdu in zip(SEGMENT_ORDER, file[1:], strict=True):
            assert hdu.header["EXTNAME"].strip() == f"Segment{amplifier[1:]}", hdu.header["EXTNAME"]
            segments[amplifier] = hdu.data.astype(np.int64)
            headers[amplifier] = hdu.header.copy()
        return segments, headers, file[0].header.copy()


def read_truth(folder, name="*"):
    """The truth table of a detector as a numpy structured array, its texts decoded and without padding."""
    with fits.open(path_of(folder, "truth", name)) as file:
        return table_of(file["TRUTH"])


def table_of(hdu):
    """A FITS table as a numpy structured array in native byte order, texts without padding."""
    columns = [np.asarray(hdu.data[name]) for name in hdu.columns.names]
    plain = [np.char.strip(c) if c.dtype.kind in "SU" else c.astype(c.dtype.newbyteorder("=")) for c in columns]
    return np.array(np.rec.fromarrays(plain, names=hdu.columns.names))


def aperture_sums(image, x, y, radius, subpixels=10):
    """Sums in circular apertures around pixel positions, pixels at the rim by the fraction inside."""
    half = int(np.ceil(radius)) + 1
    step = (np.arange(subpixels) + 0.5) / subpixels - 0.5
    offsets = np.arange(-half, half + 1)
    sums = np.empty(len(x))
    for i, (cx, cy) in enumerate(zip(x, y, strict=True)):
        ix, iy = int(round(cx)), int(round(cy))
        dx = ((offsets + ix)[:, None] + step - cx).ravel()
        dy = ((offsets + iy)[:, None] + step - cy).ravel()
        inside = (dx[None, :] ** 2 + dy[:, None] ** 2 <= radius**2).reshape(len(offsets), subpixels, len(offsets), subpixels)
        weight = inside.mean(axis=(1, 3))
        sums[i] = np.sum(weight * image[iy - half : iy + half + 1, ix - half : ix + half + 1])
    return sums


def run(**commands):
    """Runs the command that argv names with its arguments and prints what it returns as JSON."""
    result = commands[sys.argv[1]](*sys.argv[2:])
    print(json.dumps(result, default=_plain))


def _plain(value):
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray):
        return value.tolist()
    raise TypeError(type(value))
