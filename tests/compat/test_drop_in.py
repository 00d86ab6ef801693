"""`import pydicom` gives this library: in one program, in its children, and until it is undone."""

from __future__ import annotations

import os
import textwrap
from pathlib import Path

import pytest

from tests.compat.processes import PACKAGES, run, run_as_pydicom


def output_of(code: str, **changes: str) -> str:
    """What a program prints that may import dicom."""
    done = run("-W", "error", "-c", textwrap.dedent(code), **changes)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_modules_are_the_same_objects_under_both_names() -> None:
    output_of(
        """
        import dicom
        dicom.install_as_pydicom()
        import importlib, sys
        import pydicom
        import pydicom.data.data_manager as data_manager
        from pydicom import config
        from pydicom.dataset import FileMetaDataset
        import dicom.compat.config, dicom.compat.data.data_manager

        assert pydicom is dicom.compat and pydicom.__name__ == "dicom.compat"
        assert config is dicom.compat.config is importlib.import_module("pydicom.config")
        assert data_manager is dicom.compat.data.data_manager
        assert FileMetaDataset is dicom.FileMetaDataset
        assert sys.modules["pydicom.config"] is sys.modules["dicom.compat.config"]
        assert config.__spec__.name == "dicom.compat.config"
        assert importlib.reload(pydicom.errors) is dicom.compat.errors
        """
    )


def test_a_module_imported_by_our_name_first_is_the_same() -> None:
    output_of(
        """
        import dicom.compat.multival as ours
        import dicom
        dicom.install_as_pydicom()
        from pydicom.multival import MultiValue
        import pydicom.multival
        assert pydicom.multival is ours and MultiValue is ours.MultiValue
        """
    )


def test_version_and_distribution_are_those_that_are_stood_in_for() -> None:
    output_of(
        """
        import dicom
        dicom.install_as_pydicom()
        import importlib.metadata as metadata, importlib.util, pydicom
        assert pydicom.__version__ == metadata.version("pydicom") == "3.0.2"
        assert pydicom.__version_info__ == ("3", "0", "2")
        assert metadata.distribution("PyDicom").metadata["Name"] == "pydicom"
        assert metadata.version("numpy") and not metadata.distribution("pydicom").entry_points
        assert importlib.util.find_spec("pydicom") is not None
        assert importlib.util.find_spec("pydicom.sequence").origin == dicom.compat.sequence.__file__
        assert importlib.util.find_spec("pydicom.nosuch") is None
        """
    )


def test_distribution_answers_where_pydicom_is_not_installed() -> None:
    # Without site-packages there is no pydicom; nothing else is needed for these names.
    done = run(
        "-I",
        "-S",
        "-c",
        f"import sys; sys.path.insert(0, {str(PACKAGES)!r})\n"
        "import dicom; dicom.install_as_pydicom(child_processes=False)\n"
        "import importlib.metadata, pydicom; print(importlib.metadata.version('pydicom'), pydicom.dcmread.__name__)",
    )
    assert (done.stdout, done.stderr) == ("3.0.2 dcmread\n", "")


def test_unknown_modules_and_names_are_the_errors_that_python_has_for_them() -> None:
    output_of(
        """
        import dicom
        dicom.install_as_pydicom()
        import pydicom
        for name in ("pydicom.nosuch", "pydicom.data.nosuch", "pydicom.misc.nosuch"):
            try:
                __import__(name)
            except ModuleNotFoundError as error:
                assert error.name.startswith("pydicom"), error.name
            else:
                raise AssertionError(name)
        assert not hasattr(pydicom, "nosuch")
        assert {"dcmread", "Dataset", "config"} <= set(dir(pydicom))
        names = {}
        exec("from pydicom import Dataset, dcmread", names)
        assert {"Dataset", "dcmread"} <= set(names)
        """
    )


def test_undoing_leaves_what_was_there() -> None:
    output_of(
        """
        import os, sys
        import dicom
        from dicom import settings
        before, path, finders = set(sys.modules), os.environ.get("PYTHONPATH"), list(sys.meta_path)
        dicom.install_as_pydicom()
        dicom.install_as_pydicom()
        import pydicom, pydicom.config, pydicom.data.data_manager
        pydicom.config.use_DS_decimal = True
        assert settings.current.use_DS_decimal and os.environ["DICOM_AS_PYDICOM"] == "1"
        dicom.uninstall_as_pydicom()
        dicom.uninstall_as_pydicom()
        assert not [name for name in sys.modules if name.split(".")[0] == "pydicom"]
        assert sys.meta_path == finders
        assert os.environ.get("PYTHONPATH") == path and "DICOM_AS_PYDICOM" not in os.environ
        assert settings.current is settings.DEFAULT
        import importlib.util
        assert importlib.util.find_spec("pydicom").origin != pydicom.__file__
        """
    )


def test_it_refuses_where_pydicom_itself_is_imported() -> None:
    output_of(
        """
        import pydicom, sys
        import dicom
        from dicom.errors import DicomError
        finders = list(sys.meta_path)
        try:
            dicom.install_as_pydicom()
        except ImportError as error:
            assert isinstance(error, DicomError)
            assert "imported already" in str(error) and error.path == pydicom.__file__
        else:
            raise AssertionError
        assert sys.modules["pydicom"] is pydicom and sys.meta_path == finders
        """
    )


def test_pydicom_itself_can_be_imported_after_it_was_undone() -> None:
    output_of(
        """
        import dicom
        dicom.install_as_pydicom()
        import pydicom as ours
        dicom.uninstall_as_pydicom()
        import pydicom as theirs
        assert theirs is not ours and theirs.Dataset is not ours.Dataset
        """
    )


def test_pickles_of_either_name_are_read() -> None:
    output_of(
        """
        import pickle
        import dicom
        dicom.install_as_pydicom()
        import pydicom
        ds = pydicom.Dataset()
        ds.PatientName, ds.Rows, ds.ImageType = "A^B", 5, ["ORIGINAL", "PRIMARY"]
        ds.OtherPatientIDsSequence = [pydicom.Dataset()]
        assert pickle.loads(pickle.dumps(ds)) == ds
        by_their_name = b"cpydicom.dataset\\nDataset\\n(tR."
        assert pickle.loads(by_their_name) == pydicom.Dataset()
        assert pickle.loads(b"cpydicom.multival\\nMultiValue\\n.") is pydicom.multival.MultiValue
        """
    )


def test_isinstance_and_deriving_work_by_both_names() -> None:
    output_of(
        """
        import dicom
        dicom.install_as_pydicom()
        import pydicom, pydicom.dataset, pydicom.errors

        class Mine(pydicom.dataset.Dataset):
            pass

        mine = Mine()
        mine.PatientID = "1"
        assert isinstance(mine, dicom.Dataset) and isinstance(dicom.Dataset(), pydicom.Dataset)
        assert pydicom.errors.InvalidDicomError is dicom.errors.InvalidDicomError
        """
    )


CHILD = "import pydicom, pydicom.config; print(pydicom.__name__)"


def test_children_stand_on_it_too() -> None:
    printed = output_of(
        f"""
        import subprocess, sys
        import dicom
        dicom.install_as_pydicom()
        print(subprocess.run([sys.executable, "-c", {CHILD!r}], capture_output=True, text=True, check=True).stdout)
        """
    )
    assert printed.split() == ["dicom.compat"]


def test_children_find_the_package_where_their_path_does_not_have_it() -> None:
    printed = output_of(
        f"""
        import os, subprocess, sys
        import dicom
        dicom.install_as_pydicom()
        os.environ["PYTHONPATH"] = os.environ["PYTHONPATH"].split(os.pathsep)[0]
        print(subprocess.run([sys.executable, "-c", {CHILD!r}], capture_output=True, text=True, check=True).stdout)
        """
    )
    assert printed.split() == ["dicom.compat"]


def test_children_are_left_alone_where_that_is_asked_for() -> None:
    printed = output_of(
        f"""
        import os, subprocess, sys
        import dicom
        dicom.install_as_pydicom(child_processes=False)
        print(subprocess.run([sys.executable, "-c", {CHILD!r}], capture_output=True, text=True, check=True).stdout)
        dicom.install_as_pydicom()
        os.environ["DICOM_AS_PYDICOM"] = "0"
        print(subprocess.run([sys.executable, "-c", {CHILD!r}], capture_output=True, text=True, check=True).stdout)
        """
    )
    assert printed.split() == ["pydicom", "pydicom"]


def test_children_that_do_not_ask_for_it_do_not_pay_for_it() -> None:
    printed = output_of(
        """
        import subprocess, sys
        import dicom
        dicom.install_as_pydicom()
        code = "import sys; print(*[name for name in sys.modules if name.split('.')[0] in ('dicom', 'pydicom')])"
        print(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
        """
    )
    assert printed.split() == []


def test_children_answer_for_the_distribution_and_can_undo_it() -> None:
    printed = output_of(
        """
        import subprocess, sys
        import dicom
        dicom.install_as_pydicom()
        for code in (
            "import sys, importlib.metadata as m; print(m.version('pydicom'), 'dicom.as_pydicom' in sys.modules)",
            "import dicom; dicom.uninstall_as_pydicom(); import pydicom; print(pydicom.__name__)",
            "import dicom; dicom.install_as_pydicom(); import pydicom; print(pydicom.__name__)",
            "import importlib.util; print(importlib.util.find_spec('pydicom').origin.endswith('__init__.py'))",
        ):
            print(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
        """
    )
    assert printed.split() == ["3.0.2", "True", "pydicom", "dicom.compat", "True"]


def test_a_child_that_can_not_import_the_library_goes_on(tmp_path: Path) -> None:
    folder = run_as_pydicom("--path").stdout.strip()
    (tmp_path / "dicom").mkdir()
    (tmp_path / "dicom" / "__init__.py").write_text("raise ImportError('of another Python')\n")
    path = os.pathsep.join([folder, str(tmp_path)])
    done = run("-c", CHILD, DICOM_AS_PYDICOM="1", PYTHONPATH=path)
    assert done.stdout == "pydicom\n"
    assert "RuntimeWarning: DICOM_AS_PYDICOM is set" in done.stderr


def test_the_sitecustomize_that_is_hidden_is_run(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text("import sys; sys.met = 'theirs'\n")
    path = os.pathsep.join([str(PACKAGES), str(tmp_path)])
    printed = output_of(
        """
        import subprocess, sys
        import dicom
        dicom.install_as_pydicom()
        code = "import sys, pydicom, sitecustomize; print(sys.met, pydicom.__name__, sitecustomize.__file__)"
        print(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout)
        """,
        PYTHONPATH=path,
    )
    assert printed.split() == ["theirs", "dicom.compat", str(tmp_path / "sitecustomize.py")]


@pytest.mark.parametrize("method", ["spawn", "fork", "forkserver"])
def test_processes_of_multiprocessing_stand_on_it_too(method: str, tmp_path: Path) -> None:
    script = tmp_path / "program.py"
    script.write_text(
        textwrap.dedent(
            f"""
            import multiprocessing
            import pydicom

            def name(ds):
                return pydicom.__name__, str(ds.PatientName)

            if __name__ == "__main__":
                ds = pydicom.Dataset()
                ds.PatientName = "A^B"
                with multiprocessing.get_context({method!r}).Pool(1) as pool:
                    print(*pool.map(name, [ds])[0])
            """
        )
    )
    done = run_as_pydicom(str(script))
    assert (done.stdout, done.stderr) == ("dicom.compat A^B\n", "")


def test_a_script_runs_as_it_would_by_itself(tmp_path: Path) -> None:
    (tmp_path / "neighbour.py").write_text("import pydicom\nname = pydicom.__name__\n")
    script = tmp_path / "program.py"
    script.write_text(
        "import sys, neighbour\n"
        "print(neighbour.name, __name__, __file__, sys.argv[1:], sys.modules['__main__'].neighbour is neighbour)\n"
        "sys.exit(3)\n"
    )
    done = run_as_pydicom(str(script), "-x", "--help")
    assert done.stdout == f"dicom.compat __main__ {script} ['-x', '--help'] True\n"
    assert (done.returncode, done.stderr) == (3, "")


def test_a_module_runs_as_it_would_by_itself(tmp_path: Path) -> None:
    (tmp_path / "tool").mkdir()
    (tmp_path / "tool" / "__init__.py").write_text("")
    (tmp_path / "tool" / "__main__.py").write_text("import sys, pydicom\nprint(pydicom.__name__, *sys.argv)\n")
    done = run_as_pydicom("-m", "tool", "a", "-b", cwd=tmp_path)
    assert done.stdout == f"dicom.compat {tmp_path / 'tool' / '__main__.py'} a -b\n"


def test_code_and_folders_run(tmp_path: Path) -> None:
    done = run_as_pydicom("-c", "import sys, pydicom; print(pydicom.__name__, sys.argv)", "a")
    assert done.stdout == "dicom.compat ['-c', 'a']\n"
    (tmp_path / "__main__.py").write_text("import pydicom\nprint(pydicom.__name__)\n")
    assert run_as_pydicom(str(tmp_path)).stdout == "dicom.compat\n"


def test_wrong_usage_is_told() -> None:
    for arguments in ([], ["-m"], ["-c"]):
        done = run_as_pydicom(*arguments)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith("usage: ")
    assert run_as_pydicom("--help").returncode == 0


@pytest.mark.parametrize(("value", "expected"), [("True", "True RAISE 2\n"), ("0", "False WARN 1\n"), ("x", "")])
def test_the_variable_of_future_behaviour_counts(value: str, expected: str) -> None:
    code = (
        "from pydicom import config as c; "
        "print(c._use_future, c.INVALID_KEYWORD_BEHAVIOR, c.settings.writing_validation_mode)"
    )
    done = run_as_pydicom("-c", code, PYDICOM_FUTURE=value)
    assert done.stdout == expected
    assert ("ValueError" in done.stderr) is (expected == "")


def test_both_variables_can_be_set_by_hand() -> None:
    folder = run_as_pydicom("--path").stdout.strip()
    path = os.pathsep.join([folder, str(PACKAGES)])
    assert run("-c", CHILD, DICOM_AS_PYDICOM="1", PYTHONPATH=path).stdout == "dicom.compat\n"
    assert run("-c", CHILD, PYTHONPATH=path).stdout == "pydicom\n"


def test_pydicoms_own_command_runs(tmp_path: Path) -> None:
    done = run_as_pydicom("-m", "pydicom", "show", "pydicom::CT_small.dcm::PatientID")
    assert done.stdout == "(0010,0020) Patient ID                          LO: '1CT1'\n"
    missing = run_as_pydicom("-m", "pydicom", "show", "nosuch.dcm")
    assert missing.returncode == 2
    assert "nosuch.dcm can't be read" in missing.stderr
    assert "usage: pydicom show" in run_as_pydicom("-m", "pydicom", "help", "show").stdout
