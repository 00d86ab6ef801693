"""JPEG with arithmetic coding, of one component, for no encoder at hand makes it.

In: a frame (rows, columns) uint8. Out: a codestream of ISO/IEC 10918-1, sequential (SOF9) or progressive (SOF10). The
coder is that of its annex D, the statistical models those of F.1.4 and G.1.3; the carry, which a machine has to resolve
byte by byte, comes of itself in an integer without bounds.
"""

from __future__ import annotations

from struct import pack
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    Array = np.ndarray[Any, Any]

#: Table D.3: Qe, next state after the less probable symbol, after the more probable one, whether they change places.
_STATES = """
5A1D 1 1 1|2586 14 2 0|1114 16 3 0|080B 18 4 0|03D8 20 5 0|01DA 23 6 0|00E5 25 7 0|006F 28 8 0|0036 30 9 0|001A 33 10 0|
000D 35 11 0|0006 9 12 0|0003 10 13 0|0001 12 13 0|5A7F 15 15 1|3F25 36 16 0|2CF2 38 17 0|207C 39 18 0|17B9 40 19 0|
1182 42 20 0|0CEF 43 21 0|09A1 45 22 0|072F 46 23 0|055C 48 24 0|0406 49 25 0|0303 51 26 0|0240 52 27 0|01B1 54 28 0|
0144 56 29 0|00F5 57 30 0|00B7 59 31 0|008A 60 32 0|0068 62 33 0|004E 63 34 0|003B 32 35 0|002C 33 9 0|5AE1 37 37 1|
484C 64 38 0|3A0D 65 39 0|2EF1 67 40 0|261F 68 41 0|1F33 69 42 0|19A8 70 43 0|1518 72 44 0|1177 73 45 0|0E74 74 46 0|
0BFB 75 47 0|09F8 77 48 0|0861 78 49 0|0706 79 50 0|05CD 48 51 0|04DE 50 52 0|040F 50 53 0|0363 51 54 0|02D4 52 55 0|
025C 53 56 0|01F8 54 57 0|01A4 55 58 0|0160 56 59 0|0125 57 60 0|00F6 58 61 0|00CB 59 62 0|00AB 61 63 0|008F 61 32 0|
5B12 65 65 1|4D04 80 66 0|412C 81 67 0|37D8 82 68 0|2FE8 83 69 0|293C 84 70 0|2379 86 71 0|1EDF 87 72 0|1AA9 87 73 0|
174E 72 74 0|1424 72 75 0|119C 74 76 0|0F6B 74 77 0|0D51 75 78 0|0BB6 77 79 0|0A40 77 48 0|5832 80 81 1|4D1C 88 82 0|
438E 89 83 0|3BDD 90 84 0|34EE 91 85 0|2EAE 92 86 0|299A 93 87 0|2516 86 71 0|5570 88 89 1|4CA9 95 90 0|44D9 96 91 0|
3E22 97 92 0|3824 99 93 0|32B4 99 94 0|2E17 93 86 0|56A8 95 96 1|4F46 101 97 0|47E5 102 98 0|41CF 103 99 0|
3C3D 104 100 0|375E 99 93 0|5231 105 102 0|4C0F 106 103 0|4639 107 104 0|415E 103 99 0|5627 105 106 1|50E7 108 107 0|
4B85 109 103 0|5597 110 109 0|504F 111 107 0|5A10 110 111 1|5522 112 109 0|59EB 112 111 1
"""
_TABLE = [
    (int(qe, 16), int(lps), int(mps), switch == "1")
    for qe, lps, mps, switch in (state.split() for state in _STATES.replace("\n", "").split("|"))
]
#: The bin of signs and of refining bits: its estimate is not learnt.
_FIXED = -1
#: Where the bins of large magnitudes begin: of DC; of AC up to, and beyond, the fifth coefficient.
_DC_X1, _AC_LOW, _AC_HIGH = 20, 189, 217
_QUANTUM = 2


class _Coder:
    """The coder of annex D, of one scan."""

    def __init__(self) -> None:
        self._interval, self._code, self._shifts = 0x10000, 0, 0
        self._bins: dict[tuple[str, int], tuple[int, int]] = {}

    def code(self, area: str, number: int, symbol: int) -> None:
        """Code a binary decision in a bin of a statistics area."""
        index, likely = (0, 0) if number == _FIXED else self._bins.get((area, number), (0, 0))
        estimate, after_lps, after_mps, switches = _TABLE[index]
        self._interval -= estimate
        if symbol == likely:
            if self._interval >= 0x8000:
                return
            if self._interval < estimate:
                self._code += self._interval
                self._interval = estimate
            index = after_mps
        else:
            if self._interval >= estimate:
                self._code += self._interval
                self._interval = estimate
            likely ^= switches
            index = after_lps
        if number != _FIXED:
            self._bins[area, number] = index, likely
        while self._interval < 0x8000:
            self._interval <<= 1
            self._code <<= 1
            self._shifts += 1

    def magnitude(self, area: str, number: int, beyond: tuple[int, int], size: int) -> None:
        """Code ``size``, which is a magnitude less 1: its logarithm, then its bits (F.1.4.3.2)."""
        limit = 1
        for bin_number in (number, beyond[0]):
            self.code(area, bin_number, int(size >= limit))
            if size < limit:
                return self._bits(area, bin_number, size, limit)
            limit <<= 1
        bin_number = beyond[1]
        while size >= limit:
            self.code(area, bin_number, 1)
            limit <<= 1
            bin_number += 1
        self.code(area, bin_number, 0)
        return self._bits(area, bin_number, size, limit)

    def _bits(self, area: str, number: int, size: int, limit: int) -> None:
        limit >>= 2
        while limit:
            self.code(area, number + 14, int(bool(size & limit)))
            limit >>= 1

    def end(self) -> bytes:
        """The coded bytes: of all numbers in the interval the one with most zeros at its end; FF followed by 00."""
        last = self._code + self._interval - 1
        value = last >> 15 << 15
        value = value if value >= self._code else last
        bits = 16 + self._shifts
        padding = -bits % 8
        data = (value << padding).to_bytes((bits + padding) // 8, "big").rstrip(b"\0")
        return data.replace(b"\xff", b"\xff\0")


def _zigzag() -> list[tuple[int, int]]:
    return sorted(((row, column) for row in range(8) for column in range(8)), key=lambda at: (sum(at), _along(at)))


def _along(at: tuple[int, int]) -> int:
    """Odd diagonals run down, even ones up."""
    return at[0] if sum(at) % 2 else at[1]


def _cosines() -> Array:
    """(8, 8): the orthonormal basis of the transformation, frequency by position."""
    basis = np.cos(np.outer(np.arange(8), 2 * np.arange(8) + 1) * np.pi / 16) / 2
    basis[0] /= np.sqrt(2)
    return basis


def _blocks(frame: Array) -> Array:
    """(rows of blocks, columns of blocks, 64): quantized coefficients in zigzag order."""
    rows, columns = frame.shape
    padded = np.pad(frame.astype(float) - 128, ((0, -rows % 8), (0, -columns % 8)), mode="edge")
    grid = padded.reshape(padded.shape[0] // 8, 8, padded.shape[1] // 8, 8).swapaxes(1, 2)
    basis = _cosines()
    coefficients = np.rint(basis @ grid @ basis.T / _QUANTUM).astype(int)
    return np.stack([coefficients[..., row, column] for row, column in _zigzag()], -1)


def decoded(frame: Array) -> Array:
    """What a decoder gives of `encode`, but for its rounding: shape (rows, columns) float."""
    blocks = _blocks(frame)
    grid = np.zeros((*blocks.shape[:2], 8, 8))
    for number, (row, column) in enumerate(_zigzag()):
        grid[..., row, column] = blocks[..., number] * _QUANTUM
    basis = _cosines()
    pixels = (basis.T @ grid @ basis + 128).swapaxes(1, 2).reshape(blocks.shape[0] * 8, -1)
    cut: Array = np.clip(pixels, 0, 255)[: frame.shape[0], : frame.shape[1]]
    return cut


class _Differences:
    """DC coefficients, each coded as its difference from the one before (F.1.4.1)."""

    def __init__(self, coder: _Coder) -> None:
        self._coder = coder
        self._before = self._difference = 0

    def code(self, value: int) -> None:
        """Code the next coefficient."""
        # Differences condition the next one: none, small and large of either sign, with the bounds 0 and 2.
        context = 0
        if self._difference:
            context = (4 if self._difference > 0 else 8) + (8 if abs(self._difference) > 2 else 0)
        difference = value - self._before
        self._before, self._difference = value, difference
        self._coder.code("dc", context, int(difference != 0))
        if difference:
            self._coder.code("dc", context + 1, int(difference < 0))
            sign = context + (2 if difference > 0 else 3)
            self._coder.magnitude("dc", sign, (_DC_X1, _DC_X1 + 1), abs(difference) - 1)


def _dc_scan(blocks: Array, shift: int) -> bytes:
    """The first scan of DC, all bits or all but the last ``shift``."""
    coder = _Coder()
    differences = _Differences(coder)
    for value in blocks[..., 0].reshape(-1) >> shift:
        differences.code(int(value))
    return coder.end()


def _dc_refinement(blocks: Array) -> bytes:
    """A scan of the last bit of DC (G.1.3.1)."""
    coder = _Coder()
    for value in blocks[..., 0].reshape(-1):
        coder.code("dc", _FIXED, int(value) & 1)
    return coder.end()


def _ac(coder: _Coder, block: Array, first: int, last: int) -> None:
    """The coefficients of a block from ``first`` to ``last`` (F.1.4.2)."""
    present = np.nonzero(block[first : last + 1])[0] + first
    at = first
    for number in present:
        coder.code("ac", 3 * (at - 1), 0)  # not the end of the block
        while at < number:
            coder.code("ac", 3 * (at - 1) + 1, 0)
            at += 1
        coder.code("ac", 3 * (at - 1) + 1, 1)
        value = int(block[number])
        coder.code("ac", _FIXED, int(value < 0))
        low = 3 * (at - 1) + 2
        coder.magnitude("ac", low, (low, _AC_LOW if at <= 5 else _AC_HIGH), abs(value) - 1)
        at += 1
    if at <= last:
        coder.code("ac", 3 * (at - 1), 1)


def _ac_scan(blocks: Array, first: int, last: int) -> bytes:
    coder = _Coder()
    for block in blocks.reshape(-1, 64):
        _ac(coder, block, first, last)
    return coder.end()


def _sequential_scan(blocks: Array) -> bytes:
    """DC and AC of each block in turn, in one coder (F.1.4)."""
    coder = _Coder()
    differences = _Differences(coder)
    for block in blocks.reshape(-1, 64):
        differences.code(int(block[0]))
        _ac(coder, block, 1, 63)
    return coder.end()


def encode(frame: Array, *, how: str = "sequential") -> bytes:
    """A codestream with arithmetic coding.

    Parameters
    ----------
    frame : ndarray, shape (rows, columns), uint8
    how : {"sequential", "spectral", "progressive"}
        One scan; scans of bands; and, besides, the last bit of DC in a scan of its own.
    """
    blocks = _blocks(frame)
    if how == "sequential":
        scans = [((0, 63, 0), _sequential_scan(blocks))]
    else:
        bands = [((first, last, 0), _ac_scan(blocks, first, last)) for first, last in ((1, 5), (6, 63))]
        shift = int(how == "progressive")
        scans = [((0, 0, shift), _dc_scan(blocks, shift)), *bands]
        if shift:
            scans.append(((0, 0, 1 << 4), _dc_refinement(blocks)))
    process = b"\xff\xc9" if how == "sequential" else b"\xff\xca"
    tables = b"\xff\xdb" + pack(">HB", 67, 0) + bytes([_QUANTUM]) * 64
    header = process + pack(">HBHHB3B", 11, 8, *frame.shape, 1, 1, 0x11, 0)
    body = b"".join(b"\xff\xda" + pack(">HB2B3B", 8, 1, 1, 0, *parameters) + data for parameters, data in scans)
    return b"\xff\xd8" + tables + header + body + b"\xff\xd9"
