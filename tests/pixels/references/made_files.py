"""Files that foreign encoders make of the seeds: DCMTK, GDCM, Pillow, pylibjpeg and imagecodecs.

In: the name of a made file, a folder. Out: its path, and whether its frames must be the seed's pixels. A file's name is
that of its seed, a slash, and what was done to it.
"""

from __future__ import annotations

import io
import subprocess
import zlib
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import imagecodecs
import numpy as np
from PIL import Image
from pydicom.encaps import encapsulate

from tests.commands import require
from tests.pixels.references import arithmetic
from tests.pixels.references.readers import PREFIX
from tests.pixels.references.seeds import PIXELS, data_set_of, pixels_of, write_data_set, write_seed

if TYPE_CHECKING:
    from pathlib import Path

    from pydicom.dataset import Dataset

    from tests.pixels.references.seeds import Array

_SECONDS = 60


class Recipe(NamedTuple):
    """How a file is made of a seed."""

    #: A seed, or another made file.
    seed: str
    transfer_syntax: str
    #: A command, which gets the seed's file and the new one's as its last arguments; or what encodes a frame.
    how: tuple[str, ...] | Callable[[Array], bytes]
    #: Whether the frames must come back as the seed's pixels.
    is_lossless: bool = True
    #: What the encoder did to the data set's description.
    elements: tuple[tuple[str, Any], ...] = ()
    #: A made file whose frames are the same, in a transfer syntax that there are references for.
    twin: str | None = None
    #: The point transform: bits that were shifted out, and come back as zeros (ISO/IEC 10918-1 H.1.2.1).
    shift: int = 0


def original_of(name: str) -> Array:
    """The pixels that a made file was made of, shape (frames, rows, columns[, samples])."""
    shift = RECIPES[name].shift
    pixels = pixels_of(name.partition("/")[0])
    return pixels >> shift << shift if shift else pixels


def make(name: str, folder: Path) -> Path:
    """The path of a made file, made when it is first asked for.

    Raises
    ------
    AssertionError
        The encoder refused the seed, or made another transfer syntax.
    """
    recipe = RECIPES[name]
    path = folder / f"{name.replace('/', '--')}.dcm"
    if path.exists():
        return path
    if not callable(recipe.how):
        seed = make(recipe.seed, folder) if recipe.seed in RECIPES else write_seed(recipe.seed, folder)
        part = path.with_name(f"{path.name}.part")
        command = [require(recipe.how[0]), *recipe.how[1:], str(seed), str(part)]
        done = subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
        assert done.returncode == 0, (command, done.stderr[-300:])
        return part.replace(path)
    ds = data_set_of(recipe.seed)
    frames = [recipe.how(frame) for frame in pixels_of(recipe.seed)]
    encapsulated(ds, frames, recipe.transfer_syntax)
    for keyword, value in recipe.elements:
        setattr(ds, keyword, value)
    return write_data_set(ds, path)


def encapsulated(ds: Dataset, frames: list[bytes], transfer_syntax: str, *, fragments: int = 1) -> Dataset:
    """The data set with other pixel data: frames, encapsulated."""
    ds.PixelData = encapsulate(frames, fragments_per_frame=fragments, has_bot=True)
    ds["PixelData"].VR = "OB"
    ds["PixelData"].is_undefined_length = True
    ds.file_meta.TransferSyntaxUID = transfer_syntax
    if ds.SamplesPerPixel == 3:
        ds.PlanarConfiguration = 0
    return ds


def _unsigned(frame: Array) -> Array:
    return frame.view(f"u{frame.itemsize}")


def _plain_rgb(frame: Array) -> dict[str, str]:
    return {"colorspace": "RGB", "outcolorspace": "RGB"} if frame.ndim == 3 else {}


def lossless_jpeg(predictor: int, bits: int = 0) -> Callable[[Array], bytes]:
    """An encoder by libjpeg-turbo, lossless; of all bits allocated unless told."""

    def encode(frame: Array) -> bytes:
        frame = _unsigned(frame)
        # Without the number of bits, samples of 16 are written as if they were of 12, and lose their upper bits.
        stored = bits or 8 * frame.itemsize
        return bytes(
            imagecodecs.jpeg8_encode(
                frame, lossless=True, predictor=predictor, bitspersample=stored, **_plain_rgb(frame)
            )
        )

    return encode


def by_pillow(**options: Any) -> Callable[[Array], bytes]:
    """An encoder by Pillow, JPEG or JPEG 2000."""

    def encode(frame: Array) -> bytes:
        written = io.BytesIO()
        Image.fromarray(frame).save(written, **options)
        return written.getvalue()

    return encode


def by_openjpeg(**options: Any) -> Callable[[Array], bytes]:
    """An encoder by pylibjpeg-openjpeg."""

    def encode(frame: Array) -> bytes:
        import openjpeg

        return bytes(openjpeg.encode(np.ascontiguousarray(frame), **options))

    return encode


def deflate(frame: Array) -> bytes:
    """A Deflated Image Frame by zlib: the native frame, padded to an even length, then deflated (PS3.5 A.4.13)."""
    deflater = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    data = frame.tobytes()
    return deflater.compress(data + b"\0" * (len(data) % 2)) + deflater.flush()


def _codec(name: str, **options: Any) -> Callable[[Array], bytes]:
    def encode(frame: Array) -> bytes:
        return bytes(getattr(imagecodecs, name)(frame, **options))

    return encode


def _jpeg_xl_of_jpeg(frame: Array) -> bytes:
    return bytes(imagecodecs.jpegxl_encode_jpeg(by_pillow(format="JPEG", quality=90, subsampling=0)(frame)))


def _recipes() -> dict[str, Recipe]:
    made: dict[str, Recipe] = {}
    grays = ("gray8", "gray12", "gray16", "signed16", "signed12", "frames12", "column", "row", "palette")
    colors = ("color", "color-planes", "color-frames")
    lossless, sv1 = PREFIX + "4.57", PREFIX + "4.70"
    baseline, extended, spectral, progressive = (f"{PREFIX}4.{n}" for n in (50, 51, 53, 55))
    ybr, ybr_422 = (("PhotometricInterpretation", name) for name in ("YBR_FULL", "YBR_FULL_422"))

    def add(seed: str, name: str, syntax: str, how: Any, is_lossless: bool = True, *elements: tuple[str, Any]) -> None:
        made[f"{seed.partition('/')[0]}/{name}"] = Recipe(seed, syntax, how, is_lossless, elements)

    # Lossless JPEG
    for seed in (*grays, *colors, "extremes", "signed8", "color16"):
        add(seed, "dcmtk-lossless-sv1", sv1, ("dcmcjpeg", "+e1"))
    for seed in ("gray8", "gray12", "gray16", "extremes", "signed16", "color"):
        for predictor in range(1, 8):
            how = ("dcmcjpeg", "+el", "+sv", str(predictor))
            add(seed, f"dcmtk-lossless-predictor-{predictor}", lossless, how)
    for seed in ("gray8", "gray16", "color"):
        for predictor in range(1, 8):
            add(seed, f"turbo-lossless-predictor-{predictor}", lossless, lossless_jpeg(predictor))
    add("gray12", "turbo-lossless-12", lossless, lossless_jpeg(6, 12))
    for seed in ("gray8", "gray12", "gray16", "color"):
        for syntax, process, shift in (
            (lossless, ("+el", "+sv", "5"), 1),
            (lossless, ("+el", "+sv", "5"), 4),
            (sv1, ("+e1",), 2),
        ):
            how = ("dcmcjpeg", *process, "+pt", str(shift))
            made[f"{seed}/dcmtk-point-transform-{shift}"] = Recipe(seed, syntax, how, shift=shift)
    for seed in ("gray8", "gray12", "gray16", "signed16", "color", "frames12"):
        add(seed, "gdcm-lossless", sv1, ("gdcmconv", "--jpeg"))
    # JPEG with a cosine transform
    for seed in ("gray8", "row", "frames8", "color-frames", "palette"):
        add(seed, "dcmtk-baseline", baseline, ("dcmcjpeg", "+eb"), False)
    for option, what in {
        "+cr": "rgb",
        "+s4": "444",
        "+s2": "422",
        "+n2": "422-full",
        "+n1": "411-full",
        "+np": "411",
    }.items():
        for seed in ("color", "color-even"):
            add(seed, f"dcmtk-baseline-{what}", baseline, ("dcmcjpeg", "+eb", option), False)
    for sampling, ours in {"444": ybr, "422": ybr_422, "420": ybr_422, "440": ybr, "411": ybr_422}.items():
        for seed in ("color", "color-even"):
            how = _codec("jpeg8_encode", level=90, subsampling=sampling)
            add(seed, f"turbo-baseline-{sampling}", baseline, how, False, ours)
    for seed in ("gray8", "color"):
        how = by_pillow(format="JPEG", quality=85, subsampling=0, restart_marker_blocks=3)
        add(seed, "pillow-restart-intervals", baseline, how, False, *([ybr] if seed == "color" else []))
        how = by_pillow(format="JPEG", quality=85, subsampling=2, restart_marker_rows=1)
        add(seed, "pillow-restart-rows", baseline, how, False, *([ybr_422] if seed == "color" else []))
    for seed in ("gray8", "color-even"):
        add(seed, "gdcm-lossy", baseline, ("gdcmconv", "--jpeg", "--lossy", "-q", "85"), False)
    for process, syntax, what in (
        ("+ee", extended, "extended"),
        ("+es", spectral, "spectral"),
        ("+ep", progressive, "progressive"),
    ):
        add("gray8", f"dcmtk-{what}", syntax, ("dcmcjpeg", process, "+be"), False)
        add("color", f"dcmtk-{what}", syntax, ("dcmcjpeg", process, "+be", "+s4"), False)
        for seed in ("gray12", "frames12"):
            add(seed, f"dcmtk-{what}-12", syntax, ("dcmcjpeg", process, "+bt"), False)
    for coding, number in (("sequential", 52), ("spectral", 54), ("progressive", 56)):
        how = partial(arithmetic.encode, how=coding)
        add("gray8", f"arithmetic-{coding}", f"{PREFIX}4.{number}", how, False)
    # JPEG-LS
    lossless, near = PREFIX + "4.80", PREFIX + "4.81"
    for seed in (*grays, *colors, "extremes", "signed8", "color16"):
        add(seed, "dcmtk-jpeg-ls", lossless, ("dcmcjpls", "+el"))
    for seed in ("color", "color-frames", "color16"):
        for option, what in (("+il", "line"), ("+is", "sample"), ("+in", "none")):
            add(seed, f"dcmtk-jpeg-ls-by-{what}", lossless, ("dcmcjpls", "+el", option))
    for seed in ("gray8", "gray12", "gray16", "color"):
        add(seed, "dcmtk-jpeg-ls-near-3", near, ("dcmcjpls", "+en", "+md", "3"), False)
    add("gray12", "dcmtk-jpeg-ls-cooked", lossless, ("dcmcjpls", "+el", "+pc"))
    add("gray8", "dcmtk-jpeg-ls-thresholds", lossless, ("dcmcjpls", "+el", "+t1", "4", "+t2", "9", "+t3", "30"))
    for seed in ("gray8", "gray12", "gray16", "signed16", "color", "frames12"):
        add(seed, "gdcm-jpeg-ls", lossless, ("gdcmconv", "--jpegls"))
    for seed in ("gray8", "gray16", "signed16"):
        add(seed, "charls-jpeg-ls", lossless, lambda frame: bytes(imagecodecs.jpegls_encode(_unsigned(frame))))
    # RLE
    for seed in (*grays, *colors, "extremes", "signed8", "color16", "palette16"):
        add(seed, "dcmtk-rle", PREFIX + "5", ("dcmcrle",))
    for seed in ("gray8-even", "gray16-even", "color-even", "frames8-even"):
        # Its encoder ends in an assertion where a segment of a row doesn't come out even.
        add(seed, "gdcm-rle", PREFIX + "5", ("gdcmconv", "--rle"))
    for seed in ("gray8", "gray16", "color"):
        add(seed, "pylibjpeg-rle", PREFIX + "5", _rle_by_pylibjpeg)
    # JPEG 2000
    lossless, lossy = PREFIX + "4.90", PREFIX + "4.91"
    rct, ict = (("PhotometricInterpretation", name) for name in ("YBR_RCT", "YBR_ICT"))
    for seed in ("gray8", "gray12", "gray16", "signed16", "signed12", "color", "frames12", "color-planes"):
        add(seed, "gdcm-jpeg-2000", lossless, ("gdcmconv", "--j2k"))
    # A codestream of Part 1 is one of Part 2 too; no encoder at hand writes the transformations of Part 2.
    for seed in ("gray8", "color"):
        how = by_pillow(format="JPEG2000", no_jp2=True)
        add(seed, "pillow-jpeg-2000-part-2", PREFIX + "4.92", how)
        how = by_pillow(format="JPEG2000", no_jp2=True, quality_mode="rates", quality_layers=[5], irreversible=True)
        add(seed, "pillow-jpeg-2000-part-2-irreversible", PREFIX + "4.93", how, False)
    for seed in ("gray8", "color"):
        how = by_pillow(format="JPEG2000", no_jp2=True, tile_size=(16, 16), num_resolutions=3)
        add(seed, "pillow-jpeg-2000-tiles", lossless, how)
    for seed in ("gray16", "color"):
        add(seed, "gdcm-jpeg-2000-irreversible", lossy, ("gdcmconv", "--j2k", "--lossy", "--irreversible"), False)
    for progression in ("LRCP", "RLCP", "RPCL", "PCRL", "CPRL"):
        how = by_pillow(
            format="JPEG2000",
            no_jp2=True,
            progression=progression,
            num_resolutions=3,
            precinct_size=(16, 16),
            codeblock_size=(8, 8),
        )
        add("gray8", f"pillow-jpeg-2000-{progression}-precincts", lossless, how)
        add("color", f"pillow-jpeg-2000-{progression}-precincts", lossless, how)
    how = by_pillow(format="JPEG2000", no_jp2=True, quality_mode="rates", quality_layers=[40, 10, 0])
    add("gray8", "pillow-jpeg-2000-layers", lossless, how)
    how = by_pillow(format="JPEG2000", no_jp2=True, quality_mode="rates", quality_layers=[20, 5], irreversible=True)
    add("gray8", "pillow-jpeg-2000-layers-irreversible", lossy, how, False)
    how = by_pillow(format="JPEG2000", no_jp2=True, mct=1, tile_size=(32, 16), tile_offset=(0, 0), offset=(0, 0))
    add("color", "pillow-jpeg-2000-transformed-tiles", lossless, how, True, rct)
    how = by_pillow(format="JPEG2000", no_jp2=True, offset=(5, 3), tile_size=(32, 32), tile_offset=(2, 1))
    add("gray8", "pillow-jpeg-2000-origin", lossless, how)
    add("gray8", "pillow-jpeg-2000-boxes", lossless, by_pillow(format="JPEG2000"))
    add("color", "openjpeg-rct", lossless, by_openjpeg(photometric_interpretation=1, use_mct=True), True, rct)
    how = by_openjpeg(photometric_interpretation=1, use_mct=True, compression_ratios=[8])
    add("color", "openjpeg-ict", lossy, how, False, ict)
    add("gray12", "openjpeg-12", lossless, by_openjpeg(bits_stored=12))
    add("signed12", "openjpeg-12", lossless, by_openjpeg(bits_stored=12))
    add("gray16", "openjpeg-lossy", lossy, by_openjpeg(compression_ratios=[6, 3]), False)
    for seed in ("gray16", "signed16", "signed8", "color16", "column"):
        how = _codec("jpeg2k_encode", level=0, codecformat="j2k", mct=False)
        add(seed, "imagecodecs-jpeg-2000", lossless, how)
    # HTJ2K
    for seed in ("gray8", "gray12", "gray16", "signed16", "signed8", "frames12", "column", "extremes"):
        add(seed, "openjph", PREFIX + "4.201", _codec("htj2k_encode"))
    add("gray16", "openjph-tiles", PREFIX + "4.201", _codec("htj2k_encode", tile=(16, 16)))
    add("color", "openjph-rgb", PREFIX + "4.201", _codec("htj2k_encode", rgb=False))
    add("color", "openjph-rct", PREFIX + "4.202", _codec("htj2k_encode", rgb=True), True, rct)
    for seed in ("gray8", "gray16"):
        how = _codec("htj2k_encode", level=0.002, reversible=False)
        add(seed, "openjph-irreversible", PREFIX + "4.203", how, False)
    # JPEG XL, and frames that are only wrapped
    for seed in ("gray8", "gray12", "gray16", "color", "frames8", "color16", "signed16"):
        how = lambda frame: bytes(imagecodecs.jpegxl_encode(_unsigned(frame), lossless=True))  # noqa: E731
        add(seed, "libjxl-lossless", PREFIX + "4.110", how)
        add(seed, "zlib-deflated-frames", PREFIX + "8.1", deflate)
        add(seed, "encapsulated-uncompressed", PREFIX + "1.98", lambda frame: frame.tobytes())
    for seed in ("gray8", "color"):
        elements = [ybr] if seed == "color" else []
        how = by_pillow(format="JPEG", quality=90, subsampling=0)
        add(seed, "pillow-baseline", baseline, how, False, *elements)
        made[f"{seed}/libjxl-of-jpeg"] = Recipe(
            seed, PREFIX + "4.111", _jpeg_xl_of_jpeg, False, tuple(elements), f"{seed}/pillow-baseline"
        )
        how = _codec("jpegxl_encode", lossless=True, usecontainer=True)
        add(seed, "libjxl-lossless-in-boxes", PREFIX + "4.110", how)
        add(seed, "libjxl-lossy", PREFIX + "4.112", _codec("jpegxl_encode", distance=0.5), False)
    # Fragments, and colour by plane
    for seed in ("frames12", "frames8", "color-frames"):
        for table in ("+ot", "-ot"):
            named = "" if table == "+ot" else "-without-table"
            add(seed, f"dcmtk-lossless-fragments{named}", sv1, ("dcmcjpeg", "+e1", "+fs", "1", table))
            add(seed, f"dcmtk-jpeg-ls-fragments{named}", PREFIX + "4.80", ("dcmcjpls", "+el", "+fs", "1", table))
    split = ("gdcmconv", "--force", "--split", "500")
    add("gray16/gdcm-lossless", "gdcm-lossless-fragments", sv1, split)
    add("signed16/gdcm-jpeg-2000", "gdcm-jpeg-2000-fragments", PREFIX + "4.90", split)
    for planar in ("0", "1"):
        for seed in ("color", "color-planes"):
            how = ("gdcmconv", "--raw", "--planar-configuration", planar)
            add(seed, f"gdcm-native-planar-{planar}", PREFIX + "1", how)
    # Native
    for seed in PIXELS:
        add(seed, "dcmtk-big-endian", PREFIX + "2", ("dcmconv", "+tb"))
        add(seed, "dcmtk-implicit", PREFIX[:-1], ("dcmconv", "+ti"))
        add(seed, "dcmtk-deflated", PREFIX + "1.99", ("dcmconv", "+td"))
    return made


def _rle_by_pylibjpeg(frame: Array) -> bytes:
    import rle

    rows, columns = frame.shape[:2]
    samples = frame.shape[2] if frame.ndim == 3 else 1
    description = {
        "rows": rows,
        "columns": columns,
        "samples_per_pixel": samples,
        "bits_allocated": 8 * frame.itemsize,
        "number_of_frames": 1,
    }
    return bytes(rle.encode_pixel_data(frame.tobytes(), byteorder="<", **description))


#: Name -> how it is made.
RECIPES = _recipes()
