"""What the switches of `pydicom.config` change, as programs for pydicom; see `tests.compat.cases`."""

from __future__ import annotations

import io
import warnings
from typing import Any

from pydicom import DataElement, Dataset, config, dcmread
from pydicom.config import IGNORE, RAISE, WARN
from pydicom.dataelem import empty_value_for_VR

from tests.compat.cases import LONG, SAMPLE, case, file_of, shown, tell

# --- validation ------------------------------------------------------------------------------------------------------


def _assignments() -> list[Any]:
    results: list[Any] = []
    dataset = Dataset()
    dataset.PatientID = "a"
    dataset.ImageType = ["A", "B"]
    for change in (
        lambda: setattr(dataset, "PatientID", LONG),
        lambda: setattr(dataset["PatientID"], "value", LONG),
        lambda: dataset.add_new("StudyID", "SH", LONG),
        lambda: DataElement("Modality", "CS", "ct"),
        lambda: dataset.ImageType.append("a" * 20),
        lambda: setattr(dataset, "SliceThickness", "1.23456789012345678"),
        lambda: setattr(dataset, "Rows", "a"),
        lambda: setattr(dataset, "Rows", 70000),
        lambda: setattr(dataset, "SOPInstanceUID", "1.2.x"),
        lambda: setattr(dataset, "PatientName", LONG),
    ):
        with warnings.catch_warnings(record=True) as met:
            warnings.simplefilter("always")
            try:
                change()
                results.append(["done", bool(met)])
            except ValueError:
                results.append("ValueError")
    return results


@case
def validation_as_it_is() -> Any:
    return config.settings.reading_validation_mode, config.settings.writing_validation_mode, _assignments()


@case
def validation_ignored() -> Any:
    config.settings.reading_validation_mode = IGNORE
    return _assignments()


@case
def validation_raises() -> Any:
    config.settings.reading_validation_mode = RAISE
    return _assignments()


@case
def validation_for_writing_is_another() -> Any:
    config.settings.writing_validation_mode = RAISE
    return config.settings.reading_validation_mode, config.settings.writing_validation_mode, _assignments()


@case
def validation_mode_of_an_element() -> Any:
    results = []
    for mode in (IGNORE, WARN, RAISE):
        kept = DataElement("PatientID", "LO", "x", validation_mode=mode)
        with warnings.catch_warnings(record=True) as met:
            warnings.simplefilter("always")
            try:
                kept.value = LONG
                results.append(bool(met))
            except ValueError:
                results.append("ValueError")
    return results


@case
def validation_mode_of_a_new_element_raises() -> Any:
    return DataElement("PatientID", "LO", LONG, validation_mode=RAISE)


@case
def validate_by_itself() -> Any:
    kept = DataElement("PatientID", "LO", "x", validation_mode=RAISE)
    kept.validate(LONG)


@case
def enforce_valid_values() -> Any:
    config.enforce_valid_values = True
    return config.settings.reading_validation_mode, config.settings.writing_validation_mode, _assignments()


@case
def disable_value_validation() -> Any:
    with config.disable_value_validation():
        inside = config.settings.reading_validation_mode, config.settings.writing_validation_mode, _assignments()
    return inside, config.settings.reading_validation_mode


@case
def disable_value_validation_ends_with_an_error() -> Any:
    try:
        with config.disable_value_validation():
            raise KeyError
    except KeyError:
        return config.settings.reading_validation_mode


@case
def strict_reading() -> Any:
    with config.strict_reading():
        inside = config.settings.reading_validation_mode, config.settings.writing_validation_mode, _assignments()
    return inside, config.settings.reading_validation_mode


@case
def strict_reading_of_a_file() -> Any:
    with config.strict_reading():
        return dcmread(file_of(*SAMPLE)).PatientID


@case
def reading_a_file_ignores() -> Any:
    config.settings.reading_validation_mode = IGNORE
    return dcmread(file_of(*SAMPLE)).PatientID


@case
def modes_go_back_to_the_default_with_none() -> Any:
    config.settings.reading_validation_mode = RAISE
    config.settings.reading_validation_mode = None
    return config.settings.reading_validation_mode


@case
def buffered_read_size() -> Any:
    config.settings.buffered_read_size = 4096
    size = config.settings.buffered_read_size
    config.settings.buffered_read_size = 8192
    return size


@case
def buffered_read_size_is_checked() -> Any:
    config.settings.buffered_read_size = 0


# --- numbers and dates -----------------------------------------------------------------------------------------------


@case
def decimals_of_a_file() -> Any:
    config.DS_decimal(True)
    dataset = dcmread(file_of(*SAMPLE))
    return dataset["SliceThickness"], shown(list(dataset.ImagePositionPatient)), type(dataset.SliceThickness).__name__


@case
def decimals_in_memory() -> Any:
    config.use_DS_decimal = True
    dataset = Dataset()
    dataset.SliceThickness = "1.5"
    dataset.ImagePositionPatient = ["1", 2, "3.0"]
    return dataset["SliceThickness"], shown(list(dataset.ImagePositionPatient))


@case
def decimals_of_floats_are_refused() -> Any:
    config.DS_decimal(True)
    dataset = Dataset()
    dataset.SliceThickness = 1.5


@case
def decimals_of_floats_are_allowed() -> Any:
    config.DS_decimal(True)
    config.allow_DS_float = True
    dataset = Dataset()
    dataset.SliceThickness = 1.5
    return dataset["SliceThickness"]


@case
def floats_again() -> Any:
    config.DS_decimal(True)
    config.DS_decimal(False)
    return dcmread(file_of(*SAMPLE))["SliceThickness"]


@case
def arrays_of_a_file() -> Any:
    config.DS_numpy(True)
    config.use_IS_numpy = True
    dataset = dcmread(file_of(*SAMPLE))
    values = [dataset[name].value for name in ("SliceThickness", "ImagePositionPatient", "InstanceNumber")]
    kinds = [(type(value).__name__, str(getattr(value, "dtype", ""))) for value in values]
    # What 0020,1208 holds is one number by the dictionary; here it has two.
    return kinds, [str(value) for value in values], str(dataset[0x00201208].value)


@case
def arrays_are_not_made_in_memory() -> Any:
    config.DS_numpy(True)
    dataset = Dataset()
    dataset.ImagePositionPatient = [1, 2, 3]
    return type(dataset.ImagePositionPatient).__name__


@case
def arrays_and_decimals_exclude_each_other() -> Any:
    config.DS_numpy(True)
    config.DS_decimal(True)


@case
def decimals_and_arrays_exclude_each_other() -> Any:
    config.DS_decimal(True)
    config.DS_numpy(True)


@case
def dates_of_a_file() -> Any:
    config.datetime_conversion = True
    dataset = dcmread(file_of(*SAMPLE))
    return dataset["StudyDate"], dataset["StudyTime"]


@case
def dates_in_memory() -> Any:
    config.datetime_conversion = True
    dataset = Dataset()
    dataset.StudyDate, dataset.StudyTime = "20201231", "1011"
    return dataset["StudyDate"], dataset["StudyTime"]


# --- empty values, UN, wrong lengths ---------------------------------------------------------------------------------


@case
def empty_text_is_none() -> Any:
    config.use_none_as_empty_text_VR_value = True
    dataset = dcmread(file_of(*SAMPLE))
    held = DataElement("PatientID", "LO", "x")
    return (
        dataset[0x00200060].value,
        dataset.PatientName,
        [empty_value_for_VR(vr) for vr in ("LO", "PN", "US")],
        [empty_value_for_VR(vr, raw=True) for vr in ("LO", "US")],
        held.empty_value,
    )


@case
def empty_text_is_text() -> Any:
    dataset = dcmread(file_of(*SAMPLE))
    empty = [empty_value_for_VR(vr) for vr in ("LO", "US", "SQ", None)]
    return dataset[0x00200060].value, str(dataset.PatientName), empty, str(empty_value_for_VR("LO", raw=True))


@case
def unknown_vr_is_found() -> Any:
    return dcmread(file_of(*SAMPLE))["Rows"]


@case
def unknown_vr_is_kept() -> Any:
    config.replace_un_with_known_vr = False
    return dcmread(file_of(*SAMPLE))["Rows"]


@case
def a_wrong_length_raises() -> Any:
    return dcmread(file_of(*SAMPLE))["Columns"].value


@case
def a_wrong_length_is_bytes() -> Any:
    config.convert_wrong_length_to_UN = True
    return dcmread(file_of(*SAMPLE))["Columns"].value


def _sequence(vr: str, length: bytes, end: bytes) -> io.BytesIO:
    """A file with a sequence whose item is in implicit VR."""
    patient_id = b"\x10\0\x20\0\6\0\0\0abcdef"
    item = b"\xfe\xff\x00\xe0" + len(patient_id).to_bytes(4, "little") + patient_id
    return file_of(SAMPLE[3], b"\x08\0\x40\x11" + vr.encode() + b"\0\0" + length + item + end)


@case
def items_that_change_to_implicit_vr() -> Any:
    read = []
    for switch in (True, False):
        config.assume_implicit_vr_switch = switch
        read.append(str(dcmread(_sequence("SQ", b"\x16\0\0\0", b"")).ReferencedImageSequence[0]))
    config.assume_implicit_vr_switch = True
    return read


@case
def unknown_vr_of_undefined_length_is_a_sequence() -> Any:
    read = []
    for switch in (True, False):
        config.settings.infer_sq_for_un_vr = switch
        held = dcmread(_sequence("UN", b"\xff\xff\xff\xff", b"\xfe\xff\xdd\xe0\0\0\0\0"))["ReferencedImageSequence"]
        read.append([held.VR, str(held.value[0])])
    config.settings.infer_sq_for_un_vr = True
    return read


# --- names and text --------------------------------------------------------------------------------------------------


def _names() -> list[Any]:
    results = []
    dataset = Dataset()
    for ask in (
        lambda: setattr(dataset, "PatientNam", "x"),
        lambda: setattr(dataset, "PatientsName", "x"),
        lambda: setattr(dataset, "plain", "x"),
        lambda: "PatientNam" in dataset,
        lambda: -5 in dataset,
        lambda: "PatientName" in dataset,
    ):
        with warnings.catch_warnings(record=True) as met:
            warnings.simplefilter("always")
            try:
                results.append([ask(), bool(met)])
            except ValueError:
                results.append("ValueError")
    return results


@case
def unknown_names_warn() -> Any:
    return _names()


@case
def unknown_names_raise() -> Any:
    config.INVALID_KEYWORD_BEHAVIOR = "RAISE"
    config.INVALID_KEY_BEHAVIOR = "RAISE"
    return _names()


@case
def unknown_names_are_ignored() -> Any:
    config.INVALID_KEYWORD_BEHAVIOR = "IGNORE"
    config.INVALID_KEY_BEHAVIOR = "IGNORE"
    return _names()


@case
def future_behavior() -> Any:
    config.future_behavior()
    return (
        config.INVALID_KEYWORD_BEHAVIOR,
        config.settings.reading_validation_mode,
        config.settings.writing_validation_mode,
        _names(),
    )


@case
def file_meta_is_shown() -> Any:
    return str(dcmread(file_of(SAMPLE[0])))


@case
def file_meta_is_not_shown() -> Any:
    config.show_file_meta = False
    return str(dcmread(file_of(SAMPLE[0])))


@case
def debugging() -> Any:
    import logging

    logger = logging.getLogger("pydicom")
    config.debug(True, default_handler=False)
    on = config.debugging, logger.level
    config.debug(False, default_handler=False)
    return on, config.debugging, logger.level


if __name__ == "__main__":
    tell()
