"""The table of transfer syntaxes is the standard's, and says what the codecs do."""

from __future__ import annotations

import pytest

from dicom._core import dictionary_uids
from dicom.errors import TransferSyntaxError
from dicom.pixels.codecs import CODECS, ENCODED, LOSSY_METHODS, SYNTAXES, UNDECODED, decoder_of, lossy_method, resolve
from dicom.pixels.codecs.encoders import ENCODERS
from dicom.pixels.description import NATIVE_TRANSFER_SYNTAXES
from dicom.pixels.video.bitstream import VIDEO


def test_every_transfer_syntax_of_the_dictionary_is_there() -> None:
    registered = {uid: row for uid, row in dictionary_uids() if row[1] == "Transfer Syntax"}
    assert len(SYNTAXES) == 63
    assert set(SYNTAXES) == set(registered)
    for uid, syntax in SYNTAXES.items():
        assert (syntax.uid, syntax.name, syntax.is_retired) == (uid, registered[uid][0], registered[uid][3])


def test_the_table_says_what_the_codecs_do() -> None:
    for uid, syntax in SYNTAXES.items():
        assert syntax.decodes == (uid in CODECS or uid in NATIVE_TRANSFER_SYNTAXES or uid in VIDEO)
        assert syntax.extra == ("video" if uid in VIDEO else "")
        assert syntax.encodes == (uid in ENCODERS or uid in NATIVE_TRANSFER_SYNTAXES)
        assert bool(syntax.refusal) == (not syntax.decodes)
        if uid in CODECS:
            assert CODECS[uid][0] == syntax.codec
        if uid in VIDEO:
            assert VIDEO[uid] == syntax.codec
            assert syntax.lossless == "never"
    assert set(ENCODED) == set(ENCODERS)
    assert not set(UNDECODED) & (set(CODECS) | set(VIDEO))


@pytest.mark.parametrize("uid", sorted(UNDECODED))
def test_what_is_refused_is_named(uid: str) -> None:
    with pytest.raises(TransferSyntaxError, match=r"isn't decoded") as caught:
        decoder_of(uid)
    assert uid in str(caught.value)
    assert UNDECODED[uid] in str(caught.value)


@pytest.mark.parametrize("uid", sorted(VIDEO))
def test_video_is_no_matter_of_a_codec_of_frames(uid: str) -> None:
    with pytest.raises(TransferSyntaxError, match=r"video \(") as caught:
        decoder_of(uid)
    assert uid in str(caught.value)


def test_aliases_are_short_names_and_each_is_one_s() -> None:
    aliases = [syntax.alias for syntax in SYNTAXES.values()]
    assert len(set(aliases)) == 63
    for alias in aliases:
        assert alias == alias.lower()
        assert alias.replace("-", "").isalnum()


@pytest.mark.parametrize(
    ("name", "suffix"),
    [
        ("explicit-little", ".1"),
        ("implicit-little", ""),
        ("rle", ".5"),
        ("jpeg-baseline", ".4.50"),
        ("jpeg-extended", ".4.51"),
        ("jpeg-lossless", ".4.57"),
        ("jpeg-lossless-sv1", ".4.70"),
        ("jpeg-ls", ".4.80"),
        ("jpeg-ls-near-lossless", ".4.81"),
        ("jpeg2000-lossless", ".4.90"),
        ("jpeg2000", ".4.91"),
        ("jpeg2000-mc-lossless", ".4.92"),
        ("htj2k-lossless", ".4.201"),
        ("htj2k-lossless-rpcl", ".4.202"),
        ("htj2k", ".4.203"),
        ("jpegxl-lossless", ".4.110"),
        ("jpegxl-jpeg-recompression", ".4.111"),
        ("jpegxl", ".4.112"),
        ("deflated-frame", ".8.1"),
        ("encapsulated-uncompressed", ".1.98"),
        ("mpeg2-main", ".4.100"),
        ("HTJ2K_Lossless", ".4.201"),
        ("RLELossless", ".5"),
        ("rle lossless", ".5"),
        (" 1.2.840.10008.1.2.4.90 ", ".4.90"),
        ("JPEG Baseline (Process 1)", ".4.50"),
    ],
)
def test_names_are_resolved(name: str, suffix: str) -> None:
    assert resolve(name) == "1.2.840.10008.1.2" + suffix


def test_every_alias_uid_keyword_and_name_is_resolved() -> None:
    for uid, row in dictionary_uids():
        if row[1] == "Transfer Syntax":
            assert resolve(uid) == resolve(row[0]) == resolve(row[4]) == resolve(SYNTAXES[uid].alias) == uid


def test_an_unknown_name_is_answered_with_those_near_it_and_not_repeated() -> None:
    with pytest.raises(TransferSyntaxError, match=r"near it: .*htj2k-lossless") as caught:
        resolve("htj2k-losless")
    assert "losless" not in str(caught.value).replace("lossless", "")
    with pytest.raises(TransferSyntaxError, match="among others: explicit-little"):
        resolve("?")
    with pytest.raises(TransferSyntaxError, match=r"no transfer syntax 1\.2\.3;"):
        resolve("1.2.3")


def test_the_method_of_lossy_compression_is_the_standard_s() -> None:
    assert {syntax.alias: lossy_method(uid) for uid, syntax in SYNTAXES.items() if uid in LOSSY_METHODS} == {
        "jpeg-baseline": "ISO_10918_1",
        "jpeg-extended": "ISO_10918_1",
        "jpeg-ls-near-lossless": "ISO_14495_1",
        "jpeg2000": "ISO_15444_1",
        "htj2k": "ISO_15444_15",
        "jpegxl-jpeg-recompression": "ISO_10918_1",
        "jpegxl": "ISO_18181_1",
    }
    assert lossy_method("1.2.840.10008.1.2.4.90") is None
    assert lossy_method("1.2.840.10008.1.2.4.107") == "ISO_23008_2"
    assert lossy_method("1.2.3") is None


def test_lossless_is_always_never_or_may_be() -> None:
    assert {syntax.lossless: syntax.is_lossless for syntax in SYNTAXES.values()} == {
        "always": True,
        "never": False,
        "may be": None,
    }
