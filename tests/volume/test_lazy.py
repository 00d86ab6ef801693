"""A dask array of a series holds what read_series gives, and reads no more than it is asked for."""

from __future__ import annotations

import pickle
import re
import sys

import numpy as np
import pytest

import dicom
from dicom.errors import FileChangedError, GeometryError, MissingDependencyError
from dicom.volume import find_series, read_series
from dicom.volume import lazy as lazy_module
from dicom.volume.assembly.assemble import Plan
from dicom.volume.lazy import lazy_volume, series_to_dask
from tests.volume.made import grid_affine, make_series, plane_data_sets, stored_values, write_series

pytest.importorskip("dask")


@pytest.fixture
def series(tmp_path):
    make_series(tmp_path / "ct", (6, 8, 10))
    return find_series(tmp_path / "ct")[0]


@pytest.fixture
def in_time(tmp_path):
    affine = grid_affine()
    sets = []
    for t in range(3):
        made = plane_data_sets(stored_values((4, 5, 6)) + t, affine, modality="MR")
        for ds in made:
            ds.TemporalPositionIdentifier, ds.NumberOfTemporalPositions = t + 1, 3
            ds.SeriesInstanceUID, ds.StudyInstanceUID = "1.2.3", "1.2.4"
            ds.FrameOfReferenceUID = "1.2.5"
        sets += made
    write_series(tmp_path / "mr", sets)
    return find_series(tmp_path / "mr")[0]


@pytest.fixture
def reads(monkeypatch):
    """The shapes that were read."""
    shapes = []

    def counted(plan, array, *arguments):
        shapes.append(array.shape)
        return fill_array(plan, array, *arguments)

    fill_array = Plan.fill_array
    monkeypatch.setattr(Plan, "fill_array", counted)
    return shapes


def test_values_type_and_chunks_are_those_of_the_volume(series):
    volume, lazy = series.read(), series_to_dask(series)
    assert lazy.shape == volume.shape
    assert lazy.dtype == volume.array.dtype
    assert lazy.chunks == ((1,) * 6, (8,), (10,))
    np.testing.assert_array_equal(lazy.compute(), volume.array)


def test_time_points_are_chunks_too(in_time):
    volume, lazy = in_time.read(), series_to_dask(in_time)
    assert lazy.shape == volume.shape == (3, 4, 5, 6)
    assert lazy.chunks[:2] == ((1,) * 3, (1,) * 4)
    np.testing.assert_array_equal(lazy.compute(), volume.array)
    np.testing.assert_array_equal(lazy[1, 2].compute(), volume.array[1, 2])
    np.testing.assert_array_equal(lazy.mean(axis=0).compute(), volume.array.mean(axis=0))


def test_only_what_is_asked_for_is_read(series, reads):
    lazy = series_to_dask(series)
    assert reads == []
    lazy[3].compute()
    assert reads == [(1, 8, 10)]
    reads.clear()
    lazy[2:4, 1:3].compute()
    assert sorted(reads) == [(1, 2, 10)] * 2


@pytest.mark.parametrize(
    "key",
    [
        (),
        3,
        -1,
        (slice(1, 4), slice(None, None, 2)),
        (slice(None, None, -1), slice(None, None, -1), slice(6, 1, -2)),
        (2, 3, 4),
        (slice(None), 0, slice(2, 3)),
        (slice(0, 0),),
        ([4, 1],),
        (slice(1, 3), [7, 0, 0]),
        (slice(None), slice(3, 3)),
    ],
)
def test_every_part_is_that_of_the_volume(series, key):
    volume, lazy = series.read(), series_to_dask(series)
    np.testing.assert_array_equal(lazy[key].compute(), volume.array[key])
    slices = lazy_module.LazySlices(series.planes, np.argsort(series.planes.position[:, 2]), None, None)
    np.testing.assert_array_equal(slices[key], volume.array[key])


def test_slices_that_are_missing_are_filled(tmp_path):
    sets = plane_data_sets(stored_values((6, 4, 5)), grid_affine())
    write_series(tmp_path / "gap", [ds for k, ds in enumerate(sets) if k != 3])
    (series,) = find_series(tmp_path / "gap")
    with pytest.raises(GeometryError, match="gap"):
        series_to_dask(series)
    for fill in (None, -1024.0):
        lazy = series_to_dask(series, gaps="fill", fill=fill)
        np.testing.assert_array_equal(lazy.compute(), series.read(gaps="fill", fill=fill).array)
        assert np.isnan(lazy[3].compute()).all() == (fill is None)
    with pytest.raises(GeometryError, match="one by one"):
        series_to_dask(series, gaps="resample")
    with pytest.raises(GeometryError, match="2 volumes"):
        series_to_dask(series, gaps="split")


def test_type_is_that_of_the_argument(series):
    lazy = series_to_dask(series, dtype="float64")
    assert lazy.dtype == np.float64
    assert lazy[0].compute().dtype == np.float64


def test_file_that_changed_is_told_when_it_is_computed(tmp_path, series):
    lazy = series_to_dask(series)
    path = tmp_path / "ct" / "IM0002.dcm"
    ds = dicom.read(path)
    ds.PatientComments = "changed"
    ds.save_as(path)
    lazy[4].compute()
    with pytest.raises(FileChangedError):
        lazy[2].compute()


def test_lazy_arrays_can_be_sent_to_other_processes(series):
    lazy = series_to_dask(series)
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(lazy)).compute(), series.read().array)


def test_volumes_that_were_read_can_be_sent_to_other_processes(series):
    volume = series.read()
    other = pickle.loads(pickle.dumps(volume))
    np.testing.assert_array_equal(other.array, volume.array)
    assert other.sources.file(2) == volume.sources.file(2)
    assert other.sources.sop_instance_uid(2) == volume.sources.sop_instance_uid(2)


def test_without_dask_the_error_says_what_to_install(series, monkeypatch):
    monkeypatch.setitem(sys.modules, "dask.array", None)
    with pytest.raises(MissingDependencyError, match=r"pip install dicom-py\[dask\]"):
        series_to_dask(series)


def test_series_has_it_as_a_method(series):
    np.testing.assert_array_equal(series.to_dask()[1].compute(), read_series(series).array[1])


def test_type_is_that_of_all_slices_where_one_is_missing(tmp_path):
    sets = plane_data_sets(stored_values((6, 4, 5)), grid_affine())
    for ds in sets:
        ds.RescaleSlope, ds.RescaleIntercept = 1, 0
    write_series(tmp_path / "gap", [ds for k, ds in enumerate(sets) if k != 3])
    (series,) = find_series(tmp_path / "gap")
    volume, lazy = series.read(gaps="fill"), series_to_dask(series, gaps="fill")
    # Whole numbers have none that says that there is no value.
    assert lazy.dtype == volume.array.dtype == np.float32
    np.testing.assert_array_equal(lazy.compute(), volume.array)


@pytest.mark.parametrize("name", ["x.nii", "x.nii.gz", "x.nrrd", "x.mha"])
def test_a_volume_that_is_read_while_it_is_written_gives_the_same_file(tmp_path, name):
    make_series(tmp_path / "ct", (40, 256, 256))
    (series,) = find_series(tmp_path / "ct")
    whole, lazy = series.read(), lazy_volume(series)
    assert lazy is not None
    assert not isinstance(lazy.array, np.ndarray)
    (tmp_path / "one").mkdir()
    (tmp_path / "other").mkdir()
    whole.save(tmp_path / "one" / name, workers=1)
    lazy.save(tmp_path / "other" / name, workers=2)
    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "other" / path.name).read_bytes()


def test_slices_that_are_resampled_have_no_volume_that_is_read_in_turn(tmp_path):
    sets = plane_data_sets(stored_values((6, 4, 5)), grid_affine())
    write_series(tmp_path / "gap", [ds for k, ds in enumerate(sets) if k != 3])
    (series,) = find_series(tmp_path / "gap")
    assert lazy_volume(series, gaps="resample") is None
    assert lazy_volume(series, gaps="split") is None


def test_a_file_that_vanishes_while_another_is_written_is_the_one_that_is_named(tmp_path, series):
    volume = lazy_volume(series)
    gone = tmp_path / "ct" / "IM0002.dcm"
    gone.unlink()
    with pytest.raises(FileChangedError, match=re.escape(str(gone))):
        volume.save(tmp_path / "x.nii")
    assert not list(tmp_path.glob("*x.nii*"))
