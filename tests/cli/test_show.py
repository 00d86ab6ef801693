"""`dicom show` prints headers, JSON and single values, and lets no value drive the terminal."""

from __future__ import annotations

import json

import pytest

import dicom
from dicom.cli.show import _color_line
from tests.cli.made_files import ct_elements, element, file_bytes, write_ct


def test_show_prints_the_data_set(command, ct):
    status, out, err = command("show", ct)
    assert (status, err) == (0, "")
    assert out == str(dicom.read(ct)) + "\n"
    assert "(0010,0010) Patient's Name" in out


def test_several_files_have_their_names_above_them(command, ct, tmp_path):
    other = write_ct(tmp_path / "other.dcm")
    _, out, _ = command("show", ct, other)
    assert out.startswith(f"==> {ct} <==\n")
    assert f"\n==> {other} <==\n" in out


def test_tag_prints_the_value_alone(command, ct):
    assert command("show", ct, "--tag", "PatientID") == (0, "ID-1\n", "")


@pytest.mark.parametrize("spelling", ["0010,0020", "(0010,0020)", "00100020", "0x00100020", "PatientID"])
def test_element_is_named_by_keyword_or_tag(command, ct, spelling):
    assert command("show", ct, "--tag", spelling)[1] == "ID-1\n"


def test_values_of_several_elements_are_separated_by_tabs(command, ct):
    _, out, _ = command("show", ct, "--tag", "Rows", "--tag", "PixelSpacing", "--tag", "PixelData")
    assert out == "4\t0.5\\0.25\t<48 bytes>\n"


def test_file_name_leads_when_there_are_several_files(command, ct):
    _, out, _ = command("show", ct, ct, "--tag", "Rows")
    assert out == f"{ct}\t4\n" * 2


def test_path_into_a_sequence_finds_the_element(command, ct):
    _, out, _ = command("show", ct, "--tag", "ReferencedStudySequence[0].ReferencedSOPInstanceUID")
    assert out == "2.25.8\n"
    assert command("show", ct, "--tag", "ReferencedStudySequence[1].ReferencedSOPInstanceUID")[1] == "2.25.9\n"
    assert command("show", ct, "--tag", "ReferencedStudySequence")[1] == "<2 items>\n"


def test_file_meta_elements_are_found(command, ct):
    assert command("show", ct, "--tag", "TransferSyntaxUID")[1].strip() in {
        "1.2.840.10008.1.2.1",
        "Explicit VR Little Endian",
    }


@pytest.mark.parametrize(
    "path", ["PatientWeight", "ReferencedStudySequence[7].ReferencedSOPInstanceUID", "Rows[0].Columns"]
)
def test_element_that_is_absent_ends_with_status_1(command, ct, path):
    status, out, err = command("show", ct, "--tag", path)
    assert (status, out) == (1, "")
    assert err == f"dicom: {ct}: has no element {path}\n"


def test_absent_element_among_others_leaves_its_column_empty(command, ct):
    status, out, _ = command("show", ct, "--tag", "Rows", "--tag", "PatientWeight", "--tag", "Columns")
    assert (status, out) == (1, "4\t\t6\n")


@pytest.mark.parametrize("path", ["PatientNmae", "Rows[x]", "Rows[", "", "12345"])
def test_path_that_names_nothing_is_wrong_usage(command, ct, path):
    status, out, err = command("show", ct, "--tag", path)
    assert (status, out) == (2, "")
    assert err.startswith("dicom: show: ")
    assert len(err.splitlines()) == 1


def test_json_is_one_object_for_one_file(command, ct):
    model = json.loads(command("show", ct, "--json")[1])
    assert model["00280010"] == {"vr": "US", "Value": [4]}
    assert model["00100010"] == {"vr": "PN", "Value": [{"Alphabetic": "Test^Subject"}]}
    assert model["00081110"]["Value"][0]["00081155"]["vr"] == "UI"
    assert list(model) == sorted(model)


def test_json_is_an_array_for_several_files_bad_ones_left_out(command, ct, tmp_path):
    status, out, err = command("show", "--json", ct, str(tmp_path / "none.dcm"), ct)
    assert status == 1
    assert [model["00080060"]["Value"] for model in json.loads(out)] == [["CT"], ["CT"]]
    assert err.count("\n") == 1


def test_json_of_no_readable_file_is_an_empty_array(command, tmp_path):
    status, out, _ = command("show", "--json", str(tmp_path / "a"), str(tmp_path / "b"))
    assert (status, json.loads(out)) == (1, [])


def test_json_of_chosen_elements(command, ct):
    _, out, _ = command("show", "--json", "--tag", "Rows", "--tag", "PatientWeight", ct)
    assert json.loads(out) == {"Rows": {"vr": "US", "Value": [4]}, "PatientWeight": None}


def test_a_value_of_wrong_length_does_not_end_the_json(command, tmp_path):
    path = tmp_path / "odd.dcm"
    path.write_bytes(file_bytes(element(0x00280010, "UL", b"\1\2\3\4\5\6"), element(0x00280011, "US", b"\5\0")))
    status, out, err = command("show", "--json", str(path))
    assert (status, err) == (0, "")
    assert json.loads(out)["00280010"] == {"vr": "UN", "InlineBinary": "AQIDBAUG"}
    assert json.loads(out)["00280011"] == {"vr": "US", "Value": [5]}
    assert json.loads(command("show", "--json", "--tag", "Rows", str(path))[1])["Rows"]["vr"] == "UN"


def test_xml_is_the_native_model(command, ct):
    status, out, err = command("show", "--xml", ct)
    assert (status, err) == (0, "")
    assert out == dicom.read(ct).to_xml()


def test_xml_is_for_one_whole_file(command, ct):
    for words in ((ct, ct), ("--tag", "Rows", ct)):
        status, out, err = command("show", "--xml", *words)
        assert (status, out) == (2, "")
        assert err.count("\n") == 1
    assert command("show", "--xml", "--json", ct)[0] == 2


def test_json_is_utf_8_whatever_the_locale(process, tmp_path):
    path = tmp_path / "name.dcm"
    path.write_bytes(file_bytes(element(0x00080005, "CS", "ISO_IR 192"), element(0x00100010, "PN", "Müller".encode())))
    done = process(
        "show", "--json", str(path), environment={"PYTHONUTF8": "0", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"}
    )
    assert json.loads(done.stdout.decode("utf-8"))["00100010"]["Value"] == [{"Alphabetic": "Müller"}]


def test_text_that_the_locale_lacks_is_escaped(process, tmp_path):
    path = tmp_path / "name.dcm"
    path.write_bytes(file_bytes(element(0x00080005, "CS", "ISO_IR 192"), element(0x00100010, "PN", "Müller".encode())))
    done = process("show", str(path), environment={"PYTHONIOENCODING": "ascii"})
    assert done.returncode == 0
    assert rb"M\xfcller" in done.stdout


def test_control_characters_of_a_value_are_shown_as_escapes(command, tmp_path):
    path = tmp_path / "sly.dcm"
    path.write_bytes(file_bytes(element(0x00104000, "LT", b"\x1b]0;title\x07\x1b[2J\x9b31m")))
    for words in (["--tag", "PatientComments"], [], ["--json"], ["--xml"]):
        _, out, _ = command("show", str(path), *words)
        assert not any((character < " " and character != "\n") or "\x7f" <= character < "\xa0" for character in out)


def test_values_with_line_breaks_stay_on_their_line(command, tmp_path):
    path = tmp_path / "lines.dcm"
    path.write_bytes(file_bytes(element(0x00104000, "LT", "one\r\ntwo\tthree")))
    assert command("show", str(path), "--tag", "PatientComments")[1] == "one\\r\\ntwo\\tthree\n"


def test_colours_are_for_terminals_or_on_demand(command, ct, monkeypatch):
    monkeypatch.delenv("NO_COLOR", raising=False)
    plain = command("show", ct)[1]
    colored = command("show", ct, "--color", "always")[1]
    assert "\x1b[" not in plain
    assert "\x1b[36m(0010,0010)\x1b[0m Patient's Name" in colored
    assert "\x1b[32mPN\x1b[0m: 'Test^Subject'" in colored


def test_no_color_is_respected_on_a_terminal(monkeypatch):
    from types import SimpleNamespace

    from dicom.cli.terminal import wants_color

    terminal = SimpleNamespace(isatty=lambda: True)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")
    assert not wants_color("auto", terminal)
    monkeypatch.delenv("NO_COLOR")
    assert wants_color("auto", terminal)
    monkeypatch.setenv("TERM", "dumb")
    assert not wants_color("auto", terminal)
    assert not wants_color("auto", SimpleNamespace(isatty=lambda: False))


@pytest.mark.parametrize("line", ["", "   ---------", "Dataset.file_meta -----", "(text", "(0010,0010)"])
def test_lines_that_are_no_elements_stay_as_they_are(line):
    assert _color_line(line) == line


def test_standard_input_is_read_for_a_dash(process):
    done = process("show", "-", "--tag", "Rows", input=file_bytes(*ct_elements()))
    assert (done.returncode, done.stdout) == (0, b"4\n")
