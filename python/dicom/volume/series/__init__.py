"""The series of a folder: which files make one volume, and why a file is in none.

In: a folder, files, an archive, a DICOMDIR. Out: `found.FoundSeries` of `series.Series`. Standard: PS3.3 A.1.2,
C.7.3.1, C.7.6.2.

In the order of the data's way: `inputs` and `archive` (what was given, as files) -> `headers` (columns of all their
headers, with `private_elements`) -> `grouping` (what belongs to one stack; with `image_kind`) -> `locations` (which
planes share a position) -> `dimension` (the 4th axis; with `axes`, `axis_values` and `clock`) -> `series` -> `found`,
with `reasons` (of files without a place) and `listing` (as a table).
"""
