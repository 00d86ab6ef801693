"""Planes of objects of several frames.

In: one data set. Out: `Planes`, one row a frame or a tile (`multiframe`). Each way in which an object says where its
frames lie is a module: `functional_groups` (with `frame_columns` and `frame_attributes`), `nuclear_medicine`,
`grid_offsets`, `mosaic`. Standard: PS3.3 C.7.6.6, C.7.6.16, C.8.4, C.8.8.3.
"""
