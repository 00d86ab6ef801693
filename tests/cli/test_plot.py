"""`dicom plot` writes a picture or one clear line."""

from __future__ import annotations

import pytest

from tests.cli.made_files import element, file_bytes, write_ct

PNG = b"\x89PNG\r\n"


def test_plot_writes_a_png(command, ct, tmp_path):
    output = tmp_path / "x.png"
    assert command("plot", ct, "-o", str(output)) == (0, "", "")
    assert output.read_bytes().startswith(PNG)


def test_name_of_the_output_says_the_format(command, ct, tmp_path):
    command("plot", ct, "-o", str(tmp_path / "x.svg"))
    assert b"<svg" in (tmp_path / "x.svg").read_bytes()


def test_dash_writes_the_png_to_standard_output(process, ct):
    done = process("plot", ct, "-o", "-")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.startswith(PNG)


def test_frame_and_window_change_the_picture(command, tmp_path):
    ct = write_ct(tmp_path / "ct.dcm", frames=3)
    pictures = set()
    for number, words in enumerate(([], ["--frame", "2"], ["--window", "-1010,20"], ["--no-colorbar"])):
        output = tmp_path / f"{number}.png"
        assert command("plot", ct, "-o", str(output), *words)[0] == 0
        pictures.add(output.read_bytes())
    assert len(pictures) == 4


def test_frame_that_is_not_there_is_one_line(command, ct, tmp_path):
    output = tmp_path / "x.png"
    status, out, err = command("plot", ct, "-o", str(output), "--frame", "1")
    assert (status, out) == (1, "")
    assert err == f"dicom: {ct}: there is no frame 1: the image has 1, counted from 0\n"
    assert not output.exists()


def test_file_without_an_image_is_one_line(command, tmp_path):
    path = tmp_path / "none.dcm"
    path.write_bytes(file_bytes(element(0x00080060, "CS", "SR")))
    status, _, err = command("plot", str(path), "-o", str(tmp_path / "x.png"))
    assert (status, err) == (1, f"dicom: {path}: has no image (no Pixel Data)\n")


@pytest.mark.parametrize("name", ["x.xyz", "missing/x.png"])
def test_output_that_cannot_be_written_is_one_line(command, ct, tmp_path, name):
    status, _, err = command("plot", ct, "-o", str(tmp_path / name))
    assert status == 1
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("window", ["40", "a,b", "40,0", "40,-1", "nan,1", "1,2,3"])
def test_window_that_is_none_is_wrong_usage(command, ct, window):
    status, _, err = command("plot", ct, "-o", "x.png", f"--window={window}")
    assert status == 2
    assert "--window" in err


def test_output_is_required(command, ct):
    assert command("plot", ct)[0] == 2
