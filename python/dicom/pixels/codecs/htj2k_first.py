"""The first HTJ2K frame of a process is encoded alone.

OpenJPH up to 0.26.3, which imagecodecs 2026.3.6 brings, makes the tables of its encoder when it encodes for the first
time, and a second thread that comes meanwhile takes them for made (mended after it: aous72/OpenJPH pull request 243).
Its frame is wrong without an error, lossless or not, and a decoder may refuse it. Measured, of 500 fresh processes in
which 8 threads encode a frame each at once: 9 with a wrong frame; none of 2600 where one frame was encoded before. The
decoder's tables are there from the start: none of 1600 such processes decoded anything wrong.
"""

from __future__ import annotations

import _thread

_making = _thread.allocate_lock()
_is_made = False


def ensure_tables() -> None:
    """Make the tables of OpenJPH's encoder by one thread; the others wait for it."""
    global _is_made
    if _is_made:
        return
    import imagecodecs
    import numpy as np

    with _making:
        if _is_made:
            return
        # Samples of many bits have an encoder of their own, and the two transformations of wavelets.
        for dtype in (np.uint8, np.uint32):
            imagecodecs.htj2k_encode(np.full((8, 8), np.iinfo(dtype).max, dtype), reversible=True)
        imagecodecs.htj2k_encode(np.full((8, 8), 255, np.uint8), reversible=False, level=0.01)
        _is_made = True
