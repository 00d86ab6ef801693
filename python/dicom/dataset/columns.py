"""Columns of a sequence: the values of an element in all of its items as one array or list.

In: a data set, a sequence of it, and which elements are wanted. Out: `ndarray` of float64, masked where an item has no
value, or lists of text. A sequence that is as it was read is read straight from its bytes, without an object for each
item; an edited one, and whatever isn't plainly what its VR says, item by item, with equal results
(`columns_by_item`). Standard: PS3.5 7.5 (nesting of data sets), PS3.3 C.7.6.16 (functional groups).
"""

from __future__ import annotations

from collections.abc import Mapping

from dicom import _core
from dicom.dictionary import keyword_for_tag
from dicom.errors import ColumnError, LimitError, MissingDependencyError
from dicom.tag import Tag

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from typing import Any, TypeAlias

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from .columns_by_item import ItemColumn
    from .dataset import Dataset

    #: Keyword, tag, or keywords with full stops between them: ``"PlanePositionSequence.ImagePositionPatient"``.
    Key: TypeAlias = str | int | tuple[int, int]
    #: Numbers, masked where some are missing, or texts.
    Column: TypeAlias = "NDArray[np.float64] | list[str | None]"

_PER_FRAME = 0x52009230
_SHARED = 0x52009229
_NUMBER_OF_FRAMES = 0x00280008
# An array may have so many places, and beyond that eight for each value: items of very different lengths make no array.
_MOST_PLACES = 1 << 20
_PLACES_A_VALUE = 8
# Frames that Number of Frames alone may claim.
_MOST_FRAMES = 1_000_000


class Columns(Mapping[str, "Column"]):
    """Columns by the names that they were asked for by. Made by `Dataset.columns` and `PerFrame.columns`.

    Attributes
    ----------
    number_of_items : int
        The length of each column.
    """

    __slots__ = ("_columns", "number_of_items")

    def __init__(self, columns: dict[str, Column], number_of_items: int) -> None:
        self._columns = columns
        self.number_of_items = number_of_items

    def __getitem__(self, name: str) -> Column:
        return self._columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._columns)

    def __len__(self) -> int:
        return len(self._columns)

    def __repr__(self) -> str:
        return f"<Columns: {self.number_of_items} items of {', '.join(self) or 'nothing'}>"

    def to_arrow(self) -> pa.Table:
        """The columns as an Arrow table.

        Returns
        -------
        pyarrow.Table
            One row an item: float64 for one number an item, lists of fixed size for several, strings for text. What
            is missing is null; an item without any of its numbers is a null itself.

        Raises
        ------
        MissingDependencyError
            pyarrow is not installed.
        """
        try:
            import pyarrow as pa
        except ImportError as error:
            raise MissingDependencyError("an Arrow table needs pyarrow: pip install dicom-py[arrow]") from error
        return pa.table({name: _arrow_array(column) for name, column in self.items()})


def _arrow_array(column: Column) -> pa.Array[Any]:
    import numpy as np
    import pyarrow as pa

    if isinstance(column, list):
        return pa.array(column, pa.string())
    mask = np.ma.getmaskarray(column)
    values = pa.array(np.ma.getdata(column).ravel(), mask=mask.ravel())
    if column.ndim == 1:
        return values
    return pa.FixedSizeListArray.from_arrays(values, column.shape[1], mask=pa.array(mask.all(axis=1)))


class PerFrame:
    """Columns of the functional groups of a multi-frame image: `Dataset.per_frame`.

    >>> positions = ds.per_frame["ImagePositionPatient"]  # doctest: +SKIP
    >>> positions.shape  # doctest: +SKIP
    (50000, 3)

    An attribute is found wherever it stands in a frame's functional groups; of a sequence of several items the first
    one counts. What a frame doesn't have is taken from the groups that all frames share.
    """

    __slots__ = ("_dataset",)

    def __init__(self, dataset: Dataset) -> None:
        self._dataset = dataset

    def __getitem__(self, key: Key) -> Column:
        """The column of an attribute.

        Parameters
        ----------
        key : str, int or tuple
            Keyword or tag; keywords with full stops between them name the sequences on the way too, where one
            attribute stands in several groups.

        Returns
        -------
        ndarray of float64, shape (n,) or (n, m), or list of str or None
            One row a frame. Numbers are masked (`numpy.ma.MaskedArray`) iff some are missing: a frame without the
            attribute, with an empty one, or with fewer values than others. Several texts have backslashes between
            them. Whole numbers beyond 2**53 are rounded.

        Raises
        ------
        KeyError
            No frame has the attribute, or there are no functional groups.
        ColumnError
            The attribute stands in several groups, which are named, holds neither numbers nor text, or numbers in some
            frames and text in others.
        """
        found = self.columns([key])
        if not found:
            raise KeyError(_name(key))
        return found[_name(key)]

    def __contains__(self, key: Key) -> bool:
        try:
            return _name(key) in self.columns([key])
        except KeyError:
            return False
        except ColumnError:
            return True

    def get(self, key: Key, default: Any = None) -> Any:
        """The column of an attribute, or a default where no frame has it."""
        try:
            return self[key]
        except KeyError:
            return default

    def __repr__(self) -> str:
        return f"<PerFrame: columns of {len(self)} frames>"

    def __len__(self) -> int:
        """How many frames have functional groups of their own."""
        return self.columns([]).number_of_items

    def columns(self, keys: Iterable[Key]) -> Columns:
        """Columns of several attributes, in one pass over the bytes.

        Returns
        -------
        Columns
            By the keys (a tag's keyword); an attribute that no frame has is left out.

        Raises
        ------
        KeyError
            There are no functional groups.
        ColumnError
            As ``per_frame[key]``.
        """
        wanted = _wanted(keys)
        dataset = self._dataset
        plan = [(path, len(path) == 1) for path in wanted.values()]
        if _PER_FRAME in dataset:
            count, found = _read(dataset, _PER_FRAME, _SHARED, plan)
        elif _SHARED in dataset:
            from .columns_by_item import read_item

            count, found = _number_of_frames(dataset), []
            if items := dataset[_SHARED].value:
                found = read_item(items[0], plan, count)
        else:
            raise KeyError("PerFrameFunctionalGroupsSequence")
        columns = {}
        for index, name in enumerate(wanted):
            places = [column for column in found if column.wanted == index]
            if len(places) > 1:
                named = " and ".join(sorted(_path_name(column.path) for column in places))
                raise ColumnError(
                    f"{name} stands in several functional groups: {named}. Ask for one of them by its path"
                )
            if places:
                columns[name] = _column(places[0], count, name)
        return Columns(columns, count)


def columns_of(dataset: Dataset, sequence: Key, keys: Iterable[Key]) -> Columns:
    """Columns of the items of a sequence: see `Dataset.columns`."""
    import numpy as np

    tag = int(Tag(sequence))
    if tag not in dataset:
        raise KeyError(_name(sequence))
    wanted = _wanted(keys)
    count, found = _read(dataset, tag, None, [(path, False) for path in wanted.values()])
    by_index = {column.wanted: column for column in found}
    columns: dict[str, Column] = {}
    for index, (name, path) in enumerate(wanted.items()):
        column = by_index.get(index)
        if column is not None:
            columns[name] = _column(column, count, name)
        elif _holds_text(path[-1]):
            columns[name] = [None] * count
        else:
            columns[name] = np.ma.MaskedArray(np.full(count, np.nan), True, fill_value=np.nan)
    return Columns(columns, count)


def _read(
    dataset: Dataset, sequence: int, shared: int | None, plan: list[tuple[list[int], bool]]
) -> tuple[int, Sequence[_core.StoredColumn | ItemColumn]]:
    read = _core.read_columns(dataset, sequence, shared, plan)
    if read is not None:
        return read
    from .columns_by_item import read_items

    return read_items(dataset, sequence, shared, plan)


def _number_of_frames(dataset: Dataset) -> int:
    count = int(dataset._value(_NUMBER_OF_FRAMES) or 1)
    if not 0 < count <= _MOST_FRAMES:
        raise LimitError(
            f"Number of Frames (0028,0008) is not between 1 and {_MOST_FRAMES}, and no frame has functional groups",
            tag=_NUMBER_OF_FRAMES,
        )
    return count


def _wanted(keys: Iterable[Key]) -> dict[str, list[int]]:
    if isinstance(keys, str):
        # Its letters would be taken for keywords.
        keys = [keys]
    return {_name(key): _path(key) for key in keys}


def _path(key: Key) -> list[int]:
    if isinstance(key, str) and "." in key:
        return [int(Tag(part)) for part in key.split(".")]
    return [int(Tag(key))]


def _name(key: Key) -> str:
    return key if isinstance(key, str) else _path_name([int(Tag(key))])


def _path_name(path: Sequence[int]) -> str:
    return ".".join(keyword_for_tag(tag) or f"{tag:08X}" for tag in path)


def _holds_text(tag: int) -> bool:
    from dicom.dictionary import dictionary_VR

    from .columns_by_item import TEXT

    try:
        return dictionary_VR(tag) in TEXT
    except KeyError:
        return False


def _column(column: _core.StoredColumn | ItemColumn, count: int, name: str) -> Column:
    import numpy as np

    if column.is_text:
        return column.texts()
    if not column.is_number:
        raise ColumnError(f"{name} has the VR {column.vr}, which holds neither numbers nor text", tag=column.path[-1])
    width = column.width
    places = count * width
    if places > max(_MOST_PLACES, _PLACES_A_VALUE * column.number_of_values):
        raise ColumnError(
            f"the items have up to {width} values of {name}, and {column.number_of_values} in all: they make no array",
            tag=column.path[-1],
        )
    if width == 0:
        return np.ma.MaskedArray(np.full(count, np.nan), True, fill_value=np.nan)
    array = np.empty((count, width) if width > 1 else count, np.float64)
    if column.is_whole:
        column.fill(array)
        return array
    mask = np.empty(array.shape, np.bool_)
    column.fill(array, mask)
    return np.ma.MaskedArray(array, mask, fill_value=np.nan)
