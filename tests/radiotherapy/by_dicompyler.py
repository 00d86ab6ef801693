"""Dose-volume histograms as dicompyler-core computes them, and those of the planning system that it finds in a dose.

In: paths of an RT Structure Set and an RT Dose. Out: statistics by ROI Number. It runs in a process of its own, on
pydicom: of pydicom 3 it asks for a name that went, which the process puts back.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.commands import PATIENCE_SECONDS

if TYPE_CHECKING:
    from pathlib import Path
    from typing import Any

_PLAN = """
import json, sys, warnings
warnings.simplefilter("ignore")
import pydicom, pydicom.dicomio
pydicom.dicomio.read_file = pydicom.dcmread
from dicompylercore import dicomparser
print(json.dumps(dicomparser.DicomParser(sys.argv[1]).GetPlan()["rxdose"]))
"""
_SCRIPT = """
import json, sys, warnings
warnings.simplefilter("ignore")
import pydicom, pydicom.dicomio
pydicom.dicomio.read_file = pydicom.dcmread
from dicompylercore import dicomparser, dvhcalc
structures, dose, options = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
stored = dicomparser.DicomParser(dose)
found = {}
for number, structure in dicomparser.DicomParser(structures).GetStructures().items():
    dvh = dvhcalc.get_dvh(structures, dose, number, **options)
    if not dvh.volume:
        continue
    found[number] = {
        "name": structure["name"], "volume": dvh.volume, "mean": dvh.mean, "min": dvh.min, "max": dvh.max,
        **{"D%d" % part: dvh.statistic("D%d" % part).value for part in (2, 50, 95, 98)},
        **{"V%dGy" % dose_gy: dvh.statistic("V%dGy" % dose_gy).value for dose_gy in (1, 5, 10)},
        "bins": dvh.bins.tolist(), "counts": dvh.counts.tolist(),
    }
print(json.dumps(found))
"""


def dvhs(structures: Path, dose: Path, **options: Any) -> dict[int, dict[str, Any]]:
    """By ROI Number, of each structure that has a volume: numbers of its DVH.

    ``name``; ``volume`` in ml; ``mean``, ``min``, ``max`` and ``D2``, ``D50``, ``D95``, ``D98`` in Gy; ``V1Gy``,
    ``V5Gy``, ``V10Gy`` in ml; ``counts``, the cumulative volumes in ml, at ``bins``, which has the edges in Gy. The
    options are those of dicompyler-core's ``get_dvh``: ``interpolation_resolution``,
    ``interpolation_segments_between_planes``, ``use_structure_extents``.
    """
    found = _printed(_SCRIPT, str(structures), str(dose), json.dumps(options))
    return {int(number): numbers for number, numbers in found.items()}


def prescribed_cgy(plan: Path) -> float:
    """The dose that it takes a plan to prescribe, in cGy."""
    return float(_printed(_PLAN, str(plan)))


def _printed(script: str, *arguments: str) -> Any:
    """What a script printed last."""
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])
