"""What is done with a volume, one module each: `crop`, `reorient`, `resample` (with `separable`), `project`;
`arrays` (other values on its grid).

In: a `Volume`. Out: another one, whose voxels lie where they lay. Lengths are in mm, directions in LPS.
"""
