"""What holds for the whole library: its one logger, named ``dicom``, and the behaviour that stands at the moment.

In: nothing. Out: the logger; `current`, a snapshot that never changes. Options travel as arguments: only programs that
run on `dicom.compat.config`, the switches of pydicom, ever put another snapshot in the place of `current`, and whoever
began something goes on with the one that stood then. Ask for it as ``settings.current.name``, at the time of the call.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import logging
    from collections.abc import Callable
    from typing import Any, Final, Self

LOGGER_NAME = "dicom"

# What is done about a value that breaks the rules of its VR.
IGNORE: Final = 0
WARN: Final = 1
RAISE: Final = 2


class Behaviour:
    """How values are converted and judged: one immutable set of answers.

    Attributes
    ----------
    reading_validation : int
        `IGNORE`, `WARN` or `RAISE` for values that are assigned to elements, or decoded.
    writing_validation : int
        The same for values that are written.
    use_DS_decimal : bool
        DS are `DSdecimal` rather than `DSfloat`.
    allow_DS_float : bool
        `DSdecimal` takes a float, whose digits may say more than the number meant.
    use_DS_numpy, use_IS_numpy : bool
        Several DS or IS of a file are an array.
    datetime_conversion : bool
        DA, DT and TM are dates, datetimes and times rather than text.
    use_none_as_empty_text_VR_value : bool
        An empty text in a file is None rather than ``""``.
    convert_wrong_length_to_UN : bool
        Binary numbers of a file whose bytes don't divide into values become UN rather than an error.
    replace_un_with_known_vr : bool
        UN in a file is decoded by the VR that a dictionary has for its tag.
    infer_sq_for_un_vr : bool
        UN of undefined length in a file is a sequence (PS3.5 6.2.2).
    assume_implicit_vr_switch : bool
        A data set that changes to implicit VR on its way is read on.
    show_file_meta : bool
        The text of a data set begins with its File Meta Information.
    invalid_keyword, invalid_key : int
        What is done about an attribute that looks like a keyword and is none, and about a key that can't be a tag.
    data_element_callback : callable or None
        What pydicom 2 called with each raw element before it was converted.
    data_element_callback_kwargs : dict
        Its further arguments.
    raw_element_vr, raw_element_value : callable or None
        What finds the VR and the value of a raw element in the place of the library's own.
    raw_element_kwargs : dict
        Further arguments of both.
    """

    __slots__ = (
        "allow_DS_float",
        "assume_implicit_vr_switch",
        "convert_wrong_length_to_UN",
        "data_element_callback",
        "data_element_callback_kwargs",
        "datetime_conversion",
        "infer_sq_for_un_vr",
        "invalid_key",
        "invalid_keyword",
        "raw_element_kwargs",
        "raw_element_value",
        "raw_element_vr",
        "reading_validation",
        "replace_un_with_known_vr",
        "show_file_meta",
        "use_DS_decimal",
        "use_DS_numpy",
        "use_IS_numpy",
        "use_none_as_empty_text_VR_value",
        "writing_validation",
    )

    if TYPE_CHECKING:
        allow_DS_float: bool
        assume_implicit_vr_switch: bool
        convert_wrong_length_to_UN: bool
        data_element_callback: Callable[..., Any] | None
        data_element_callback_kwargs: dict[str, Any]
        datetime_conversion: bool
        infer_sq_for_un_vr: bool
        invalid_key: int
        invalid_keyword: int
        raw_element_kwargs: dict[str, Any]
        raw_element_value: Callable[..., Any] | None
        raw_element_vr: Callable[..., Any] | None
        reading_validation: int
        replace_un_with_known_vr: bool
        show_file_meta: bool
        use_DS_decimal: bool
        use_DS_numpy: bool
        use_IS_numpy: bool
        use_none_as_empty_text_VR_value: bool
        writing_validation: int

    def __init__(self, answers: dict[str, Any]) -> None:
        for name in self.__slots__:
            object.__setattr__(self, name, answers[name])

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{name!r} can't be set: a Behaviour doesn't change; replace() gives another")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{name!r} can't be deleted: a Behaviour doesn't change")

    def replace(self, **changes: Any) -> Self:
        """Another one with some answers changed; TypeError for a name that there isn't."""
        unknown = changes.keys() - set(self.__slots__)
        if unknown:
            raise TypeError(f"a Behaviour has no {', '.join(sorted(unknown))}")
        return type(self)({name: getattr(self, name) for name in self.__slots__} | changes)


# What the library does by itself. Writing is strict; under the switches of `dicom.compat.config` it only warns.
DEFAULT: Final = Behaviour(
    {
        "allow_DS_float": False,
        "assume_implicit_vr_switch": True,
        "convert_wrong_length_to_UN": False,
        "data_element_callback": None,
        "data_element_callback_kwargs": {},
        "datetime_conversion": False,
        "infer_sq_for_un_vr": True,
        "invalid_key": WARN,
        "invalid_keyword": WARN,
        "raw_element_kwargs": {},
        "raw_element_value": None,
        "raw_element_vr": None,
        "reading_validation": WARN,
        "replace_un_with_known_vr": True,
        "show_file_meta": True,
        "use_DS_decimal": False,
        "use_DS_numpy": False,
        "use_IS_numpy": False,
        "use_none_as_empty_text_VR_value": False,
        "writing_validation": RAISE,
    }
)
current: Behaviour = DEFAULT


def logger() -> logging.Logger:
    """The library's logger, made when it is first asked for.

    ``logging`` takes longer to import than all of ``dicom``, hence a function. No record ever holds an element's value.

    Returns
    -------
    logging.Logger
        Named ``dicom``, with one ``NullHandler``: without it a warning would reach standard error in a program that
        has configured no logging.
    """
    import logging

    found = logging.getLogger(LOGGER_NAME)
    if not any(isinstance(handler, logging.NullHandler) for handler in found.handlers):
        found.addHandler(logging.NullHandler())
    return found
