"""
Formats as regular languages, where they are such (validation 2020-12 §7.3).
"""

from __future__ import annotations

from typing import Any

_OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_LEAP = "(([0-9]{2}(0[48]|[2468][048]|[13579][26]))|(([02468][048]|[13579][26])00))"
_DATE = (
    "([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))"
    f"|{_LEAP}-02-29)"
)
_TIME_PART = "(T([0-9]+H([0-9]+M([0-9]+S)?)?|[0-9]+M([0-9]+S)?|[0-9]+S))"
_DATE_PART = "([0-9]+Y([0-9]+M([0-9]+D)?)?|[0-9]+M([0-9]+D)?|[0-9]+D)"
_POINTER = "(/([^~/]|~[01])*)*"

_PATTERNS = {
    "date": _DATE,
    "ipv4": rf"{_OCTET}(\.{_OCTET}){{3}}",
    "uuid": "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}",
    "duration": f"P([0-9]+W|{_DATE_PART}{_TIME_PART}?|{_TIME_PART})",
    "json-pointer": _POINTER,
    "relative-json-pointer": f"(0|[1-9][0-9]*)(#|{_POINTER})",
}

_BEYOND = (
    "color",
    "date-time",
    "email",
    "hostname",
    "idn-email",
    "idn-hostname",
    "ipv6",
    "iri",
    "iri-reference",
    "regex",
    "time",
    "uri",
    "uri-reference",
    "uri-template",
)
"""Formats that validators check by more than a regular expression."""


def format_language(name: str) -> Any:
    """
    The strings of a format; None for an unknown format, which asserts nothing.

    Raises:
        ValueError: the format is known, but no regular language here.
    """
    if name in _BEYOND:
        raise ValueError(f"format {name}")
    pattern = _PATTERNS.get(name)
    if pattern is None:
        return None
    from schemadiff.algebra.regex import Language

    return Language.matching(f"^({pattern})$")
