"""Codes by keyword: `Collection`, a coding scheme or a context group, and `Concepts`, all of them.

In: the tables. Out: `Code`s. Standard: PS3.16 annexes B and D.
"""

from __future__ import annotations

from dicom.errors import DicomError

from . import tables
from .code import Code

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, KeysView


class AmbiguousKeywordError(DicomError, RuntimeError):
    """A keyword that two schemes of one context group have, for different codes."""


class Collection:
    """The codes of a coding scheme or of a context group, as attributes.

    Parameters
    ----------
    name : str
        A scheme designator such as ``"SCT"``, or a context group such as ``"CID270"``.

    Raises
    ------
    KeyError
        There is no such scheme or context group; raised when a code is asked for.
    """

    __slots__ = ("_cid", "_codes", "_found", "_name")

    repr_format = "{} = {}"

    def __init__(self, name: str) -> None:
        is_cid = name[:3].upper() == "CID" and name[3:].isdecimal()
        self._name = name.upper() if is_cid else name
        self._cid = int(name[3:]) if is_cid else None
        if not is_cid and name not in tables.scheme_designators():
            raise KeyError(name)
        self._codes: dict[str, Code] | None = None
        # Those that were asked for: programs ask for the same few thousands of times (highdicom does).
        self._found: dict[str, Code] = {}

    @property
    def name(self) -> str:
        """The scheme designator, or ``"CID"`` and the number of the context group."""
        return self._name

    @property
    def scheme_designator(self) -> str:
        """The same as `name`."""
        return self._name

    @property
    def is_cid(self) -> bool:
        """Whether this is a context group."""
        return self._cid is not None

    @property
    def concepts(self) -> dict[str, Code]:
        """Keyword -> code, in order of keyword.

        Raises
        ------
        AmbiguousKeywordError
            Two schemes of the context group have the same keyword.
        """
        if self._codes is None:
            if self._cid is None:
                rows = tables.scheme_concepts(self._name).items()
                self._codes = {keyword: Code(value, self._name, meaning) for keyword, (value, meaning) in rows}
            else:
                found: dict[str, Code] = {}
                for keyword, code in self._members():
                    if keyword in found:
                        raise self._ambiguous(keyword)
                    found[keyword] = code
                self._codes = dict(sorted(found.items()))
        return self._codes

    def _members(self) -> list[tuple[str, Code]]:
        """Keyword and code of each member of a context group."""
        members = []
        for scheme, keywords in tables.context_members(self._cid or 0).items():
            rows = tables.scheme_concepts(scheme)
            members += [(keyword, Code(rows[keyword][0], scheme, rows[keyword][1])) for keyword in keywords]
        return members

    def _ambiguous(self, keyword: str) -> AmbiguousKeywordError:
        schemes = [scheme for scheme, keywords in tables.context_members(self._cid or 0).items() if keyword in keywords]
        return AmbiguousKeywordError(f"{keyword} of {self._name} is in several schemes: {', '.join(sorted(schemes))}")

    def __getattr__(self, name: str) -> Code:
        if name.startswith("__"):
            raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")
        if name in self._found:
            return self._found[name]
        if self._cid is None:
            schemes = [self._name]
        else:
            schemes = [scheme for scheme, keywords in tables.context_members(self._cid).items() if name in keywords]
        if len(schemes) > 1:
            raise self._ambiguous(name)
        found = tables.concept(schemes[0], name) if schemes else None
        if found is None:
            where = self._name if self._cid is not None else f"scheme {self._name!r}"
            raise AttributeError(f"No code with the keyword {name!r} in {where}")
        code = self._found[name] = Code(found[0], schemes[0], found[1])
        return code

    def __contains__(self, item: object) -> bool:
        if isinstance(item, str):
            if self._cid is None:
                return tables.concept(self._name, item) is not None
            return any(item in keywords for keywords in tables.context_members(self._cid).values())
        if self._cid is None:
            return item in self.concepts.values()
        return any(item == code for _, code in self._members())

    def _keywords(self) -> set[str]:
        if self._cid is None:
            return set(tables.scheme_concepts(self._name))
        return {keyword for keywords in tables.context_members(self._cid).values() for keyword in keywords}

    def dir(self, *filters: str) -> list[str]:
        """Keywords that contain any of the filters, whatever the case; all of them without a filter.

        Parameters
        ----------
        *filters : str

        Returns
        -------
        list of str
            Sorted.
        """
        return _filtered(self._keywords(), filters)

    def __dir__(self) -> list[str]:
        own = (name for name in object.__dir__(self) if name.startswith("__") or not name.startswith("_"))
        return sorted({*own, *self._keywords()} - {"repr_format"})

    def trait_names(self) -> list[str]:
        """What IPython offers for completion."""
        return dir(self)

    def __repr__(self) -> str:
        return "\n".join([self._name, *(self.repr_format.format(*pair) for pair in self.concepts.items())])

    def __str__(self) -> str:
        """A table of the codes."""
        if self.is_cid:
            title, head = self._name, ["Attribute", "Code", "Scheme", "Meaning"]
            rows = [[k, code.value, code.scheme_designator, code.meaning] for k, code in self.concepts.items()]
        else:
            title, head = f"Scheme: {self._name}", ["Attribute", "Code", "Meaning"]
            rows = [[keyword, code.value, code.meaning] for keyword, code in self.concepts.items()]
        table = [head, ["-" * len(cell) for cell in head], *rows]
        widths = [max(map(len, column)) for column in list(zip(*table, strict=True))[:-1]]
        lines = ["   ".join([*(c.ljust(w) for c, w in zip(row, widths, strict=False)), row[-1]]) for row in table]
        return "\n".join([title, *lines])


class Concepts:
    """Collections as attributes, by scheme designator or by context group (``codes.cid270``).

    Parameters
    ----------
    collections : iterable of Collection
    """

    def __init__(self, collections: Iterable[Collection]) -> None:
        self._collections = {collection.name: collection for collection in collections}

    @property
    def collections(self) -> KeysView[str]:
        """Names of the collections."""
        return self._collections.keys()

    def schemes(self) -> list[str]:
        """Names of those that are coding schemes."""
        return [name for name, collection in self._collections.items() if not collection.is_cid]

    def CIDs(self) -> list[str]:
        """Names of those that are context groups."""
        return [name for name, collection in self._collections.items() if collection.is_cid]

    def __getattr__(self, name: str) -> Collection:
        if name != "_collections":
            found = self._collections.get(name.upper() if name.startswith("cid") else name)
            if found is not None:
                return found
        raise AttributeError(f"{type(self).__name__!r} object has no attribute {name!r}")


def all_concepts() -> Concepts:
    """Every coding scheme and context group that there are tables of."""
    names = [*tables.scheme_designators(), *(f"CID{cid}" for cid in tables.context_names())]
    return Concepts(map(Collection, names))


def _filtered(source: Iterable[str], filters: Iterable[str]) -> list[str]:
    wanted = [text.lower() for text in filters]
    return sorted(name for name in source if not wanted or any(text in name.lower() for text in wanted))
