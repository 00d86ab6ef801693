"""Each of the 63 transfer syntaxes: its pixels are read or refused by name, frames are written in it or refused.

`docs/transfer-syntaxes.md` names these tests, one for each transfer syntax and direction.
"""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from pydicom.encaps import encapsulate

import dicom
from dicom.errors import TransferSyntaxError
from dicom.pixels.codecs import SYNTAXES, EncodeOptions, encode_frame
from dicom.pixels.decode import pixel_array
from dicom.pixels.description import describe
from dicom.pixels.video.bitstream import VIDEO
from tests.commands import require
from tests.pixels.references.made_files import RECIPES, encapsulated, make, original_of
from tests.pixels.references.readers import COMMANDS, PREFIX
from tests.pixels.references.seeds import data_set_of, make_data_set, pixels_of, write_data_set, write_seed
from tests.pixels.references.verdicts import distance, judge, our_frames

if TYPE_CHECKING:
    from pathlib import Path

    from tests.pixels.references.worker import Worker

EXPLICIT_LITTLE = PREFIX + "1"
JPIP_DEFLATED = (PREFIX + "4.95", PREFIX + "4.205")
#: Made files of one transfer syntax that are read here; `test_made_files` reads them all.
MOST = 4
#: What is left of noise in a lossy file, against what it was made of.
LEAST_PSNR_DB = 30

READ = [uid for uid, syntax in SYNTAXES.items() if syntax.decodes]
REFUSED = [uid for uid in SYNTAXES if uid not in READ]
NATIVE = [uid for uid, syntax in SYNTAXES.items() if syntax.encodes and syntax.codec == "native"]
WRITTEN = [uid for uid, syntax in SYNTAXES.items() if syntax.encodes]
NOT_WRITTEN = [uid for uid, syntax in SYNTAXES.items() if not syntax.encodes]

_GRAYS = ("gray8", "gray12", "gray16", "signed16")
_LOSSLESS = (*_GRAYS, "color", "row")
_QUALITY, _PSNR = EncodeOptions(quality=90), EncodeOptions(psnr=50)
#: Transfer syntax -> seeds whose frames are encoded in it, and how.
WRITES: dict[str, tuple[tuple[str, ...], EncodeOptions]] = {
    PREFIX + "4.50": (("gray8", "color-even"), _QUALITY),
    PREFIX + "4.51": (("gray8", "gray12"), _QUALITY),
    PREFIX + "4.57": (_LOSSLESS, EncodeOptions(predictor=6)),
    PREFIX + "4.70": (_LOSSLESS, EncodeOptions()),
    PREFIX + "4.80": (_LOSSLESS, EncodeOptions()),
    PREFIX + "4.81": (("gray8", "gray16", "color"), EncodeOptions(max_error=2)),
    PREFIX + "4.90": (_LOSSLESS, EncodeOptions()),
    PREFIX + "4.91": (("gray8", "gray16", "color"), _PSNR),
    PREFIX + "4.110": (_LOSSLESS, EncodeOptions()),
    PREFIX + "4.111": (("gray8", "color-even"), _QUALITY),
    PREFIX + "4.112": (("gray8",), _QUALITY),
    PREFIX + "4.201": (_LOSSLESS, EncodeOptions()),
    PREFIX + "4.202": (_LOSSLESS, EncodeOptions()),
    PREFIX + "4.203": (("gray12",), _PSNR),
    PREFIX + "5": (_LOSSLESS, EncodeOptions()),
    PREFIX + "8.1": (_LOSSLESS, EncodeOptions()),
    PREFIX + "1.98": (_LOSSLESS, EncodeOptions()),
}
#: Who reads what we write another way; the reason stands in differing.tsv, for such files of other encoders.
DIFFERING = {("gray12", PREFIX + "4.51"): {"pylibjpeg"}}


@pytest.fixture(scope="module", autouse=True)
def commands_are_there() -> None:
    """The encoders and references that are commands."""
    for command in (*COMMANDS, "dcmcjpeg", "dcmcjpls", "dcmcrle"):
        require(command)


def psnr_db(ours: Any, original: Any) -> float:
    """Peak signal-to-noise ratio, dB, against the range of the original."""
    error = float(np.mean((ours.astype(float) - original) ** 2))
    return 20 * float(np.log10(float(np.ptp(original)) / np.sqrt(error)))


def test_there_are_63() -> None:
    assert len(SYNTAXES) == len(READ) + len(REFUSED) == len(WRITTEN) + len(NOT_WRITTEN) == 63
    assert {uid for uid, syntax in SYNTAXES.items() if syntax.extra} == set(VIDEO)
    assert set(WRITES) | set(NATIVE) == set(WRITTEN)


@pytest.mark.parametrize("uid", READ)
def test_is_read(uid: str, made_folder: Path) -> None:
    """Known pixels come back: the very same where a foreign encoder kept them, else with little noise."""
    if uid in VIDEO:
        return _video_is_read(uid)
    names = [name for name, recipe in RECIPES.items() if recipe.transfer_syntax == uid]
    if not any(RECIPES[name].is_lossless for name in names):
        # Colours of lossy files are stored transformed.
        names = [name for name in names if not name.startswith(("color", "palette"))]
    assert names
    for name in names[:MOST]:
        ours = our_frames(make(name, made_folder))
        assert ours.transfer_syntax == uid
        if RECIPES[name].is_lossless:
            assert distance(ours.array, original_of(name)) == 0, name
        else:
            assert psnr_db(ours.array, original_of(name)) > LEAST_PSNR_DB, name
    return None


def _video_is_read(uid: str) -> None:
    pytest.importorskip("av")
    from tests.pixels import made_videos

    kind = {"MPEG-2": "mpeg2-elementary", "H.264": "h264-mp4", "HEVC": "hevc-elementary"}[VIDEO[uid]]
    ds = made_videos.data_set(made_videos.video(kind), uid)
    frames = ds.pixel_array
    pictures = np.stack([made_videos.picture(number) for number in range(made_videos.FRAMES)])
    assert frames.shape == pictures.shape
    # Chrominance has half the resolution: at edges colours differ, on the whole they don't.
    assert np.abs(frames.astype(int) - pictures).mean() < 2


def _refused_file(uid: str, path: Path) -> Path:
    """A file of a transfer syntax that isn't decoded, with something in its pixel data."""
    ds = make_data_set(encapsulate([b"\0\0\1\0"]), np.zeros((1, 4, 4), "u1"), transfer_syntax=uid)
    write_data_set(ds, path)
    if uid in JPIP_DEFLATED:
        whole = path.read_bytes()
        # After the preamble, the group length element (12 bytes) says how long the File Meta Information is.
        begin = 132 + 12 + int.from_bytes(whole[140:144], "little")
        deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        deflated = deflater.compress(whole[begin:]) + deflater.flush()
        path.write_bytes(whole[:begin] + deflated + b"\0" * (len(deflated) % 2))
    return path


@pytest.mark.parametrize("uid", REFUSED)
def test_is_refused(uid: str, tmp_path: Path) -> None:
    """The header is read; the pixels are refused, with the transfer syntax and the reason."""
    ds = dicom.read(_refused_file(uid, tmp_path / "refused.dcm"))
    assert (ds.Rows, ds.Modality, ds.file_meta.TransferSyntaxUID) == (4, "OT", uid)
    with pytest.raises(TransferSyntaxError) as raised:
        pixel_array(ds)
    assert uid in str(raised.value)
    assert SYNTAXES[uid].refusal in str(raised.value)
    assert SYNTAXES[uid].refusal


@pytest.mark.parametrize("uid", [PREFIX + "4.94", PREFIX + "4.204", PREFIX + "7.1"])
def test_is_refused_without_pixel_data_too(uid: str, tmp_path: Path) -> None:
    """JPIP files hold an address in the place of pixels; the refusal names the transfer syntax all the same."""
    ds = make_data_set(b"", np.zeros((1, 4, 4), "u1"), transfer_syntax=uid)
    del ds.PixelData
    ds.PixelDataProviderURL = "https://example.org/image"
    ds = dicom.read(write_data_set(ds, tmp_path / "jpip.dcm"))
    with pytest.raises(TransferSyntaxError, match=uid):
        pixel_array(ds)


@pytest.mark.parametrize("uid", WRITTEN)
def test_is_written(uid: str, tmp_path: Path, worker: Worker) -> None:
    """References read what we write: as we do, and the very same pixels where the transfer syntax keeps them."""
    if uid in NATIVE:
        return _native_is_written(uid, tmp_path, worker)
    seeds, options = WRITES[uid]
    for seed in seeds:
        ds = data_set_of(seed)
        frames = pixels_of(seed)
        ds.file_meta.TransferSyntaxUID = uid
        encoded = [encode_frame(frame, describe(ds), options) for frame in frames]
        path = write_data_set(encapsulated(ds, encoded, uid), tmp_path / f"{seed}.dcm")
        ours = our_frames(path)
        is_kept = SYNTAXES[uid].lossless == "always"
        verdict = judge(path, ours, worker, [("original", frames)] if is_kept else [])
        assert set(verdict.differing) == DIFFERING.get((seed, uid), set()), seed
        assert len(verdict.agreeing) >= (2 if is_kept else 1) or SYNTAXES[uid].codec == "JPEG XL", (seed, verdict)
        if options.max_error:
            assert 0 < distance(ours.array, frames) <= options.max_error
        elif not is_kept:
            assert psnr_db(ours.array, frames) > LEAST_PSNR_DB
    return None


def _native_is_written(uid: str, folder: Path, worker: Worker) -> None:
    for seed in (*_LOSSLESS, "color-planes", "frames12"):
        ds = dicom.read(write_seed(seed, folder))
        ds.file_meta.TransferSyntaxUID = uid
        path = folder / f"{seed}-written.dcm"
        dicom.write(ds, path)
        ours = our_frames(path)
        assert ours.transfer_syntax == uid
        verdict = judge(path, ours, worker, [("original", pixels_of(seed))])
        assert verdict.differing == {}, seed
        assert verdict.agreeing >= {"pydicom", "dcmtk", "original"}


@pytest.mark.parametrize("uid", NOT_WRITTEN)
def test_is_not_written(uid: str) -> None:
    """Encoding is refused, with the transfer syntax."""
    ds = data_set_of("gray8")
    ds.file_meta.TransferSyntaxUID = uid
    with pytest.raises(TransferSyntaxError) as raised:
        encode_frame(pixels_of("gray8")[0], describe(ds))
    assert uid in str(raised.value)
