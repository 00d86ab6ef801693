"""Errors of JSON that is no DICOM JSON Model: each a `ParseError`, and the builtin that a Python reader expects."""

from __future__ import annotations

from dicom.errors import ParseError


class JsonTypeError(ParseError, TypeError):
    """A JSON value is of another type than PS3.18 F.2 has in its place."""


class JsonKeyError(ParseError, KeyError):
    """An attribute object lacks a member that it needs."""

    __str__ = Exception.__str__  # a KeyError would show its message in quotes
