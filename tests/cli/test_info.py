"""`dicom info` says on one screen what a file holds, and nothing about the patient."""

from __future__ import annotations

from tests.cli.made_files import ct_elements, element, file_bytes


def test_info_names_kind_size_spacing_bits_and_transfer_syntax(command, ct):
    status, out, err = command("info", ct)
    assert (status, err) == (0, "")
    for text in (
        "CT Image Storage (CT)",
        "4 rows x 6 columns, 1 frame",
        "0.5 mm from row to row, 0.25 mm from column to column (PixelSpacing)",
        "1.5 mm wide, 2 mm high",
        "2.5 mm thick",
        "16 of 16, signed, 1 sample a pixel, MONOCHROME2",
        "Explicit VR Little Endian (1.2.840.10008.1.2.1)",
        "48 bytes",
        "Maker",
    ):
        assert text in out


def test_info_fits_one_screen_and_names_no_patient(command, ct):
    out = command("info", ct)[1]
    assert len(out.splitlines()) <= 24
    assert "Subject" not in out
    assert "ID-1" not in out


def test_info_without_an_image_has_no_line_for_it(command, tmp_path):
    path = tmp_path / "none.dcm"
    path.write_bytes(file_bytes(element(0x00080060, "CS", "SR")))
    status, out, _ = command("info", str(path))
    assert status == 0
    assert "rows" not in out


def test_info_counts_findings(command, tmp_path):
    path = tmp_path / "cut.dcm"
    path.write_bytes(file_bytes(*ct_elements())[:-10])
    out = command("info", str(path))[1]
    assert "  findings        1\n" in out


def test_unusable_spacing_is_said_without_its_value(command, tmp_path):
    elements = [item for item in ct_elements() if item[:4] != b"\x28\x00\x30\x00"]
    path = tmp_path / "zero.dcm"
    path.write_bytes(file_bytes(*elements[:-6], element(0x00280030, "DS", "0\\0"), *elements[-6:]))
    assert "unusable: PixelSpacing (0028,0030)" in command("info", str(path))[1]


def test_control_characters_of_a_value_are_shown_as_escapes(command, tmp_path):
    path = tmp_path / "sly.dcm"
    path.write_bytes(file_bytes(element(0x00080070, "LO", b"Maker\x1b[2J\nnext")))
    out = command("info", str(path))[1]
    assert "\x1b" not in out


def test_one_broken_element_hides_nothing_else(command, tmp_path):
    path = tmp_path / "broken.dcm"
    rows = element(0x00280010, "UL", b"\1\0")
    path.write_bytes(file_bytes(element(0x00080060, "CS", "CT") + rows + element(0x00280011, "US", b"\7\0")))
    status, out, err = command("info", str(path))
    assert (status, err) == (0, "")
    assert "? rows x 7 columns" in out
    status, out, err = command("show", str(path))
    assert (status, err) == (0, "")
    assert "UL: 2 bytes, no whole number of values" in out
    assert "Columns                             US: 7" in out
