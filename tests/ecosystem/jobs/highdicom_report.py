"""highdicom: write Comprehensive 3D SR measurement reports (PS3.16 TID 1500) on a CT series, and read them back.

Arguments: the folder of the series, a folder to write to.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import canonical

canonical.same_uids_on_each_run()

import highdicom as hd
import numpy as np
import pydicom
from pydicom.sr.codedict import codes
from pydicom.sr.coding import Code


def observers() -> hd.sr.ObservationContext:
    """Who measured: a person and a device."""
    person = hd.sr.ObserverContext(
        observer_type=codes.DCM.Person,
        observer_identifying_attributes=hd.sr.PersonObserverIdentifyingAttributes(name="Überseher^Ülf"),
    )
    device = hd.sr.ObserverContext(
        observer_type=codes.DCM.Device,
        observer_identifying_attributes=hd.sr.DeviceObserverIdentifyingAttributes(uid=hd.UID(), name="Ruler"),
    )
    return hd.sr.ObservationContext(observer_person_context=person, observer_device_context=device)


def measurement(name: Any, value: float, unit: Any) -> hd.sr.Measurement:
    """A number with its unit, and how it came about."""
    return hd.sr.Measurement(
        name=name,
        value=value,
        unit=unit,
        tracking_identifier=hd.sr.TrackingIdentifier(uid=hd.UID()),
        method=Code("702763", "99TEST", "Counted voxels"),
        properties=hd.sr.MeasurementProperties(
            normality=codes.SCT.Abnormal, level_of_significance=codes.SCT.AbnormallyHigh
        ),
    )


def planar(images: list[pydicom.Dataset], index: int) -> hd.sr.PlanarROIMeasurementsAndQualitativeEvaluations:
    """A polygon on one slice, with its area."""
    image = images[index]
    corner = np.array(image.ImagePositionPatient, float)
    polygon = corner + np.array([[50, 50, 0], [90, 50, 0], [90, 100, 0], [50, 100, 0], [50, 50, 0]], float)
    return hd.sr.PlanarROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=hd.sr.TrackingIdentifier(hd.UID(), f"Polygon {index}"),
        referenced_region=hd.sr.ImageRegion3D(
            graphic_type=hd.sr.GraphicTypeValues3D.POLYGON,
            graphic_data=polygon,
            frame_of_reference_uid=image.FrameOfReferenceUID,
        ),
        finding_type=codes.SCT.Bone,
        finding_sites=[hd.sr.FindingSite(anatomic_location=codes.SCT.Abdomen, laterality=codes.SCT.Left)],
        measurements=[measurement(codes.SCT.Area, 2000.0 + index / 3, codes.UCUM.SquareMillimeter)],
        qualitative_evaluations=[
            hd.sr.QualitativeEvaluation(name=codes.DCM.LevelOfSignificance, value=codes.SCT.AbnormallyLow)
        ],
    )


def volumetric(images: list[pydicom.Dataset]) -> hd.sr.VolumetricROIMeasurementsAndQualitativeEvaluations:
    """An outline on each of three slices, with a volume."""
    regions = [
        hd.sr.ImageRegion(
            graphic_type=hd.sr.GraphicTypeValues.POLYLINE,
            graphic_data=np.array([[20.0, 20.0], [40.0, 20.0], [40.0, 40.5], [20.0, 20.0]]),
            source_image=hd.sr.SourceImageForRegion.from_source_image(image),
        )
        for image in images[4:7]
    ]
    return hd.sr.VolumetricROIMeasurementsAndQualitativeEvaluations(
        tracking_identifier=hd.sr.TrackingIdentifier(hd.UID(), "Volume"),
        referenced_regions=regions,
        finding_type=codes.SCT.Neoplasm,
        measurements=[measurement(codes.SCT.Volume, 1234.5678901234, codes.UCUM.CubicMillimeter)],
    )


def read_back(path: Path) -> dict[str, Any]:
    """What a program finds in the file."""
    report = hd.sr.srread(path)
    planars = report.content.get_planar_roi_measurement_groups()
    volumes = report.content.get_volumetric_roi_measurement_groups(finding_type=codes.SCT.Neoplasm)
    return {
        "class": type(report).__name__,
        "planar": [
            [
                group.tracking_identifier,
                str(group.tracking_uid),
                str(group.finding_type),
                canonical.array(group.roi.value),
                [[str(each.name.meaning), each.value, str(each.unit.value)] for each in group.get_measurements()],
                [[each.name.meaning, each.value.meaning] for each in group.get_qualitative_evaluations()],
                [site.value.meaning for site in group.finding_sites],
            ]
            for group in planars
        ],
        "volumes": [
            [
                group.tracking_identifier,
                [canonical.array(region.value) for region in group.roi],
                group.get_measurements()[0].value,
            ]
            for group in volumes
        ],
        "contexts": [str(context.observer_type.meaning) for context in report.content.get_observer_contexts()],
        "codes": len(hd.sr.utils.find_content_items(report, value_type=hd.sr.ValueTypeValues.CODE, recursive=True)),
        "equal codes": [codes.SCT.Bone == planars[0].finding_type, planars[0].finding_type == codes.SCT.Abdomen],
        "elements": canonical.elements(report),
    }


def main(series: str, folder: str) -> None:
    """Do the job."""
    images = sorted((pydicom.dcmread(path) for path in Path(series).iterdir()), key=lambda each: each.InstanceNumber)
    content = hd.sr.MeasurementReport(
        observation_context=observers(),
        procedure_reported=codes.LN.CTUnspecifiedBodyRegion,
        imaging_measurements=[*(planar(images, index) for index in range(3, 13)), volumetric(images)],
        title=codes.DCM.ImagingMeasurementReport,
        referenced_images=images,
    )
    result: dict[str, Any] = {}
    for number, kind in enumerate((hd.sr.Comprehensive3DSR, hd.sr.ComprehensiveSR), 1):
        if kind is hd.sr.ComprehensiveSR:
            content = hd.sr.MeasurementReport(
                observation_context=observers(),
                procedure_reported=codes.LN.CTUnspecifiedBodyRegion,
                imaging_measurements=[volumetric(images)],
                title=codes.DCM.ImagingMeasurementReport,
                referenced_images=images,
            )
        report = kind(
            evidence=images,
            content=content,
            series_number=300 + number,
            series_instance_uid=hd.UID(),
            sop_instance_uid=hd.UID(),
            instance_number=number,
            manufacturer="Phantom Maker",
            is_complete=True,
            is_verified=True,
            verifying_observer_name="Überseher^Ülf",
            verifying_organization="Haus der Phantome",
        )
        canonical.settle(report)
        path = Path(folder) / f"{kind.__name__}.dcm"
        report.save_as(path)
        result[kind.__name__] = (
            {"file": canonical.file(path), **read_back(path)}
            if number == 1
            else {
                "file": canonical.file(path),
                "elements": canonical.outline(hd.sr.srread(path)),
            }
        )
    canonical.emit(result)


main(*sys.argv[1:])
