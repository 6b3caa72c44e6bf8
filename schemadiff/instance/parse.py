"""
Parsing of JSON text to exact values.

Numbers written as integers become ``int``, all others ``Decimal``, never a float, so that 9007199254740993 and 1e400
keep their value (RFC 8259 §6 leaves the precision to the reader).
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from itertools import accumulate
from typing import Any, NoReturn, TypeAlias

from schemadiff.errors import InputError

Value: TypeAlias = Any
"""None, bool, int, Decimal, str, list of values, or dict from str to values."""

MAX_DEPTH = 250
"""Depth above which documents are rejected, so that later steps may recurse over values without a guard."""

MAX_EXPONENT = 4000
"""Exponent above which numbers are rejected: exact arithmetic takes memory proportional to the exponent."""

MAX_DIGITS = 4000
"""Digits above which integers are rejected; the default limit of Python's ``int`` is 4,300."""

_NUMBER_PARTS = re.compile(r"-?(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?\Z")
_TOKEN = r'(?s)"[^"\\]*(?:\\.[^"\\]*)*"|[\[\]{},]'
_NO_BRACKETS = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"?|[^"\[\]{}]+', re.DOTALL)
_LEVELS = {"[": 1, "{": 1, "]": -1, "}": -1}


class _RefusedError(ValueError):
    """
    An error in the parser's hooks, where the offset is not known.
    """

    def __init__(self, message: str, token: str) -> None:
        super().__init__(message)
        self.token = token


def _integer(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise _RefusedError(f"a number of {len(text)} digits; at most {MAX_DIGITS} are read", text)
    return int(text)


def _decimal(text: str) -> Decimal:
    parts = _NUMBER_PARTS.match(text)
    exponent = int(parts.group(3) or 0) if parts and len(parts.group(3) or "") < 12 else MAX_EXPONENT + 1
    if abs(exponent) > MAX_EXPONENT or len(text) > MAX_DIGITS:
        raise _RefusedError(f"a number beyond 10^±{MAX_EXPONENT} or of more than {MAX_DIGITS} digits", text)
    return Decimal(text)


def _constant(text: str) -> NoReturn:
    raise _RefusedError(f"{text} is not JSON", text)


def _unique(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    members = dict(pairs)
    if len(members) == len(pairs):
        return members
    seen: set[str] = set()
    for name, _ in pairs:
        if name in seen:
            raise _RefusedError(f"the key {json.dumps(name)} stands twice in one object", json.dumps(name))
        seen.add(name)
    return members


def _decoder(pairs_hook: Any) -> json.JSONDecoder:
    return json.JSONDecoder(
        parse_int=_integer, parse_float=_decimal, parse_constant=_constant, object_pairs_hook=pairs_hook
    )


_STRICT, _LENIENT = _decoder(_unique), _decoder(None)
"""Shared decoders: constructing one costs as much as parsing a small message."""


def _value(text: str, decoder: Any) -> Value:
    """
    The value of a text. The common case, a value with at most a line end, is parsed without a scan for white space.
    """
    try:
        value, end = decoder.scan_once(text, 0)
    except StopIteration:
        return decoder.decode(text)
    return value if text[end:] in ("", "\n") else decoder.decode(text)


_WIDE = "It looks like UTF-16: save it as UTF-8."


def decode(data: bytes, *, name: str = "<text>") -> str:
    """
    UTF-8 bytes as text, without a byte order mark.

    Raises:
        InputError: the bytes are not UTF-8; the place names the first wrong byte.
    """
    try:
        if len(data) > 1 and (data[:4:2] == b"\0\0" or data[1:4:2] == b"\0\0"):
            raise InputError("not UTF-8 (every second byte is nothing)", name=name, remedy=_WIDE)
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start].decode("utf-8", "replace")
        line, column = line_and_column(before, len(before))
        wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
        raise InputError(
            f"not UTF-8 (byte 0x{data[error.start]:02x})",
            name=name,
            line=line,
            column=column,
            remedy=_WIDE if wide else "Save the file as UTF-8.",
        ) from None


def line_and_column(text: str, offset: int) -> tuple[int, int]:
    """
    The line and column, counted from 1, of an offset into a text.
    """
    return text.count("\n", 0, offset) + 1, offset - text.rfind("\n", 0, offset)


def depth(text: str) -> int:
    """
    The nesting depth of a JSON text, brackets in strings ignored.
    """
    return max(accumulate(map(_LEVELS.__getitem__, _NO_BRACKETS.sub("", text))), default=0)


def loads(text: str | bytes, *, name: str = "<text>", duplicates: bool = False, max_depth: int = MAX_DEPTH) -> Value:
    """
    The value of a JSON text.

    Arguments:
        text: one JSON document; bytes must be UTF-8.
        name: its name in error messages.
        duplicates: accept a repeated key, the last one winning, as most parsers do. Rejected by default
            (RFC 8259 §4 calls the behaviour unpredictable).
        max_depth: levels of nesting to accept.

    Raises:
        InputError: not JSON, too deep, or a number beyond the limits above; with line and column.
    """
    if isinstance(text, bytes):
        text = decode(text, name=name)
    if (text.count("[") > max_depth or text.count("{") > max_depth) and depth(text) > max_depth:
        raise InputError(f"nested deeper than {max_depth} levels", name=name, remedy="Flatten the document.")
    try:
        return _value(text, _LENIENT if duplicates else _STRICT)
    except json.JSONDecodeError as error:
        message, remedy = _told(text, error)
        line, column = error.lineno, error.colno
        raise InputError(f"not JSON: {message}", name=name, line=line, column=column, remedy=remedy) from None
    except _RefusedError as error:
        repeated = _repeated(text) if error.token.startswith('"') else None
        offset = max(text.find(error.token), 0) if repeated is None else repeated
        line, column = line_and_column(text, offset)
        raise InputError(str(error), name=name, line=line, column=column) from None
    except RecursionError:
        raise InputError("nested too deep to read", name=name, remedy="Flatten the document.") from None


def _told(text: str, error: json.JSONDecodeError) -> tuple[str, str | None]:
    """
    The message and remedy for common mistakes; else the parser's message.
    """
    rest, before = text[error.pos :].lstrip(), text[: error.pos].rstrip()
    if not text.strip():
        return "the text is empty", None
    if not rest:
        return "the text ends too early", "Close what is open: a bracket, a brace or a quoted text."
    if rest[0] in "}]" and before.endswith(","):
        return "a comma before a closing bracket", "Take the comma out: none may follow the last value."
    if re.match(r",\s*[}\]]", rest):
        return "a comma before a closing bracket", "Take the comma out: none may follow the last value."
    if rest.startswith(("//", "/*", "#")):
        return "a comment", "Take the comments out: JSON has none."
    if rest.startswith("'"):
        return "single quotes", "Write names and texts in double quotes."
    return f"{error.msg[0].lower()}{error.msg[1:]}", None


def _repeated(text: str) -> int | None:
    """
    The offset of the first name that stands twice in one object; None if there is none.
    """
    names: list[set[str] | None] = []
    name_next = False
    for match in re.finditer(_TOKEN, text):
        token = match.group()
        if token in "[{":
            names.append(set() if token == "{" else None)
        elif token in "]}":
            names.pop()
        elif token.startswith('"') and name_next and names[-1] is not None:
            name = json.loads(token)
            if name in names[-1]:
                return match.start()
            names[-1].add(name)
        name_next = token in "{,"
    return None
