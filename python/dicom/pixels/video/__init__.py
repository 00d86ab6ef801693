"""Video: MPEG-2, H.264 and HEVC pixel data (PS3.5 8.2.5 to 8.2.11).

`bitstream` is the one stream over all fragments, as a file would hold it; `packets` finds the coded pictures in it and
`decoding` makes frames of them, both with PyAV, which is the extra ``video``.
"""
