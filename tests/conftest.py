"""What every test shares. Warnings are errors by pyproject.toml; no test may need the network or an order."""

from __future__ import annotations

import os

# Set before matplotlib is imported by anything: no test opens a window.
os.environ.setdefault("MPLBACKEND", "Agg")
