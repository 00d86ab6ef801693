"""Segmentations and parametric maps: masks and maps by position on a volume's grid, and back.

In: Segmentation and Parametric Map objects, or masks. Out: `Segmentation` with its segments and their codes, masks and
label maps as volumes, and SEG objects that other readers accept. Standard: PS3.3 C.8.20 (Segmentation), C.8.32
(Parametric Map).
"""
