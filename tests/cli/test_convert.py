"""`dicom convert` writes pictures and videos, or one clear line."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as pillow

import dicom
from dicom.cli import build_parser, terminal
from dicom.cli.convert import PALETTES
from tests.cli.made_files import element, file_bytes, write_ct

MAGIC = {
    "png": b"\x89PNG\r\n",
    "jpg": b"\xff\xd8\xff",
    "jpeg": b"\xff\xd8\xff",
    "tif": b"II*\0",
    "tiff": b"II*\0",
    "gif": b"GIF89a",
    "mp4": b"\0\0\0",
}


def opened(path: Path) -> np.ndarray:
    with pillow.open(path) as picture:
        return np.asarray(picture)


@pytest.mark.parametrize("suffix", MAGIC)
def test_name_of_the_output_says_the_format(command, ct, tmp_path, suffix):
    output = tmp_path / f"x.{suffix}"
    assert command("convert", ct, "-o", str(output)) == (0, "", "")
    assert output.read_bytes().startswith(MAGIC[suffix])


def test_picture_is_what_the_image_shows(command, ct, tmp_path):
    command("convert", ct, "-o", str(tmp_path / "x.png"), "--no-square")
    assert np.array_equal(opened(tmp_path / "x.png"), dicom.image(dicom.read(ct)).display().array)


def test_options_of_the_display_reach_the_picture(command, tmp_path):
    ct = write_ct(tmp_path / "ct.dcm", frames=3)
    options = (
        [],
        ["--window", "-1010,20"],
        ["--preset", "lung"],
        ["--palette", "hot-iron"],
        ["--invert"],
        ["--frame", "2", "--window", "-1010,20"],
        ["--size", "50x50"],
        ["--no-square"],
    )
    pictures = set()
    for number, words in enumerate(options):
        output = tmp_path / f"{number}.png"
        assert command("convert", ct, "-o", str(output), *words) == (0, "", "")
        pictures.add(output.read_bytes())
    assert len(pictures) == len(options)
    assert opened(tmp_path / "6.png").shape == (50, 38)  # 4 rows of 0.5 mm, 6 columns of 0.25 mm


def test_palettes_are_those_of_the_standard():
    from dicom.pixels.palette import well_known_palette

    for name in PALETTES:
        assert len(well_known_palette(name.upper().replace("-", "_"))) == 3
    listed = Path(dicom.__file__).parent / "pixels" / "palettes.tsv"
    rows = [line.split("\t")[1] for line in listed.read_text(encoding="utf-8").splitlines() if line[:1].isdigit()]
    assert sorted(rows) == sorted(name.upper().replace("-", "_") for name in PALETTES)


def test_values_say_how_to_turn_samples_into_them(command, ct, tmp_path):
    output = tmp_path / "x.png"
    status, out, err = command("convert", ct, "-o", str(output), "--values", "modality")
    assert (status, err) == (0, "")
    assert out == f"{output}: value = sample * 1.0 + -32768.0 HU\n"
    assert np.array_equal(opened(output).astype(int) - 32768, dicom.image(dicom.read(ct)).modality().array)
    assert command("convert", ct, "-o", str(tmp_path / "x.tiff"), "--values", "modality") == (0, "", "")


def test_frames_become_numbered_pictures(command, tmp_path):
    ct = write_ct(tmp_path / "ct.dcm", frames=4)
    command("convert", ct, "-o", str(tmp_path / "all.png"), "--frame", "all")
    command("convert", ct, "-o", str(tmp_path / "some.png"), "--frame", "1-2")
    names = sorted(path.name for path in tmp_path.glob("*.png"))
    assert names == [*(f"all-000{number}.png" for number in (1, 2, 3, 4)), "some-0002.png", "some-0003.png"]


def test_animations_have_all_frames_unless_some_are_chosen(command, tmp_path):
    ct = write_ct(tmp_path / "ct.dcm", frames=4)
    assert command("convert", ct, "-o", str(tmp_path / "x.gif"), "--fps", "5") == (0, "", "")
    assert command("convert", ct, "-o", str(tmp_path / "y.gif"), "--frame", "1-2") == (0, "", "")
    with pillow.open(tmp_path / "x.gif") as four, pillow.open(tmp_path / "y.gif") as two:
        assert (four.n_frames, two.n_frames, four.info["duration"]) == (4, 2, 200)


def test_several_files_go_to_a_folder(command, tmp_path):
    names = []
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        names.append(write_ct(tmp_path / folder / "ct.dcm"))
    names.append(write_ct(tmp_path / "IM0001"))
    out = tmp_path / "out"
    assert command("convert", *names, "-o", str(out), "--format", "jpg") == (0, "", "")
    assert sorted(path.name for path in out.iterdir()) == ["IM0001.jpg", "ct-2.jpg", "ct.jpg"]
    assert command("convert", names[0], "-o", str(out)) == (0, "", "")
    assert (out / "ct.png").exists()


def test_failure_of_one_file_does_not_stop_the_others(command, ct, tmp_path):
    bad = tmp_path / "bad.dcm"
    bad.write_bytes(b"no DICOM")
    status, _, err = command("convert", str(bad), ct, "-o", str(tmp_path / "out"))
    assert status == 1
    assert len(err.splitlines()) == 1
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["ct.png"]


@pytest.mark.parametrize(
    "words",
    [
        ["-o", "x.xyz"],
        ["-o", "x.png", "--format", "jpg"],
        ["-o", "x.png", "--frame", "2-1"],
        ["-o", "x.png", "--frame", "a"],
        ["-o", "x.png", "--size", "50"],
        ["-o", "x.png", "--size", "0x5"],
        ["-o", "x.png", "--fps", "0"],
        ["-o", "x.png", "--quality", "101"],
        ["-o", "x.png", "--window", "40"],
        ["-o", "x.png", "--palette", "none"],
        [],
    ],
)
def test_wrong_usage_is_status_2_and_no_file(command, ct, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    status, out, err = command("convert", ct, *words)
    assert (status, out) == (2, "")
    assert err
    assert [path.name for path in tmp_path.iterdir()] == ["ct.dcm"]


def test_several_files_and_one_name_is_wrong_usage(command, ct, tmp_path):
    status, _, err = command("convert", ct, ct, "-o", str(tmp_path / "x.png"))
    assert (status, err) == (2, "dicom: 2 files need a folder to go to: -o FOLDER --format png\n")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--frame", "1"], "there is no frame 1: the image has 1, counted from 0"),
        (["--frame", "0-3"], "there is no frame 3: the image has 1, counted from 0"),
        (["--values", "modality", "--invert"], "modality values are written as they are"),
    ],
)
def test_what_the_file_lacks_is_one_line(command, ct, tmp_path, words, message):
    status, out, err = command("convert", ct, "-o", str(tmp_path / "x.png"), *words)
    assert (status, out) == (1, "")
    assert err.startswith(f"dicom: {ct}: {message}")
    assert len(err.splitlines()) == 1


def test_animation_of_values_is_one_line(command, ct, tmp_path):
    status, _, err = command("convert", ct, "-o", str(tmp_path / "x.gif"), "--values", "modality")
    assert (status, len(err.splitlines())) == (1, 1)


def test_output_that_cannot_be_written_is_one_line(command, ct, tmp_path):
    output = tmp_path / "none" / "x.png"
    status, _, err = command("convert", ct, "-o", str(output))
    assert (status, err) == (1, f"dicom: {ct}: {output} can't be written: No such file or directory\n")


def test_file_is_not_overwritten_by_its_own_picture(command, tmp_path):
    path = write_ct(tmp_path / "x.png")
    before = Path(path).read_bytes()
    status, _, err = command("convert", path, "-o", path)
    assert (status, err) == (1, f"dicom: {path}: the output is the file itself\n")
    assert Path(path).read_bytes() == before


def test_file_without_an_image_is_one_line(command, tmp_path):
    path = tmp_path / "none.dcm"
    path.write_bytes(file_bytes(element(0x00080060, "CS", "SR")))
    status, _, err = command("convert", str(path), "-o", str(tmp_path / "x.png"))
    assert (status, err) == (1, f"dicom: {path}: has no image (no Pixel Data)\n")


def test_standard_input_is_converted(process, ct, tmp_path):
    done = process("convert", "-", "-o", str(tmp_path / "out"), input=Path(ct).read_bytes())
    assert (done.returncode, done.stderr) == (0, b"")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["stdin.png"]


def test_progress_bar_is_shown_on_a_terminal(command, ct, tmp_path, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    _, _, err = command("convert", ct, ct, ct, ct, "-o", str(tmp_path / "out"))
    assert "#####..............." in err
    assert "[4/4]" in err
    assert err.endswith("\r\x1b[K")
    assert command("convert", ct, "-o", str(tmp_path / "out")) == (0, "", "")


def test_bar_is_as_wide_whatever_is_done():
    assert {len(terminal._bar(done, 7)) for done in range(8)} == {20}


# --- videos ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def stored_video(tmp_path):
    pytest.importorskip("av")
    from tests.pixels.made_videos import made

    def write(kind: str) -> str:
        path = tmp_path / f"{kind}.dcm"
        dicom.write(made(kind), path)
        return str(path)

    return write


def test_stored_video_is_not_encoded_again(command, stored_video, tmp_path):
    from tests.pixels.made_videos import video

    path = stored_video("h264-mp4")
    assert command("convert", path, "-o", str(tmp_path / "x.mp4")) == (0, "", "")
    assert (tmp_path / "x.mp4").read_bytes() == video("h264-mp4")
    assert command("convert", path, "-o", str(tmp_path / "y.mp4"), "--size", "64x64") == (0, "", "")
    assert (tmp_path / "y.mp4").read_bytes() != video("h264-mp4")


def test_bitstreams_of_a_folder_get_their_own_suffixes(command, stored_video, tmp_path):
    paths = [stored_video(kind) for kind in ("h264-transport", "mpeg2-program", "hevc-elementary")]
    assert command("convert", *paths, "-o", str(tmp_path / "out"), "--format", "video") == (0, "", "")
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert names == ["h264-transport.ts", "hevc-elementary.hevc", "mpeg2-program.mpg"]


def test_frames_of_a_video_become_pictures(command, stored_video, tmp_path):
    path = stored_video("mpeg2-transport")
    assert command("convert", path, "-o", str(tmp_path / "x.png"), "--frame", "20-21") == (0, "", "")
    frames = dicom.read(path).pixel_array
    for number in (21, 22):
        assert np.array_equal(opened(tmp_path / f"x-00{number}.png"), frames[number - 1])


def test_image_is_no_video(command, ct, tmp_path):
    for words in (["-o", str(tmp_path / "x.ts")], ["-o", str(tmp_path / "out"), "--format", "video"]):
        status, _, err = command("convert", ct, *words)
        assert (status, len(err.splitlines())) == (1, 1)
        assert "no video" in err


def test_completion_knows_the_options():
    from dicom.cli.completion import bash_script

    script = bash_script()
    assert "convert" in script
    assert "hot-metal-blue" in script
    assert "--values" in script
    assert build_parser(["convert"]).parse_args(["convert", "x", "-o", "y"]).square is True


@pytest.mark.parametrize("words", [("--fps", "5"), ("--quality", "80")])
def test_an_option_of_another_format_is_refused(command, ct, tmp_path, words):
    status, _, err = command("convert", str(ct), "-o", str(tmp_path / "x.png"), *words)
    assert status == 2
    assert words[0] in err


def test_standard_output_is_no_folder_of_pictures(command, ct, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    status, out, err = command("convert", ct, "-o", "-")
    assert (status, out) == (2, "")
    assert "standard output" in err
    assert not (tmp_path / "-").exists()
