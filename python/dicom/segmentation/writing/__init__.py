"""Masks as a new segmentation.

In: masks or a label map, and segments. Out: a data set or a file. `masks` (what was given) -> `regions` (slices
that a segment has something in) -> `header` with `segment_items` and `frame_items` -> `pack` (bits) -> `write`.
"""
