"""Retired processes of JPEG: arithmetic coding gives the samples that Huffman coding does; hierarchical is refused."""

from __future__ import annotations

import io
from base64 import b85decode
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from PIL import Image

from dicom.errors import CodecError, TransferSyntaxError
from dicom.pixels import pixel_array
from dicom.pixels.codecs import SYNTAXES, resolve

if TYPE_CHECKING:
    from collections.abc import Callable

# One image of 24 x 17 samples, written three times by libjpeg-turbo 2.1 (PyPI jpeglib 1.0.2), quality 80: the DCT
# coefficients are the same.
HUFFMAN = (
    b"|JeWF01!$>Nk#wx0RR9200961|JwjV00smF1_cBL1_cHO2L=cV5DE$j2?`Vr4-60&6c`v66c!d59VH(c8zUSR79cDjBPJ&)Dk&Ks"
    b"Eif%8FeNA{DF46!3kU!h01*KJ5di<h03QGV0R;g80RaI400000000000RjUA1qKHQ2?`7U!~nGr00IF60|EpC1qB2I0004f0RjU6"
    b"1Q7)iAu&M)6H#FYB5@QlfsvsIBSNvk6;jdgBr{@if(Z&17Z@2DB_<~*DJnEIHa9pqIzvQ7Mn_0VN>fx-R##YAT4Q8oW@l(=YIAgT"
    b"c6WGrdV_?8hKGoWijtF*m6n&7nVO=bq@|{(sHv*5v$VCgx45~w!o$SH#>dFX%F@%+)z;V8+1laa<K*S$=jiF`@$&QZ_4fDp`TGCb"
    b"00;pA002J#@=ptBpzO-$-xcgW7ST=<<vpvp{>A?QWAv{u@V1S@ZBBFPTE7vzR6G@-Lv5wB2VT756n~h(8O~-aj2=b+Yyx@tf{|Z3"
    b"e`6Z@hgH-qd>P?;jbidYIK_mD0O49`82qXU{7J@0P{#)tuLQSCzYuGeTCSo?U0up$d=f(EqOM6hRA2#~00O#C>~ZMT|Je"
)
ARITHMETIC = (
    b"|JeWF01!$>Nk#wx0RR9200961|JwjV00smF1_cBL1_cHO2L=cV5DE$j2?`Vr4-60&6c`v66c!d59VH(c8zUSR79cDjBPJ&)Dk&Ks"
    b"Eif%8FeNA{DF4X-3kU!h01*KJ5di<p00saM5C#9*00;pA002J#{{Xo;R|oz%G?)(97gCb`$SpPf8^7Ro6TGNXZ-#1>)UdLHV|UIg"
    b"p8nOA)c*iaBpQk7LpV8*#1|KFq&8L-Vvo77Jz!ruc2a|Pc>w1|u{(|*HrJ!^m9T0G=&(A}NrPrDa>VVXy%~nZ<^b3Fz@@DLWse3-"
    b"N{Y(rQb_HAhWc<C*PxMnbjanK_jLNFoVgLSclO)o8|Wz3fdAP"
)
ARITHMETIC_PROGRESSIVE = (
    b"|JeWF01!$>Nk#wx0RR9200961|JwjV00smF1_cBL1_cHO2L=cV5DE$j2?`Vr4-60&6c`v66c!d59VH(c8zUSR79cDjBPJ&)Dk&Ks"
    b"Eif%8FeNA{DF4a;3kU!h01*KJ5di<p00aOK|Jncu0RaF200I91a%B1Q&w+7Bb2<0m|I7dc5C#9*00;pA009L86`PyQ_F8W69YOZ3"
    b"YNDDT-l!d>Gy;JC%m4%s1^?Or2mt{A20sGQ+}AHp={(o8G#66#<C6UHgbrlj|I7dc5C#9*00;pA00BQCBN$w6BIul2;a0&tq5_Hy"
    b"dIY^kVMvT$EyQ4Vg1pm!|Jncu0RaF201(4~|I7dc5C#9*00;pA00BP`&N5-WLic3)1QiA9i&AD~$n*X8DMd^X<d6-n5p9<h&8_pJ"
    b"+2lyCTLNS-FD8Y>0kZ`I;Q!e"
)


@pytest.mark.parametrize(
    ("alias", "stream"),
    [
        ("jpeg-extended-arithmetic", ARITHMETIC),
        ("jpeg-spectral-arithmetic", ARITHMETIC_PROGRESSIVE),
        ("jpeg-progressive-arithmetic", ARITHMETIC_PROGRESSIVE),
    ],
)
def test_arithmetic_coding_gives_what_huffman_coding_does(
    make_data_set: Callable[..., Any], encapsulate: Callable[..., bytes], alias: str, stream: bytes
) -> None:
    expected = np.asarray(Image.open(io.BytesIO(b85decode(HUFFMAN))))
    ds = make_data_set(encapsulate([b85decode(stream)]), expected, transfer_syntax=resolve(alias))
    assert np.array_equal(pixel_array(ds), expected)


@pytest.mark.parametrize("alias", [alias for alias in (s.alias for s in SYNTAXES.values()) if "hierarchical" in alias])
def test_hierarchical_jpeg_is_refused_by_name(
    make_data_set: Callable[..., Any], encapsulate: Callable[..., bytes], alias: str
) -> None:
    ds = make_data_set(encapsulate([b"\xff\xd8"]), transfer_syntax=resolve(alias))
    with pytest.raises(TransferSyntaxError, match="hierarchical JPEG"):
        pixel_array(ds)


@pytest.mark.parametrize("marker", [0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF])
def test_a_hierarchical_frame_in_another_transfer_syntax_is_refused(
    make_data_set: Callable[..., Any], encapsulate: Callable[..., bytes], marker: int
) -> None:
    stream = b85decode(HUFFMAN).replace(b"\xff\xc0", bytes([0xFF, marker]))
    ds = make_data_set(encapsulate([stream]), np.zeros((24, 17), "u1"), transfer_syntax=resolve("jpeg-baseline"))
    with pytest.raises(CodecError, match="hierarchical"):
        pixel_array(ds)


def test_lossless_jpeg_with_arithmetic_coding_is_refused_by_name(
    make_data_set: Callable[..., Any], encapsulate: Callable[..., bytes]
) -> None:
    ds = make_data_set(encapsulate([b"\xff\xd8"]), transfer_syntax=resolve("jpeg-lossless-arithmetic"))
    with pytest.raises(TransferSyntaxError, match="arithmetic coding"):
        pixel_array(ds)
