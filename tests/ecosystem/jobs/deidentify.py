"""deid: find the identifiers of a CT series, de-identify it by a recipe, write it, look what is left.

Arguments: the folder of the series, a folder to write to.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import canonical
import pydicom
from deid.config import DeidRecipe
from deid.dicom import get_files, get_identifiers, remove_private_identifiers, replace_identifiers
from deid.dicom.pixels import DicomCleaner, has_burned_pixels

RECIPE = """FORMAT dicom

%filter graylist

LABEL Phantom annotations
  contains Manufacturer phantom
  + present Rows
  ctpcoordinates 0,0,40,12

%header

ADD PatientIdentityRemoved YES
ADD DeidentificationMethod Recipe
REPLACE PatientID var:code
REPLACE PatientName Anonymous^Ännchen
REPLACE SOPInstanceUID func:new_uid
REPLACE AccessionNumber hex:4E4F4E45
BLANK PatientComments
BLANK contains:Institution
KEEP StudyDescription
JITTER endswith:Date var:days
REMOVE startswith:Referring
REMOVE PatientBirthDate
REMOVE OtherPatientIDsSequence
REMOVE (0019,"PHANTOM MAKER",02)
REPLACE (0019,1001) 9.75
"""


def new_uid(item: Any, value: Any, field: Any, dicom: Any) -> str:
    """A UID that follows from the old one."""
    return str(pydicom.uid.generate_uid(canonical.ROOT, entropy_srcs=[str(field.element.value)]))


def main(series: str, folder: str) -> None:
    """Do the job."""
    target = Path(folder)
    recipe_path = target / "recipe.dicom"
    recipe_path.write_text(RECIPE)
    recipe = DeidRecipe(deid=str(recipe_path))
    files = sorted(get_files(series))
    identifiers = get_identifiers(files, expand_sequences=True)
    first = identifiers[files[0]]
    found = {
        uid: [field.name, field.tag, str(field.element.VR), canonical.value(field.element.value)]
        for uid, field in first.items()
        if field.name != "PixelData"
    }
    for path in files:
        identifiers[path] |= {"code": "CODE-7", "days": -31, "new_uid": new_uid}
    (target / "replaced").mkdir()
    written = replace_identifiers(
        files,
        deid=recipe,
        ids=identifiers,
        save=True,
        overwrite=True,
        output_folder=str(target / "replaced"),
        remove_private=False,
    )
    (target / "stripped").mkdir()
    stripped = remove_private_identifiers(written, save=True, output_folder=str(target / "stripped"))
    burned = has_burned_pixels(files[:2], deid=str(recipe_path))
    cleaner = DicomCleaner(output_folder=str(target), deid=str(recipe_path))
    flagged = cleaner.detect(files[2])
    cleaner.clean()
    cleaned = cleaner.save_dicom()
    left = pydicom.dcmread(min((target / "replaced").iterdir()))
    canonical.emit(
        {
            "identifiers": found,
            "replaced": {path.name: canonical.file(path) for path in sorted((target / "replaced").iterdir())},
            "stripped": {Path(path).name: canonical.file(path) for path in sorted(stripped)},
            "left": canonical.elements(left),
            "burned": [[flag["flagged"], flag["results"]] for flag in burned["results"].values()]
            if isinstance(burned.get("results"), dict)
            else {name: [Path(each).name for each in paths] for name, paths in burned.items()},
            "flagged": flagged["flagged"],
            "cleaned": [canonical.file(cleaned), canonical.array(pydicom.dcmread(cleaned).pixel_array)],
        }
    )


main(*sys.argv[1:])
