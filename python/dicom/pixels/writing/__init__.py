"""Other pixel data for a data set: from an array, or in another transfer syntax (PS3.3 C.7.6.3, PS3.5 annex A).

`set_pixels` (over `outdated`, what a data set says of its earlier pixels) and `transcode` (compress, decompress and
bring from any syntax to any) change a data set. Under them `recode` (frames from one transfer syntax to another) over
`target` and `encoding` (frames by several threads, in order), `lossy` (what is said of a loss), `put` (into the data
set).
"""
