"""Dose-volume histograms.

`dose_volume` (the dose within a region) and `stored_dvh` (what an RT Dose has of its own) give a `histogram`.
"""
