"""Planes in patient space: their order, what is wrong with them, and what is to be done about it.

In: `Planes` of one volume. Out: a `policy.Layout`: which plane belongs into which slot, and the affine. In the order of
the data's way: `order` (planes along their normal; `header_defects`, of planes that have no place) -> `judgement` (each
rule) -> `report` -> `policy` (what the caller wants done) -> `regrid` (interpolation between slices). Standard:
PS3.3 C.7.6.2.1.1.
"""
