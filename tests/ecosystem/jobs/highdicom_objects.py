"""highdicom: other objects on a CT series: presentation state, key objects, secondary captures, enhanced CT from single
slices, a volume resampled; each written and read back.

Arguments: the folder of the series, a folder to write to.
"""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path
from typing import Any

import canonical

canonical.same_uids_on_each_run()

import highdicom as hd
import numpy as np
import pydicom
from pydicom.sr.codedict import codes
from pydicom.uid import JPEG2000Lossless, RLELossless

MAKER = {
    "manufacturer": "Phantom Maker",
    "manufacturer_model_name": "Maker",
    "software_versions": "1.0",
    "device_serial_number": "1",
}


def presentation_state(images: list[pydicom.Dataset]) -> pydicom.Dataset:
    """Window, shutter-less, with a text and an ellipse on the first image."""
    layer = hd.pr.GraphicLayer(
        layer_name="LAYER1", order=1, description="Notes", display_color=hd.color.CIELabColor(50, 40, -30)
    )
    annotation = hd.pr.GraphicAnnotation(
        referenced_images=[images[0]],
        graphic_layer=layer,
        graphic_objects=[
            hd.pr.GraphicObject(
                graphic_type=hd.pr.GraphicTypeValues.CIRCLE,
                graphic_data=np.array([[40.0, 40.0], [48.5, 40.0]]),
                units=hd.pr.AnnotationUnitsValues.PIXEL,
                tracking_id="circle",
                tracking_uid=hd.UID(),
            )
        ],
        text_objects=[
            hd.pr.TextObject(
                text_value="Ellipsoid, größte Schicht",
                bounding_box=(0.1, 0.05, 0.7, 0.18),
                units=hd.pr.AnnotationUnitsValues.DISPLAY,
            )
        ],
    )
    return hd.pr.GrayscaleSoftcopyPresentationState(
        referenced_images=images,
        series_instance_uid=hd.UID(),
        series_number=401,
        sop_instance_uid=hd.UID(),
        instance_number=1,
        institution_name="Haus der Phantome",
        content_label="NOTES",
        content_description="Notes on the phantom",
        graphic_layers=[layer],
        graphic_annotations=[annotation],
        voi_lut_transformations=[hd.pr.SoftcopyVOILUTTransformation(window_center=40.0, window_width=400.0)],
        **MAKER,
    )


def key_objects(images: list[pydicom.Dataset]) -> pydicom.Dataset:
    """Three slices for teaching."""
    content = hd.ko.KeyObjectSelection(
        document_title=codes.cid7010.ForTeaching, referenced_objects=images[2:5], description="Bone begins"
    )
    return hd.ko.KeyObjectSelectionDocument(
        evidence=images,
        content=content,
        series_instance_uid=hd.UID(),
        series_number=402,
        sop_instance_uid=hd.UID(),
        instance_number=1,
        manufacturer="Phantom Maker",
        institution_name="Haus der Phantome",
    )


def capture(images: list[pydicom.Dataset], number: int, **more: Any) -> pydicom.Dataset:
    """A picture in colour of one slice."""
    gray = (images[5].pixel_array >> 4).astype(np.uint8)
    picture = np.stack([gray, gray // 2, 255 - gray], axis=-1)
    return hd.sc.SCImage.from_ref_dataset(
        ref_dataset=images[5],
        pixel_array=picture,
        photometric_interpretation=more.pop("photometric", hd.PhotometricInterpretationValues.RGB),
        bits_allocated=8,
        coordinate_system=hd.CoordinateSystemNames.PATIENT,
        series_instance_uid=hd.UID(),
        sop_instance_uid=hd.UID(),
        series_number=410 + number,
        instance_number=1,
        manufacturer="Phantom Maker",
        patient_orientation=("L", "P"),
        pixel_spacing=(2.5, 2.5),
        **more,
    )


def enhanced(images: list[pydicom.Dataset]) -> pydicom.Dataset:
    """The series as one multi-frame object (PS3.3 A.70)."""
    return hd.legacy.LegacyConvertedEnhancedCTImage(
        legacy_datasets=images,
        series_instance_uid=hd.UID(),
        series_number=404,
        sop_instance_uid=hd.UID(),
        instance_number=1,
    )


def main(series: str, folder: str) -> None:
    """Do the job."""
    images = sorted((pydicom.dcmread(path) for path in Path(series).iterdir()), key=lambda each: each.InstanceNumber)
    made = {
        "presentation-state": presentation_state(images),
        "key-objects": key_objects(images),
        "capture": capture(images, 1),
        "capture-rle": capture(images, 2, transfer_syntax_uid=RLELossless),
        "capture-j2k": capture(
            images, 3, transfer_syntax_uid=JPEG2000Lossless, photometric=hd.PhotometricInterpretationValues.YBR_RCT
        ),
        "enhanced": enhanced(images),
    }
    result: dict[str, Any] = {}
    for name, dataset in made.items():
        canonical.settle(dataset)
        path = Path(folder) / f"{name}.dcm"
        dataset.save_as(path)
        back = pydicom.dcmread(path)
        result[name] = {"file": canonical.file(path), "elements": canonical.outline(back)}
        if "PixelData" in back:
            result[name]["pixels"] = canonical.array(back.pixel_array)
    whole = hd.get_volume_from_series(images)
    again = hd.imread(Path(folder) / "enhanced.dcm").get_volume()
    selected = hd.ko.KeyObjectSelectionDocument.from_dataset(pydicom.dcmread(Path(folder) / "key-objects.dcm"))
    result["volume"] = {
        "series": canonical.array(whole.array),
        "enhanced": canonical.array(again.array),
        "affine": whole.affine.round(6).tolist(),
        "cropped": canonical.array(
            whole.to_patient_orientation("PRF").pad_or_crop_to_spatial_shape((90, 90, 20)).array
        ),
        "selected": [
            [str(uid) for uid in reference]
            for reference in (selected.resolve_reference(image.SOPInstanceUID) for image in images[2:5])
        ],
        "read on": dt.date(2024, 6, 1) == hd.imread(Path(folder) / "enhanced.dcm").ContentDate,
    }
    canonical.emit(result)


main(*sys.argv[1:])
