"""Products as others read them: headers, decompressed integers, and the WCS of e-image and raw segments.

    product_files.py detectors                 the nine CCDs to run: the centre and four extreme ones of each vendor
    product_files.py prepare FOLDER            an empty, quick visit of those nine
    product_files.py wcs FOLDER
    product_files.py headers FOLDER
    product_files.py integers RAW FUNPACKED    astropy's and funpack's integers, and a digest for a third reader
    product_files.py opened FOLDER             every FITS product, checksums verified
    product_files.py parquet FOLDER            the truth as Parquet against the truth as FITS
"""

import glob
import hashlib
import os
import warnings

import numpy as np
import pyarrow.parquet as pq
from astropy.io import fits
from astropy.time import Time
from astropy.wcs import WCS, FITSFixedWarning

import lsstcam as cam
import scene
from outputs import read_eimage, read_raw, read_truth, run
from psf_model import Psf

warnings.simplefilter("ignore", FITSFixedWarning)
BAND = "i"


def detectors():
    extremes = cam.most_extreme("e2v", 4) + cam.most_extreme("ITL", 4)
    return ["R22_S11"] + [d.name for d in extremes]


def prepare(folder):
    return scene.write(folder, dict(
        band=BAND, detectors=detectors(), products=["eimage", "raw", "truth"], rotSkyPosDeg=213.7,
        pointing=dict(raDeg=359.9, decDeg=-62.3), effects=scene.effects(),
    ))  # fmt: skip


def _offset_px(ra, dec, ra_true, dec_true):
    """Distance on the sky in nominal pixels."""
    dra = ((ra - ra_true + 180) % 360 - 180) * np.cos(np.radians(dec_true))
    return np.hypot(dra, dec - dec_true) * 3600 / cam.PIXEL_ARCSEC


def _compare(header, shape, to_ccd, d, request):
    """Worst error in pixels of a header's WCS: pixel to sky, sky to pixel by SIP's inverse polynomial, and by iteration."""
    wcs = WCS(header)
    columns, rows = np.meshgrid(np.linspace(0, shape[0] - 1, 23), np.linspace(0, shape[1] - 1, 23))
    columns, rows = columns.ravel(), rows.ravel()
    ra_true, dec_true = cam.pixel_to_sky(d, *to_ccd(columns, rows), *scene.boresight(request))
    forward = _offset_px(*wcs.all_pix2world(columns, rows, 0), ra_true, dec_true)
    x, y = wcs.all_world2pix(ra_true, dec_true, 0, tolerance=1e-7, maxiter=50)
    iterated = np.hypot(x - columns, y - rows)
    # TAN alone gives the focal plane; AP/BP bring it back to pixels.
    focal = wcs.wcs_world2pix(np.stack([ra_true, dec_true], -1), 1)
    pixels = wcs.sip_foc2pix(focal - wcs.wcs.crpix, 1)
    inverse = np.hypot(pixels[:, 0] - 1 - columns, pixels[:, 1] - 1 - rows)
    return dict(forward=forward.max(), iterated=iterated.max(), inverse=inverse.max())


def wcs(folder):
    request = scene.load(folder)
    out = {}
    for name in request["detectors"]:
        d = cam.detector(name)
        image, header = read_eimage(folder, name)
        assert image.shape == (d.ny, d.nx), (name, image.shape)
        results = [_compare(header, (d.nx, d.ny), lambda x, y: (x, y), d, request)]
        segments, headers, _ = read_raw(folder, name)
        for amplifier, segment in segments.items():
            assert segment.shape == cam.SEGMENT_SHAPE, (name, amplifier, segment.shape)
            to_ccd = lambda c, r, a=amplifier: cam.segment_pixel_to_ccd(d, a, c, r)  # noqa: E731
            # Judged over the light-sensitive pixels: prescan and overscan see no sky.
            rows, columns = cam.data_slices(d)
            shifted = lambda c, r, f=to_ccd, s=columns.start: f(c + s, r)  # noqa: E731
            cut = headers[amplifier].copy()
            cut["CRPIX1"] -= columns.start
            results.append(_compare(cut, (columns.stop - columns.start, rows.stop), shifted, d, request))
        out[name] = {
            frame: {key: max(r[key] for r in part) for key in results[0]}
            for frame, part in (("eimage", results[:1]), ("segments", results[1:]))
        }
    return out


# keyword -> type, and value where the facts fix it; None where the visit does
PRIMARY = dict(
    INSTRUME="LSSTCamSim", TELESCOP="Simonyi Survey Telescope", RAFTBAY=str, CCDSLOT=str, LSST_NUM=str, CHIPID=str,
    TELCODE="MC", CONTRLLR="S", DAYOBS=str, SEQNUM=int, OBSID=str, RUNNUM=int, REASON="survey", EXPTIME=float,
    DARKTIME=float, TIMESYS="TAI", FILTER=str, RA=float, DEC=float, RASTART=float, DECSTART=float, ROTPA=float,
    ROTANGLE=float, ROTCOORD="sky", RADESYS="ICRS", TRACKSYS="RADEC", ELSTART=float, AZSTART=float, HASTART=float,
    HAEND=float, AMSTART=float, AMEND=float, FOCUSZ=float, MONOWL=(int, float), ORIGIN=str,
)  # fmt: skip
PRIMARY.update({"DATE-OBS": str, "MJD-OBS": float, "DATE-END": str, "DATE": str, "MJD": float})
EIMAGE = dict(
    EXPTIME=float, MJD=float, DAYOBS=str, SEQNUM=int, CONTRLLR="S", RUNNUM=int, REASON="survey", FILTER=str,
    HASTART=float, HAEND=float, AMSTART=float, AMEND=float, FOCUSZ=float,
)  # fmt: skip
EIMAGE.update({"MJD-OBS": float})


def _faults(header, wanted, where):
    faults = []
    for key, rule in wanted.items():
        if key not in header:
            faults.append(f"{where}: {key} is missing")
            continue
        value = header[key]
        kinds = rule if isinstance(rule, (type, tuple)) else type(rule)
        if isinstance(value, bool) or not isinstance(value, kinds):
            faults.append(f"{where}: {key} = {value!r} is not {kinds}")
        elif not isinstance(rule, (type, tuple)) and value != rule:
            faults.append(f"{where}: {key} = {value!r}, not {rule!r}")
    return faults


def _expect(faults, where, header, key, value, tolerance=0.0):
    got = header.get(key)
    same = abs(got - value) <= tolerance if isinstance(value, float) and got is not None else got == value
    if not same:
        faults.append(f"{where}: {key} = {got!r}, not {value!r}")


def headers(folder):
    request = scene.load(folder)
    faults = []
    psf = Psf(BAND, request["seeingFwhm500Arcsec"], diffusion=False)
    widths = dict(
        FWHMATM=psf.fwhm_atm, FWHMSYS=psf.fwhm_sys, FWHMEFF=psf.fwhm_eff, FWHMGEOM=psf.fwhm_geom, PSFFWHM=psf.profile_fwhm()
    )
    start = request["obsMjdTai"] - request["exposureS"] / 2 / 86400
    day = Time(start - 0.5, format="mjd", scale="tai").strftime("%Y%m%d")
    for name in request["detectors"]:
        d = cam.detector(name)
        segments, segment_headers, primary = read_raw(folder, name)
        _, eimage = read_eimage(folder, name)
        faults += _faults(primary, PRIMARY, f"{name} raw") + _faults(eimage, EIMAGE, f"{name} e-image")
        for where, header in ((f"{name} raw", primary), (f"{name} e-image", eimage)):
            for key, value in (
                ("RAFTBAY", name[:3]), ("CCDSLOT", name[4:]), ("CHIPID", name), ("DAYOBS", day), ("RUNNUM", request["visitId"]),
                ("OBSID", f"MC_S_{day}_{header['SEQNUM']:06d}"), ("FILTER", cam.FILTERS[BAND]), ("EXPTIME", 30.0),
            ):  # fmt: skip
                _expect(faults, where, header, key, value)
            for key, value, tolerance in (
                ("RA", request["pointing"]["raDeg"], 1e-9), ("DEC", request["pointing"]["decDeg"], 1e-9),
                ("ROTPA", request["rotSkyPosDeg"], 1e-9), ("MJD-OBS", start, 1e-9), ("ELSTART", 90.0, 1e-6),
                ("AMSTART", 1.0, 1e-6), ("MJD", request["obsMjdTai"], 1e-9),
            ):  # fmt: skip
                _expect(faults, where, header, key, value, tolerance)
            # The profile's own FWHM is read off a numerical transform on both sides; the others are formulas.
            for key, value in widths.items():
                _expect(faults, where, header, key, value, 2e-3 if key == "PSFFWHM" else 1e-6)
            _expect(faults, where, header, "AREACM2", cam.ANNULUS_CM2, 0.5)
            _expect(faults, where, header, "MAGZERO", float(cam.annulus_zero_point(BAND)), 1e-6)
            if header.get("IMGTYPE") not in ("SKYEXP", "OBJECT"):
                faults.append(f"{where}: IMGTYPE = {header.get('IMGTYPE')!r}")
            if header["DATE"] == header["DATE-OBS"]:
                faults.append(f"{where}: DATE equals DATE-OBS, which obs_lsst takes for a broken header")
            for key, mjd in (("DATE-OBS", start), ("DATE-END", start + request["exposureS"] / 86400)):
                apart = abs(Time(header[key], scale="tai").mjd - mjd) * 86400
                if not apart < 0.002:
                    faults.append(f"{where}: {key} = {header[key]} is {apart:.4f} s off")
        for amplifier, header in segment_headers.items():
            faults += _segment_faults(f"{name} {amplifier}", d, amplifier, header)
        if sorted(map(str, segments)) != sorted(cam.SEGMENT_ORDER):
            faults.append(f"{name}: segments {list(segments)}")
    return dict(faults=faults)


def _segment_faults(where, d, amplifier, header):
    x0, y0, flip_x, flip_y = cam.segment_box(d, amplifier)
    ny, nx = cam.DATA_SHAPE[d.vendor]
    ends = lambda first, count, flip: (first + count, first + 1) if flip else (first + 1, first + count)  # noqa: E731
    (xa, xb), (ya, yb) = ends(x0, nx, flip_x), ends(y0, ny, flip_y)
    faults = []
    _expect(faults, where, header, "DATASEC", "[11:522,1:2002]" if d.vendor == "e2v" else "[4:512,1:2000]")
    _expect(faults, where, header, "DETSEC", f"[{xa}:{xb},{ya}:{yb}]")
    _expect(faults, where, header, "DETSIZE", f"[1:{d.nx},1:{d.ny}]")
    _expect(faults, where, header, "CHANNEL", amplifier)
    _expect(faults, where, header, "CCDSUM", "1 1")
    _expect(faults, where, header, "CTYPE1", "RA---TAN-SIP")
    _expect(faults, where, header, "CTYPE2", "DEC--TAN-SIP")
    return faults


def integers(raw, funpacked):
    digests, equal, opened = [], True, 0
    with fits.open(raw) as packed, fits.open(raw, disable_image_compression=True) as table, fits.open(funpacked) as plain:
        images = [hdu for hdu in plain if hdu.data is not None]
        for index, hdu in enumerate(packed[1:]):
            opened += 1
            pixels = hdu.data
            equal &= bool(np.array_equal(pixels, images[index].data))
            digests.append(hashlib.sha256(np.ascontiguousarray(pixels, "<i4").tobytes()).hexdigest())
        cards = {table[1].header.get(key) for key in ("ZCMPTYPE",)}
        tiles = [table[1].header[f"ZTILE{i}"] for i in (1, 2)]
        parameters = {table[1].header[f"ZNAME{i}"]: table[1].header[f"ZVAL{i}"] for i in (1, 2)}
    return dict(segments=opened, equal=equal, digests=digests, algorithm=sorted(cards), tile=tiles, parameters=parameters)


def opened(folder):
    """Every FITS product opened by astropy with its checksums verified; returns the number of HDUs of each."""
    counts = {}
    for path in sorted(glob.glob(os.path.join(folder, "out", "*.fits*"))):
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            warnings.simplefilter("ignore", FITSFixedWarning)
            with fits.open(path, checksum=True) as file:
                for hdu in file:
                    hdu.verify("exception")
                    _ = hdu.data
                counts[os.path.basename(path)] = len(file)
    return counts


def parquet(folder):
    """Rows, and the columns that differ between the two forms of the truth."""
    plain = read_truth(folder)
    (path,) = glob.glob(os.path.join(folder, "out", "truth_*.parquet"))
    table = pq.read_table(path)
    different = []
    for name in plain.dtype.names:
        values = np.array(table.column(name).to_pylist())
        wanted = plain[name]
        same = np.array_equal(values.astype(str), wanted) if wanted.dtype.kind in "SU" else np.array_equal(values, wanted)
        if not same:
            different.append(name)
    return dict(rows=len(plain), parquetRows=table.num_rows, different=different, extra=sorted(set(table.column_names) - set(plain.dtype.names)))


if __name__ == "__main__":
    run(detectors=detectors, prepare=prepare, wcs=wcs, headers=headers, integers=integers, opened=opened, parquet=parquet)
