"""The sidecar says what the headers say, in BIDS's words and units, as dcm2niix does, and not who the patient is."""

from __future__ import annotations

import json
import struct
from typing import Any

import nibabel
import numpy as np
import pytest

import dicom
from dicom.export import gradient_table, save_nifti, sidecar
from dicom.export.bids_values import seconds_of_day, time_of_day
from tests.export.made_volumes import AFFINES, SHAPE, MadeSources, dcm2niix, made, made_series, values, volume_of

EQUIPMENT = {
    "Manufacturer": "SIEMENS",
    "ManufacturerModelName": "Model",
    "DeviceSerialNumber": "12345",
    "SoftwareVersions": ["syngo", "E11"],
    "StationName": "STATION",
    "InstitutionName": "House",
    "InstitutionAddress": "Street",
    "InstitutionalDepartmentName": "Department",
    "BodyPartExamined": "HEAD",
    "PatientPosition": "HFS",
    "StudyDescription": "study",
    "SeriesDescription": "series",
    "ProtocolName": "protocol",
    "AcquisitionTime": "101530.5",
}
PERSON = {
    "PatientBirthDate": "19700101",
    "PatientSex": "F",
    "PatientAge": "055Y",
    "PatientSize": 1.7,
    "PatientWeight": 70.5,
    "AccessionNumber": "ACC-77",
    "StudyID": "STUDY-7",
    "ReferringPhysicianName": "Refers^One",
    "OperatorsName": "Operates^One",
    "AcquisitionDate": "20260103",
}
MR = {
    "MagneticFieldStrength": 3.0,
    "ImagingFrequency": 123.25,
    "EchoTime": 30.5,
    "RepetitionTime": 2000.0,
    "InversionTime": 900.0,
    "FlipAngle": 77.0,
    "ScanningSequence": "EP",
    "SequenceVariant": ["SK", "SS"],
    "ScanOptions": "FS",
    "SequenceName": "epfid2d1_64",
    "MRAcquisitionType": "2D",
    "EchoTrainLength": 63,
    "PercentSampling": 100.0,
    "PercentPhaseFieldOfView": 90.0,
    "PixelBandwidth": 2300.0,
    "InPlanePhaseEncodingDirection": "COL",
    "AcquisitionMatrix": [SHAPE[2], 0, 0, SHAPE[1]],
    "SAR": 0.125,
    "SpacingBetweenSlices": 2.0,
    "NumberOfPhaseEncodingSteps": 10,
}
#: Fields that dcm2niix has of its own, or guesses.
NOT_OURS = {
    "BidsGuess",
    "CoilString",
    "ConversionSoftware",
    "ConversionSoftwareVersion",
    "PulseSequenceType",
    "SeriesTime",  # TimeZero of BIDS
}


def theirs_of(tmp_path, series, *options: str) -> dict[str, Any]:
    stem = dcm2niix(tmp_path, series, *options)
    found: dict[str, Any] = json.loads(stem.with_suffix(".json").read_text())
    return found


def assert_agree(ours: dict[str, Any], theirs: dict[str, Any], *without: str) -> None:
    """Each field that dcm2niix has stands in ours with the same value."""
    for name in set(theirs) - NOT_OURS - set(without):
        assert name in ours, name
        if isinstance(theirs[name], str) or (isinstance(theirs[name], list) and isinstance(theirs[name][0], str)):
            assert ours[name] == theirs[name], name
        else:
            # Six digits are written there.
            assert np.allclose(ours[name], theirs[name], rtol=1e-5, atol=1e-6), name


def slice_seconds(k: int) -> float:
    """Slices were measured one, then the one after the next."""
    return [0.0, 0.9, 0.3, 1.2, 0.6, 1.5][k]


def fmri(**elements: Any) -> list[list[dicom.Dataset]]:
    def each(ds: dicom.Dataset, k: int, t: int) -> None:
        ds.AcquisitionTime = f"{101530 + 2 * t + slice_seconds(k):013.6f}"

    return made_series(AFFINES["oblique"], 3, each=each, **{**EQUIPMENT, **PERSON, **MR, **elements})


def test_fields_of_mr_are_those_of_dcm2niix(tmp_path):
    series = fmri()
    volume = volume_of(series, AFFINES["oblique"], dimension="time")
    ours, theirs = sidecar(volume), theirs_of(tmp_path, series)
    assert_agree(ours, theirs, "SliceTiming")
    assert ours["EchoTime"] == 0.0305
    assert ours["RepetitionTime"] == 2
    assert ours["Manufacturer"] == "Siemens"
    assert ours["SoftwareVersions"] == "syngo\\E11"
    # They round times of day to 1/128 s.
    assert ours["SliceTiming"] == [slice_seconds(k) for k in range(6)]
    assert np.allclose(ours["SliceTiming"], theirs["SliceTiming"], atol=1 / 128)


def test_slices_measured_together_are_counted():
    def each(ds: dicom.Dataset, k: int, t: int) -> None:
        ds.AcquisitionTime = f"{101530 + (k % 3) * 0.5:013.6f}"

    series = made_series(AFFINES["axial"], each=each, **{**EQUIPMENT, **MR})
    found = sidecar(volume_of(series, AFFINES["axial"]))
    assert found["SliceTiming"] == [0, 0.5, 1, 0, 0.5, 1]
    assert found["MultibandAccelerationFactor"] == 2


@pytest.mark.parametrize("acquisition_time", ["101530", "", "10"])
def test_without_times_of_slices_there_is_no_slice_timing(acquisition_time):
    series = made_series(AFFINES["axial"], **{**EQUIPMENT, **MR, "AcquisitionTime": acquisition_time})
    assert "SliceTiming" not in sidecar(volume_of(series, AFFINES["axial"]))


def test_times_over_more_than_a_repetition_are_no_slice_timing():
    def each(ds: dicom.Dataset, k: int, t: int) -> None:
        ds.AcquisitionTime = f"{101530 + k:06}"

    series = made_series(AFFINES["axial"], each=each, **{**EQUIPMENT, **MR})
    assert "SliceTiming" not in sidecar(volume_of(series, AFFINES["axial"]))


def test_fields_of_ct_are_those_of_dcm2niix(tmp_path):
    series = made_series(
        AFFINES["axial"],
        modality="CT",
        **{**EQUIPMENT, "Manufacturer": "GE MEDICAL SYSTEMS"},
        KVP=120.0,
        XRayTubeCurrent=200,
        ExposureTime=500,
        Exposure=100,
        ConvolutionKernel="STANDARD",
    )
    ours, theirs = sidecar(volume_of(series, AFFINES["axial"])), theirs_of(tmp_path, series)
    assert_agree(ours, theirs)
    assert (ours["KVP"], ours["ExposureTime"], ours["Manufacturer"]) == (120, 0.5, "GE")


def pet(**elements: Any) -> list[list[dicom.Dataset]]:
    def code(meaning: str) -> dicom.Dataset:
        item = dicom.Dataset()
        item.CodeValue, item.CodingSchemeDesignator, item.CodeMeaning = "C-1", "SRT", meaning
        return item

    tracer = dicom.Dataset()
    tracer.Radiopharmaceutical = "Fluorodeoxyglucose"
    tracer.RadiopharmaceuticalStartTime, tracer.RadiopharmaceuticalStopTime = "095500", "095510.5"
    tracer.RadionuclideTotalDose, tracer.RadionuclideHalfLife = 3.7e8, 6586.2
    tracer.RadionuclidePositronFraction, tracer.RadiopharmaceuticalSpecificActivity = 0.967, 1.5e4
    tracer.RadionuclideCodeSequence = [code("^18^Fluorine")]

    def each(ds: dicom.Dataset, k: int, t: int) -> None:
        ds.AcquisitionTime = ["101530", "101540", "101600"][t]
        ds.FrameReferenceTime, ds.ActualFrameDuration = [5000.0, 20000.0, 45000.0][t], [10000, 20000, 30000][t]
        ds.DecayFactor, ds.ScatterFractionFactor = [1.001, 1.003, 1.006][t], [0.3, 0.31, 0.32][t]

    return made_series(
        AFFINES["axial"],
        3,
        "PT",
        each,
        **{**EQUIPMENT, **PERSON, "SeriesTime": "101525"},
        SeriesType=["DYNAMIC", "IMAGE"],
        NumberOfSlices=6,
        NumberOfTimeSlices=3,
        RadiopharmaceuticalInformationSequence=[tracer],
        DecayCorrection="START",
        DoseCalibrationFactor=1.25,
        RandomsCorrectionMethod="DLYD",
        AttenuationCorrectionMethod="measured,AC CT",
        ScatterCorrectionMethod="Model",
        ReconstructionMethod="OSEM 3i21s",
        ConvolutionKernel="XYZ Gauss5.00",
        **elements,
    )


def test_fields_of_pet_are_those_of_dcm2niix(tmp_path):
    series = pet()
    volume = volume_of(
        series, AFFINES["axial"], dimension="pet-frame", dimension_values=[5, 15, 35], dimension_unit="s"
    )
    ours, theirs = sidecar(volume), theirs_of(tmp_path, series)
    # There the name of the method is spelled out, and the scatter fraction that of the first frame.
    assert_agree(ours, theirs, "ReconMethodName", "ScatterFraction")
    assert ours["ScatterFraction"] == [0.3, 0.31, 0.32]
    assert ours["TracerName"] == "Fluorodeoxyglucose"
    assert (ours["InjectedRadioactivity"], ours["InjectedRadioactivityUnits"]) == (370, "MBq")
    assert ours["FrameTimesStart"] == [5, 15, 35]
    assert ours["FrameDuration"] == [10, 20, 30]
    assert ours["DecayCorrectionFactor"] == [1.001, 1.003, 1.006]
    assert (ours["TimeZero"], ours["ScanStart"], ours["InjectionStart"]) == ("10:15:25", 0, -1225)
    assert (ours["ImageDecayCorrected"], ours["ImageDecayCorrectionTime"]) == (True, 0)
    assert ours["Units"] == "Bq/mL"


def test_pet_frames_after_midnight_go_on(tmp_path):
    series = pet()
    for one in series:
        for ds in one:
            ds.SeriesTime = "235955"
    for t, time in enumerate(["235958", "000008", "000028"]):
        for ds in series[t]:
            ds.AcquisitionTime = time
            ds.RadiopharmaceuticalInformationSequence[0].RadiopharmaceuticalStartTime = "000000"
    made_of = sidecar(volume_of(series, AFFINES["axial"], dimension="pet-frame"))
    assert made_of["FrameTimesStart"] == [3, 13, 33]
    assert made_of["InjectionStart"] == 5


def test_who_and_when_stay_out_unless_asked_for(tmp_path):
    series = fmri()
    volume = volume_of(series, AFFINES["oblique"], dimension="time")
    shared = json.dumps(sidecar(volume))
    person = ["Made^By", "MADE", "ACC-77", "STUDY-7", "Refers", "Operates", "1970", "2026", "055", "70.5", "2.25"]
    assert not [one for one in person if one in shared]
    whole = sidecar(volume, anonymize=False)
    theirs = theirs_of(tmp_path, series, "-ba", "n")
    assert whole["PatientName"] == theirs["PatientName"] == "Made^By Code"
    for name in (
        "PatientID",
        "AccessionNumber",
        "StudyID",
        "SeriesInstanceUID",
        "PatientWeight",
        "PatientSex",
        "PatientAge",
    ):
        assert whole[name] == theirs[name], name
    assert "Operates" not in json.dumps(whole)


def test_enhanced_images_are_asked_by_frame():
    ds = dicom.Dataset()
    ds.Modality, ds.MagneticFieldStrength = "MR", 1.5
    shared, timing, echo = dicom.Dataset(), dicom.Dataset(), dicom.Dataset()
    timing.RepetitionTime, timing.FlipAngle = 2500.0, 30.0
    echo.EffectiveEchoTime = 12.5
    shared.MRTimingAndRelatedParametersSequence, shared.MREchoSequence = [timing], [echo]
    ds.SharedFunctionalGroupsSequence = [shared]
    frames = []
    for k in range(SHAPE[0]):
        frame, content, plane = dicom.Dataset(), dicom.Dataset(), dicom.Dataset()
        content.FrameAcquisitionDateTime = f"20260102{101530 + slice_seconds(k):013.6f}"
        plane.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        frame.FrameContentSequence, frame.PlaneOrientationSequence = [content], [plane]
        frames.append(frame)
    ds.PerFrameFunctionalGroupsSequence = frames
    volume = made(modality="MR", sources=MadeSources([[ds]], frames=True))
    found = sidecar(volume)
    assert (found["EchoTime"], found["RepetitionTime"], found["FlipAngle"]) == (0.0125, 2.5, 30)
    assert found["SliceTiming"] == [slice_seconds(k) for k in range(6)]
    assert found["AcquisitionTime"] == "10:15:30.000000"
    assert "2026" not in json.dumps(found)


def test_what_is_said_of_a_frame_counts_before_what_is_said_of_the_object():
    timing, repeated, shared, frame = (dicom.Dataset() for _ in range(4))
    timing.RepetitionTime = 2500.0
    repeated.RepetitionTime, repeated.FlipAngle, repeated.EchoTime = 2499.0, 29.0, 12.0
    shared.MRTimingAndRelatedParametersSequence = [timing]
    frame.private_block(0x2005, "A MAKER", create=True).add_new(0x0F, "SQ", [repeated])
    ds = dicom.Dataset()
    ds.RepetitionTime, ds.FlipAngle = 1000.0, 30.0
    ds.SharedFunctionalGroupsSequence, ds.PerFrameFunctionalGroupsSequence = [shared], [frame] * SHAPE[0]
    found = sidecar(made(modality="MR", sources=MadeSources([[ds]], frames=True)))
    assert (found["RepetitionTime"], found["FlipAngle"], found["EchoTime"]) == (2.5, 30, 0.012)


def csa_header(entries: dict[str, list[str]]) -> bytes:
    """A CSA header of version 2."""
    data = b"SV10\4\3\2\1" + struct.pack("<II", len(entries), 77)
    for name, texts in entries.items():
        data += name.encode().ljust(64, b"\0") + struct.pack("<i4siii", len(texts), b"IS", 6, len(texts), 77)
        for text in texts:
            content = text.encode() + b"\0"
            data += struct.pack("<4i", len(content), len(content), 77, len(content))
            data += content.ljust(-(-len(content) // 4) * 4, b"\0")
    return data


def with_csa(series: list[list[dicom.Dataset]], **entries: list[str]) -> list[list[dicom.Dataset]]:
    for one in series:
        for ds in one:
            block = ds.private_block(0x0029, "SIEMENS CSA HEADER", create=True)
            block.add_new(0x10, "OB", csa_header(entries))
    return series


@pytest.mark.parametrize("name", AFFINES)
@pytest.mark.parametrize("positive", ["0", "1"])
@pytest.mark.parametrize("stated", ["COL", "ROW"])
def test_phase_encoding_goes_the_way_of_dcm2niix_in_space(tmp_path, name, positive, stated):
    matrix = [SHAPE[2], 0, 0, SHAPE[1]] if stated == "COL" else [0, SHAPE[1], SHAPE[2], 0]
    elements = {**EQUIPMENT, **MR, "InPlanePhaseEncodingDirection": stated, "AcquisitionMatrix": matrix}
    series = with_csa(
        made_series(AFFINES[name], **elements),
        PhaseEncodingDirectionPositive=[positive],
        BandwidthPerPixelPhaseEncode=["20.5"],
    )
    volume = volume_of(series, AFFINES[name])
    theirs = theirs_of(tmp_path, series)
    ours = sidecar(volume)
    save_nifti(volume, tmp_path / "ours.nii")

    def in_space(found: dict[str, Any], path: Any) -> np.ndarray:
        affine = nibabel.load(path).affine
        axis, sign = (
            "ijk".index(found["PhaseEncodingDirection"][0]),
            -1 if "-" in found["PhaseEncodingDirection"] else 1,
        )
        return sign * affine[:3, axis] / np.linalg.norm(affine[:3, axis])

    assert np.allclose(in_space(ours, tmp_path / "ours.nii"), in_space(theirs, tmp_path / "out" / "x.nii"), atol=1e-3)
    for field in ("EffectiveEchoSpacing", "TotalReadoutTime", "ReconMatrixPE", "AcquisitionMatrixPE"):
        assert ours[field] == pytest.approx(theirs[field], rel=1e-4), field


DIRECTIONS = np.array([[0.0, 0, 0], [1, 0, 0], [0.6, 0.8, 0], [-0.36, 0.48, 0.8], [0.1, -0.7, 0.7071068]])


def diffusion(affine: np.ndarray) -> list[list[dicom.Dataset]]:
    def each(ds: dicom.Dataset, k: int, t: int) -> None:
        b_value = 1000 if t else 0
        ds.DiffusionBValue = float(b_value)
        if t:
            ds.DiffusionGradientOrientation = DIRECTIONS[t].tolist()

    return made_series(affine, len(DIRECTIONS), each=each, **{**EQUIPMENT, **MR})


@pytest.mark.parametrize("stated", [False, True], ids=["headers", "axis"])
@pytest.mark.parametrize("name", AFFINES)
def test_gradients_point_where_those_of_dcm2niix_do(tmp_path, name, stated):
    series = diffusion(AFFINES[name])
    values = [[1000 if t else 0, *(direction if t else [np.nan] * 3)] for t, direction in enumerate(DIRECTIONS)]
    volume = volume_of(
        series, AFFINES[name], dimension="diffusion", dimension_values=values if stated else [row[0] for row in values]
    )
    written = save_nifti(volume, tmp_path / "ours.nii")
    assert [path[-5:] for path in written] == ["s.nii", ".json", ".bval", ".bvec"]
    stem = dcm2niix(tmp_path, series)
    assert (tmp_path / "ours.bval").read_text().split() == stem.with_suffix(".bval").read_text().split()

    def in_space(path: Any) -> np.ndarray:
        affine = nibabel.load(f"{path}.nii").affine[:3, :3]
        vectors = np.loadtxt(f"{path}.bvec")
        if np.linalg.det(affine) > 0:
            vectors[0] *= -1
        return affine / np.linalg.norm(affine, axis=0) @ vectors

    ours = in_space(tmp_path / "ours")
    assert np.allclose(ours, in_space(stem), atol=1e-4)
    # And both where the header says, in RAS.
    unit = DIRECTIONS / np.maximum(np.linalg.norm(DIRECTIONS, axis=1), 1e-9)[:, None]
    assert np.allclose(ours.T, unit * [-1, -1, 1], atol=1e-6)


def test_weights_of_the_axis_count_and_missing_directions_are_not_invented(tmp_path):
    array = values((2, *SHAPE))
    stated = made(array, dimension="diffusion", dimension_values=[[0, 0, 0, 0], [700, 0, 3, 4]])
    table = gradient_table(stated)
    assert table is not None
    assert table.b_values.tolist() == [0, 700]
    assert np.allclose(table.directions, [[0, 0, 0], [0, 0.6, 0.8]])
    assert gradient_table(made(array, dimension="diffusion", dimension_values=[0, 700])) is None
    assert gradient_table(made(array, dimension="time", dimension_values=[0, 700])) is None
    trace = diffusion(AFFINES["axial"])[:1]
    for ds in trace[0]:
        ds.DiffusionBValue = 800.0
    volume = volume_of(trace, AFFINES["axial"], dimension="diffusion")
    assert [path[-5:] for path in save_nifti(volume, tmp_path / "x.nii")] == ["x.nii", ".json"]


@pytest.mark.parametrize(
    ("text", "seconds", "shown"),
    [
        ("101530.25", 36930.25, "10:15:30.250000"),
        ("1015", 36900, "10:15:00.000000"),
        ("23", 82800, "23:00:00.000000"),
        ("20260102101530.5+0100", 36930.5, "10:15:30.500000"),
        ("235959.999999", 86399.999999, "23:59:59.999999"),
        ("", None, None),
        ("10153", None, None),
        ("250000", None, None),
        ("10x530", None, None),
    ],
)
def test_times_of_day(text, seconds, shown):
    assert seconds_of_day(text) == (None if seconds is None else pytest.approx(seconds))
    assert time_of_day(text) == shown


def test_of_a_turned_volume_directions_turn_and_times_of_slices_go():
    series = with_csa(fmri(), PhaseEncodingDirectionPositive=["1"])
    volume = volume_of(series, AFFINES["oblique"], dimension="time")
    assert sidecar(volume)["PhaseEncodingDirection"] == "j"
    assert sidecar(volume[:, :, ::-1])["PhaseEncodingDirection"] == "j-"
    assert sidecar(volume[:, ::-1])["PhaseEncodingDirection"] == "j"
    turned = volume.reorient("coronal")
    assert sidecar(turned)["PhaseEncodingDirection"] == "k"
    assert "SliceTiming" not in sidecar(turned)


@pytest.mark.parametrize("side", [1, -1])
def test_times_of_tiles_follow_the_slices(side):
    stated = [0.0, 900.0, 300.0, 1200.0, 600.0, 1500.0]
    series = made_series(AFFINES["axial"], **{**EQUIPMENT, **MR})
    first = series[0][0]
    block = first.private_block(0x0019, "SIEMENS MR HEADER", create=True)
    block.add_new(0x0A, "US", SHAPE[0])
    block.add_new(0x29, "FD", stated)
    with_csa([[first]], SliceNormalVector=["0.0", "0.0", f"{side}.0"])
    volume = volume_of(series, AFFINES["axial"])
    times = [one / 1000 for one in stated]
    assert sidecar(volume)["SliceTiming"] == (times if side == 1 else times[::-1])
    assert "SliceTiming" not in sidecar(volume[:4])


def test_slices_that_were_filled_in_have_no_header():
    series = made_series(AFFINES["axial"], **{**EQUIPMENT, **MR})

    class Gap(MadeSources):
        def file(self, k: int, t: int = 0) -> Any:
            return None if k in (0, 3) else super().file(k, t)

        def dataset(self, k: int, t: int = 0) -> dicom.Dataset:
            assert k not in (0, 3)
            return super().dataset(k, t)

    volume = volume_of(series, AFFINES["axial"])
    volume.sources = Gap(series)
    found = sidecar(volume)
    assert found["EchoTime"] == 0.0305
    assert "SliceTiming" not in found
