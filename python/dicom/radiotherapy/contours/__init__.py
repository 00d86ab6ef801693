"""From contours to masks and numbers, and from masks to contours.

`planes` (closed contours in the planes that they lie in) -> `between_planes` (how far each holds) -> `rasterize` (masks
on a grid), and `measures` (numbers without a grid). The way back: `trace`, along `voxel_outlines`.
"""
