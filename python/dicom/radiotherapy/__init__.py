"""Radiotherapy: structures and the masks within them, dose, and dose-volume histograms.

In: RT Structure Sets, RT Doses and volumes. Out: `StructureSet` with its ROIs and contours in mm, masks on any grid,
numbers of dose and volume; and masks as an RT Structure Set again. Standard: PS3.3 C.8.8.3 (RT Dose), C.8.8.5
(Structure Set), C.8.8.6 (ROI Contour).
"""
