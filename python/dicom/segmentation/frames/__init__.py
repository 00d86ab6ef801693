"""The frames of a segmentation: which segment each is of, where it lies, and its voxels on a grid.

In: a data set. Out: `frames` (segment and place of each, bits on demand) -> `on_grid` (the voxels that a frame takes of
a grid) -> `masks_on_grid` (segment by segment) and `label_map` (all segments in one).
"""
