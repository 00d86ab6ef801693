"""What new images are modelled on: the headers of a volume's sources, or a data set that the caller names.

In: a volume, and ``template=``. Out: a `Template`: the header for what all instances share, and that of each slice
where a slice still is one of a source. Frames of enhanced sources give a flat header, as classic images have it.
Standard: PS3.3 C.7.6.16 (functional groups), C.12.4 (source images).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dicom.dataset.dataset import Dataset
from dicom.errors import WriteError
from dicom.instances.plan.axis import began_of
from dicom.pixels.lenient import number
from dicom.tag import Tag

if TYPE_CHECKING:
    import os
    from datetime import datetime
    from typing import Any

    from dicom.instances.plan.stored_values import Rescale

_DEPTH = 4
_NO_TEMPLATE = (
    "the volume wasn't made of DICOM files, so that nothing says which patient and study it belongs to: give template= "
    "(a data set, a file or a volume of the study), or dicom.instances.new_study(patient_id=..., patient_name=...) for "
    "one of its own"
)


class Template:
    """Headers to take elements from.

    Attributes
    ----------
    header : Dataset
        For what all instances share.
    """

    def __init__(self, header: Dataset, sources: Any = None, *, is_by_slice: bool = False) -> None:
        self.header = header
        self._sources = sources
        self._is_by_slice = is_by_slice
        self._flat: dict[tuple[str | None, int | None], Dataset] = {}
        self._files: dict[str | None, Dataset] = {}

    def of_slice(self, k: int, t: int = 0) -> Dataset | None:
        """The header of the source of a slice; None where the slice is no source's."""
        return self._header(k, t) if self._is_by_slice else None

    def first_header(self) -> Dataset:
        """That of the first slice that has a file."""
        count_t, count_k = self._sources.shape
        headers = (self._header(k, t) for t in range(count_t) for k in range(count_k))
        return next(header for header in headers if header is not None)

    def all_headers(self, t: int | None = None) -> list[Dataset]:
        """Those of all the sources, or of those at one t."""
        if self._sources is None:
            return [self.header]
        count_t, count_k = self._sources.shape
        times = range(count_t) if t is None or t >= count_t else (t,)
        found = [self._header(k, one) for one in times for k in range(count_k)]
        return [header for header in found if header is not None] or [self.header]

    def acquisition_starts(self) -> list[datetime | None]:
        """When each slice of the sources' series was acquired, also those that the volume has left out."""
        if self._sources is None:
            return [began_of(self.header)]
        series, _ = self._sources.of_series()
        keywords = ("AcquisitionDate", "AcquisitionTime", "AcquisitionDateTime", "StudyDate")
        columns = series.texts({keyword: (int(Tag(keyword)),) for keyword in keywords})
        rows = list(zip(*columns.values(), strict=True))
        known = {row: began_of(dict(zip(columns, row, strict=True))) for row in dict.fromkeys(rows)}
        return [known[row] for row in rows]

    def rescales(self) -> tuple[Any, Any] | None:
        """Slope and intercept of each slice, each (t, k); None where slices are of no source."""
        return self._sources.rescales() if self._is_by_slice else None

    def common_rescale(self) -> tuple[float, float] | None:
        """That of all the sources, if they have one; of a template that of its header."""
        if self._sources is not None:
            slope, intercept = self._sources.rescales()
            slope, intercept = slope[np.isfinite(slope)], intercept[np.isfinite(intercept)]
            if slope.size and (slope == slope[0]).all() and intercept.size and (intercept == intercept[0]).all():
                return float(slope[0]), float(intercept[0])
            return None
        slope, intercept = self.header.get("RescaleSlope"), self.header.get("RescaleIntercept")
        if self.header.get("DoseGridScaling"):
            slope, intercept = self.header.DoseGridScaling, 0.0
        try:
            return float(slope), float(intercept)
        except (TypeError, ValueError):
            return None

    def reference(self, k: int, t: int = 0) -> tuple[str, str, int | None] | None:
        """SOP Class UID, SOP Instance UID and frame number (from 1, None for a single frame) of a slice's source."""
        return self._reference(k, t) if self._is_by_slice else None

    def _reference(self, k: int, t: int) -> tuple[str, str, int | None] | None:
        header = self._header(k, t)
        if header is None:
            return None
        sop_class, instance = header.get("SOPClassUID"), header.get("SOPInstanceUID")
        if not sop_class or not instance:
            return None
        several = (number(header.get("NumberOfFrames")) or 1) > 1
        return str(sop_class), str(instance), int(self._sources.frame(k, t)) + 1 if several else None

    def references(self) -> list[tuple[str, str, int | None]]:
        """Those of all sources, in their order; empty for a mere template."""
        if self._sources is None:
            return []
        count_t, count_k = self._sources.shape
        found = [self._reference(k, t) for t in range(count_t) for k in range(count_k)]
        return [one for one in dict.fromkeys(found) if one is not None]

    def all_instances(self) -> list[tuple[str, str, str, str]]:
        """(study, series, SOP class, SOP instance) of all sources; UIDs."""
        found = [self._instance(header) for header in self.all_headers()] if self._sources is not None else []
        return [one for one in dict.fromkeys(found) if one is not None]

    @staticmethod
    def _instance(header: Dataset) -> tuple[str, str, str, str] | None:
        keywords = ("StudyInstanceUID", "SeriesInstanceUID", "SOPClassUID", "SOPInstanceUID")
        uids = [str(header.get(keyword) or "") for keyword in keywords]
        return (uids[0], uids[1], uids[2], uids[3]) if all(uids) else None

    def _header(self, k: int, t: int) -> Dataset | None:
        file, frame = self._sources.file(k, t), self._sources.frame(k, t)
        if file is None:
            return None
        key = file, frame
        if key not in self._flat:
            if file not in self._files:
                # Headers of many frames are large, and frames of one file follow each other.
                self._files = {file: self._sources.dataset(k, t)}
            self._flat[key] = flat_header(self._files[file], frame)
        return self._flat[key]


def template_for(volume: Any, template: Any) -> Template:
    """The template of a volume.

    Parameters
    ----------
    volume : Volume
    template : Dataset, path, Volume or None
        None takes the volume's own sources.

    Raises
    ------
    WriteError
        There is neither a template nor a source.
    InvalidDicomError
        The file isn't DICOM.
    """
    if template is None:
        if volume.sources is None and volume.made_of is None:
            raise WriteError(_NO_TEMPLATE)
        return _of_volume(volume, is_same_grid=True)
    if isinstance(template, Dataset):
        return Template(flat_header(template, 0))
    if hasattr(template, "affine") and hasattr(template, "grid_shape"):
        if getattr(template, "sources", None) is None and getattr(template, "made_of", None) is None:
            raise WriteError("the template is a volume that wasn't made of DICOM files, and has no header either")
        return _of_volume(template, is_same_grid=_has_same_slices(volume, template))
    return Template(flat_header(_read(template), 0))


def _read(path: str | os.PathLike[str]) -> Dataset:
    from dicom.dataset.read import read

    return read(path, stop_before_pixels=True)


def _of_volume(volume: Any, *, is_same_grid: bool) -> Template:
    sources = volume.sources if volume.sources is not None else volume.made_of
    is_by_slice = volume.sources is not None and volume.sources_axis == "k" and is_same_grid
    made = Template(Dataset(), sources, is_by_slice=is_by_slice)
    made.header = made.first_header()
    return made


def _has_same_slices(volume: Any, template: Any) -> bool:
    """Whether each slice of the volume lies at the place of the template's of the same number, in all t."""
    if volume.grid_shape != template.grid_shape or volume.affine.shape != template.affine.shape:
        return False
    if (volume.dimension is None) != (template.dimension is None) or volume.shape[:1] != template.shape[:1]:
        return False
    return bool(np.abs(volume.affine - template.affine).max() < 1e-3)


def flat_header(ds: Any, frame: int | None) -> Dataset:
    """A data set with what the functional groups say of a frame beside its other elements; itself without groups."""
    groups = [ds.get("SharedFunctionalGroupsSequence"), ds.get("PerFrameFunctionalGroupsSequence")]
    if not any(groups):
        return ds if isinstance(ds, Dataset) else Dataset(ds)
    flat = Dataset()
    for element in ds:
        if element.keyword not in ("SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence"):
            flat[element.tag] = element
    for items, index in zip(groups, (0, frame or 0), strict=True):
        if items is not None and index < len(items):
            _gather(items[index], flat)
    for own, classic in _CLASSIC_NAMES.items():
        if own in flat and classic not in flat:
            setattr(flat, classic, flat[own].value)
    return flat


#: What enhanced objects name otherwise than classic ones, with the same meaning and unit.
_CLASSIC_NAMES = {
    "EffectiveEchoTime": "EchoTime",
    "FrameAcquisitionDateTime": "AcquisitionDateTime",
    "FrameAcquisitionNumber": "AcquisitionNumber",
    "XRayTubeCurrentInmA": "XRayTubeCurrent",
    "ExposureTimeInms": "ExposureTime",
    "RevolutionTime": "RevolutionTime",
}


def _gather(item: Any, flat: Dataset, depth: int = 0) -> None:
    for element in item:
        if element.VR == "SQ":
            if depth < _DEPTH and len(element.value) == 1 and not element.tag.is_private:
                _gather(element.value[0], flat, depth + 1)
        elif element.keyword:
            flat[element.tag] = element


def hints_of(template: Template, count: int) -> list[Rescale] | None:
    """The rescale of each slice's source, or the one that all of the template's have; None where there is none."""
    from dicom.instances.plan.stored_values import Rescale, rescales_of

    own = template.rescales()
    if own is not None:
        found = rescales_of(own[0].ravel(), own[1].ravel())
        if found is not None and len(found) == count:
            return found
    common = template.common_rescale()
    return None if common is None or not common[0] else [Rescale(*common)] * count
