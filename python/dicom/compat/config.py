"""The switches of ``pydicom.config``: module attributes that a program sets for the whole process.

In: ``config.use_DS_decimal = True`` and the like, or the properties of `settings`. Out: each time, a new snapshot at
`dicom.settings.current`; a read, a write or a conversion goes on with the one that stood when it began.

While the drop-in isn't installed, nothing of this holds until a program sets something here.

Some are taken and change nothing: `pixel_data_handlers` (one set of decoders serves all), `APPLY_J2K_CORRECTIONS` (what
a JPEG 2000 codestream says of its own samples always counts), `Settings.buffered_read_size` (values that are streams
are copied in pieces whose size doesn't show), `Settings.infer_sq_for_un_vr` (such a sequence is read when it is asked
for, so that what it holds can't make the read fail) and `assume_implicit_vr_switch` (a data set that changes its
encoding on the way is always read on, with a finding). `debug` sets the level of the loggers; nothing logs values.
"""

from __future__ import annotations

import logging
import os
import sys
from contextlib import contextmanager
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING, Any

import dicom.settings
from dicom._core import set_plain_assignment
from dicom.settings import IGNORE, RAISE, WARN, Behaviour

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

__all__ = [
    "IGNORE",
    "RAISE",
    "WARN",
    "DS_decimal",
    "DS_numpy",
    "Settings",
    "debug",
    "disable_value_validation",
    "future_behavior",
    "reset_data_element_callback",
    "settings",
    "strict_reading",
]

logger = logging.getLogger("pydicom")
logger.addHandler(logging.NullHandler())

have_numpy: bool = find_spec("numpy") is not None

debugging: bool = False
use_DS_decimal: bool = False
use_DS_numpy: bool = False
use_IS_numpy: bool = False
allow_DS_float: bool = False
enforce_valid_values: bool = False
datetime_conversion: bool = False
use_none_as_empty_text_VR_value: bool = False
convert_wrong_length_to_UN: bool = False
replace_un_with_known_vr: bool = True
assume_implicit_vr_switch: bool = True
show_file_meta: bool = True
INVALID_KEYWORD_BEHAVIOR: str = "WARN"
INVALID_KEY_BEHAVIOR: str = "WARN"
data_element_callback: Callable[..., Any] | None = None
data_element_callback_kwargs: dict[str, Any] = {}

APPLY_J2K_CORRECTIONS: bool = True
pixel_data_handlers: list[Any] = []

_use_future: bool = False
_use_future_env: str | None = os.getenv("PYDICOM_FUTURE")

# The switches that stand in a Behaviour under the same name.
_SAME_NAME = (
    "allow_DS_float",
    "assume_implicit_vr_switch",
    "convert_wrong_length_to_UN",
    "data_element_callback",
    "datetime_conversion",
    "replace_un_with_known_vr",
    "show_file_meta",
    "use_DS_decimal",
    "use_DS_numpy",
    "use_IS_numpy",
    "use_none_as_empty_text_VR_value",
)
_WORDS = {"WARN": WARN, "RAISE": RAISE}

# What `dicom.compat.hooks` has registered; None where it is the library's own.
_registered: dict[str, Any] = {"raw_element_vr": None, "raw_element_value": None, "raw_element_kwargs": {}}


class Settings:
    """What is set by properties, with a check of the value."""

    def __init__(self) -> None:
        self._reading_validation_mode: int | None = RAISE if _use_future else None
        self._writing_validation_mode: int | None = RAISE if _use_future else None
        self._infer_sq_for_un_vr = True
        self._buffered_read_size = 8192

    def __setattr__(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)
        _publish()

    @property
    def buffered_read_size(self) -> int:
        """Bytes that are copied at once from a value that is a stream; taken for compatibility."""
        return self._buffered_read_size

    @buffered_read_size.setter
    def buffered_read_size(self, size: int) -> None:
        if size <= 0:
            raise ValueError("the size of a piece must be greater than 0")
        self._buffered_read_size = size

    @property
    def reading_validation_mode(self) -> int:
        """What is done about a value that breaks its VR's rules, when it is read or assigned; `WARN` unless set."""
        if self._reading_validation_mode is None:
            return RAISE if enforce_valid_values else WARN
        return self._reading_validation_mode

    @reading_validation_mode.setter
    def reading_validation_mode(self, value: int | None) -> None:
        self._reading_validation_mode = _mode(value)

    @property
    def writing_validation_mode(self) -> int:
        """The same for values that are written; `WARN` unless set."""
        if self._writing_validation_mode is None:
            return RAISE if enforce_valid_values or _use_future else WARN
        return self._writing_validation_mode

    @writing_validation_mode.setter
    def writing_validation_mode(self, value: int | None) -> None:
        self._writing_validation_mode = _mode(value)

    @property
    def infer_sq_for_un_vr(self) -> bool:
        """Whether UN of undefined length, in explicit VR, is read as the sequence that it is (PS3.5 6.2.2)."""
        return self._infer_sq_for_un_vr

    @infer_sq_for_un_vr.setter
    def infer_sq_for_un_vr(self, value: bool) -> None:
        self._infer_sq_for_un_vr = value


def _mode(value: int | None) -> int | None:
    if value not in (None, IGNORE, WARN, RAISE):
        raise ValueError("a validation mode is config.IGNORE, config.WARN or config.RAISE, or None for the default")
    return value


def _snapshot() -> Behaviour:
    module = globals()
    return dicom.settings.DEFAULT.replace(
        **{name: module[name] for name in _SAME_NAME},
        **_registered,
        data_element_callback_kwargs=dict(data_element_callback_kwargs),
        infer_sq_for_un_vr=bool(settings.infer_sq_for_un_vr),
        invalid_key=_WORDS.get(INVALID_KEY_BEHAVIOR, IGNORE),
        invalid_keyword=_WORDS.get(INVALID_KEYWORD_BEHAVIOR, IGNORE),
        reading_validation=settings.reading_validation_mode,
        writing_validation=settings.writing_validation_mode,
    )


def _publish() -> None:
    """Let the switches hold as they stand now."""
    if "settings" in globals():  # not while the one instance is being made
        _let_hold(_snapshot())


def _let_hold(behaviour: Behaviour) -> None:
    dicom.settings.current = behaviour
    # By itself the core keeps values that are plainly right as they are.
    set_plain_assignment(not behaviour.use_DS_decimal and not behaviour.datetime_conversion)


def _begin() -> None:
    """The drop-in was installed: its switches hold from now on."""
    _publish()


def _end() -> None:
    """The drop-in was taken out: the library's own behaviour holds again."""
    _let_hold(dicom.settings.DEFAULT)


def _register(**hooks: Any) -> None:
    """Called by `dicom.compat.hooks` when a hook is set; nothing of the library's own is replaced before that."""
    if any(_registered[name] != hook for name, hook in hooks.items() if name in _registered):
        _registered.update({name: hook for name, hook in hooks.items() if name in _registered})
        _publish()


def reset_data_element_callback() -> None:
    """Call nothing any more with each raw element."""
    _module.data_element_callback = None
    _module.data_element_callback_kwargs = {}


def DS_numpy(use_numpy: bool = True) -> None:
    """Let several DS of a file be an array; ValueError while they are to be decimals."""
    if use_numpy and use_DS_decimal:
        raise ValueError("DS can't be arrays while config.use_DS_decimal is set")
    _module.use_DS_numpy = use_numpy


def DS_decimal(use_Decimal_boolean: bool = True) -> None:
    """Let DS be `DSdecimal`; ValueError while several are to be arrays."""
    if use_Decimal_boolean and use_DS_numpy:
        raise ValueError("DS can't be decimals while config.use_DS_numpy is set")
    _module.use_DS_decimal = use_Decimal_boolean


@contextmanager
def disable_value_validation() -> Generator[None]:
    """Neither warn nor raise for values that break their VR's rules, for a while."""
    with _modes(IGNORE, IGNORE):
        yield


@contextmanager
def strict_reading() -> Generator[None]:
    """Raise for values that break their VR's rules when they are read or assigned, for a while."""
    with _modes(RAISE, settings._writing_validation_mode):
        yield


@contextmanager
def _modes(reading: int | None, writing: int | None) -> Generator[None]:
    before = settings._reading_validation_mode, settings._writing_validation_mode
    settings._reading_validation_mode, settings._writing_validation_mode = reading, writing
    try:
        yield
    finally:
        settings._reading_validation_mode, settings._writing_validation_mode = before


def debug(debug_on: bool = True, default_handler: bool = True) -> None:
    """Let the loggers ``pydicom`` and ``dicom`` tell more, or no more than warnings. No record holds a value.

    Parameters
    ----------
    debug_on : bool, default True
        Whether records of the level DEBUG are let through.
    default_handler : bool, default True
        Write the records to standard error.
    """
    _module.debugging = debug_on
    loggers = (logger, dicom.settings.logger())
    if default_handler and not any(type(handler) is logging.StreamHandler for handler in logger.handlers):
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(message)s"))
        for one in loggers:
            one.addHandler(handler)
    for one in loggers:
        one.setLevel(logging.DEBUG if debug_on else logging.WARNING)


def future_behavior(enable_future: bool = True) -> None:
    """Behave as the next major version of pydicom will, or as the present one.

    It raises for misspelt keywords, and for values that break their VR's rules when they are written.
    """
    _module._use_future = enable_future
    _module.INVALID_KEYWORD_BEHAVIOR = "RAISE" if enable_future else "WARN"
    settings._writing_validation_mode = RAISE if enable_future else None


class _Switches(ModuleType):
    """A module that notes when one of its attributes is set."""

    def __setattr__(self, name: str, value: Any) -> None:
        super().__setattr__(name, value)
        if not name.startswith("__"):
            _publish()


_module: Any = sys.modules[__name__]
_module.__class__ = _Switches
_standing = dicom.settings.current
settings: Settings = Settings()
if _use_future_env:
    if _use_future_env.lower() not in ("true", "yes", "on", "1", "false", "no", "off", "0"):
        raise ValueError("the environment variable PYDICOM_FUTURE has to be True or False")
    future_behavior(_use_future_env.lower() in ("true", "yes", "on", "1"))
# Importing this changes nothing yet.
_let_hold(_standing)
