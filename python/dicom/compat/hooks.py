"""``pydicom.hooks``: functions that a program puts in the place of those which find an element's VR and value.

In: callbacks and their arguments, registered at `hooks`. Out: reads that begin afterwards use them. The functions that
a program can register, or call from its own, are here as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dicom.elements import raw as _raw

from . import config

if TYPE_CHECKING:
    from collections.abc import Callable, MutableSequence
    from typing import Any

    from dicom.dataset import Dataset
    from dicom.elements.raw import RawDataElement

_OWN = {"raw_element_vr", "raw_element_value"}


class Hooks:
    """The callbacks that are registered; use the one instance, `hooks`.

    Attributes
    ----------
    raw_element_vr : callable
        Puts the VR of a raw element into ``data["VR"]``.
    raw_element_value : callable
        Puts its value into ``data["value"]``.
    raw_element_kwargs : dict
        Further arguments of both.
    """

    raw_element_vr: Callable[..., None]
    raw_element_value: Callable[..., None]
    raw_element_kwargs: dict[str, Any]

    def __init__(self) -> None:
        self.raw_element_vr = raw_element_vr
        self.raw_element_value = raw_element_value
        self.raw_element_kwargs = {}

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        # What the library does by itself needs no call back.
        config._register(**{name: None if value in (raw_element_vr, raw_element_value) else value})

    def register_callback(self, hook: str, func: Callable[..., None]) -> None:
        """Let `func` do what a hook is for.

        Parameters
        ----------
        hook : str
            ``"raw_element_vr"`` or ``"raw_element_value"``.
        func : callable
            Called as ``func(raw, data, encoding=..., ds=..., **kwargs)``, in the place of the one before.

        Raises
        ------
        ValueError
            There is no such hook.
        TypeError
            `func` can't be called.
        """
        if hook not in _OWN:
            raise ValueError(f"there is no hook {hook!r}: {' and '.join(sorted(_OWN))} are there")
        if not callable(func):
            raise TypeError("'func' has to be callable")
        setattr(self, hook, func)

    def register_kwargs(self, hook: str, kwargs: dict[str, Any]) -> None:
        """Let the callbacks have further arguments.

        Parameters
        ----------
        hook : str
            ``"raw_element_kwargs"``.
        kwargs : dict
            The arguments, in the place of those before.

        Raises
        ------
        ValueError
            There is no such hook.
        TypeError
            `kwargs` is no dict.
        """
        if hook != "raw_element_kwargs":
            raise ValueError(f"there is no hook {hook!r} with arguments: 'raw_element_kwargs' is there")
        if not isinstance(kwargs, dict):
            raise TypeError(f"'kwargs' has to be a dict, not {type(kwargs).__name__}")
        self.raw_element_kwargs = kwargs


def raw_element_vr(
    raw: RawDataElement,
    data: dict[str, Any],
    *,
    encoding: str | MutableSequence[str] | None = None,
    ds: Dataset | None = None,
    **kwargs: Any,
) -> None:
    """Put the VR of a raw element into ``data["VR"]``: that of the file, or of the dictionaries.

    Parameters
    ----------
    raw : RawDataElement
    data : dict
        What is found.
    encoding : str or list of str, optional
        Not needed for that.
    ds : Dataset, optional
        The data set that the element stands in.
    **kwargs
        Those that were registered; none is used.
    """
    data["VR"] = _raw.vr_of(raw, ds, _raw.standing())


def raw_element_value(
    raw: RawDataElement,
    data: dict[str, Any],
    *,
    encoding: str | MutableSequence[str] | None = None,
    ds: Dataset | None = None,
    **kwargs: Any,
) -> None:
    """Put the value of a raw element into ``data["value"]``, by its ``data["VR"]``.

    Parameters
    ----------
    raw : RawDataElement
    data : dict
        The VR, and what is found.
    encoding : str or list of str, optional
        Python codecs of the text.
    ds : Dataset, optional
        The data set that the element stands in.
    **kwargs
        Those that were registered; none is used.
    """
    _raw.value_of(raw, data, encoding, _raw.standing())


def raw_element_value_fix_separator(
    raw: RawDataElement,
    data: dict[str, Any],
    *,
    encoding: str | MutableSequence[str] | None = None,
    ds: Dataset | None = None,
    separator: str | bytes = b",",
    target_VRs: tuple[str, ...] | None = None,
    **kwargs: Any,
) -> None:
    """Like `raw_element_value`, where values are parted by something else than a backslash.

    Parameters
    ----------
    raw, data, encoding, ds
        As in `raw_element_value`.
    separator : str or bytes, default b","
        What parts the values in the file.
    target_VRs : tuple of str, optional
        The VRs that it does so in; without it none.
    **kwargs
        Not used.
    """
    if target_VRs and data["VR"] in target_VRs and raw.value:
        wrong = separator if isinstance(separator, bytes) else separator.encode("iso8859")
        raw = raw._replace(value=raw.value.replace(wrong, b"\\"))
    raw_element_value(raw, data, encoding=encoding, ds=ds)


def raw_element_value_retry(
    raw: RawDataElement,
    data: dict[str, Any],
    *,
    encoding: str | MutableSequence[str] | None = None,
    ds: Dataset | None = None,
    target_VRs: dict[str, tuple[str, ...]] | None = None,
    **kwargs: Any,
) -> None:
    """Like `raw_element_value`; where that raises, other VRs are tried.

    Parameters
    ----------
    raw, data, encoding, ds
        As in `raw_element_value`.
    target_VRs : dict of str to tuple of str, optional
        For a VR those to try in its place, in their order.
    **kwargs
        Not used.

    Raises
    ------
    Exception
        What the first VR raised, if none of the others does better.
    """
    try:
        raw_element_value(raw, data, encoding=encoding, ds=ds)
    except Exception:
        for vr in (target_VRs or {}).get(data["VR"], ()):
            tried = {"VR": vr}
            try:
                raw_element_value(raw, tried, encoding=encoding, ds=ds)
            except Exception:
                continue
            data.update(tried)
            return
        raise


hooks: Hooks = Hooks()
