"""
Equality of JSON values, and their canonical text.

Numbers are equal when they are mathematically equal (1 = 1.0), ``true`` is not 1, and the order of an object's
members does not matter (JSON Schema core 2020-12 §4.2.2).
"""

from __future__ import annotations

import json
import re
from collections.abc import Hashable
from decimal import Context, Decimal
from fractions import Fraction

from schemadiff.errors import InputError
from schemadiff.instance.parse import Value

_EXACT = Context(prec=20_000)
"""Wide enough that no number within the parser's limits is ever rounded."""

_SURROGATE = "[\ud800-\udfff]"


def _quote(text: str) -> str:
    """
    A JSON string; escaped to ASCII only where a lone surrogate could not be encoded otherwise.
    """
    return json.dumps(text) if not text.isascii() and re.search(_SURROGATE, text) else _plain_quote(text)


_plain_quote = json.encoder.encode_basestring


def is_encodable(value: Value) -> bool:
    """
    Whether every string in a value has a UTF-8 encoding, so that none has half a surrogate pair.
    """
    if isinstance(value, str):
        return value.isascii() or re.search(_SURROGATE, value) is None
    if isinstance(value, dict):
        return all(is_encodable(name) and is_encodable(member) for name, member in value.items())
    return not isinstance(value, list) or all(map(is_encodable, value))


def kind(value: Value) -> str:
    """
    The JSON type of a value: null, boolean, number, string, array or object.

    Raises:
        InputError: the value is not of a Python type that represents JSON.
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, Decimal, float, Fraction)):
        return "number"
    if isinstance(value, str):
        return "string"
    if isinstance(value, list):
        return "array"
    if isinstance(value, dict):
        return "object"
    raise InputError(f"a {type(value).__name__} is not a JSON value")


def normal(number: int | Decimal) -> int | Decimal:
    """
    The normal form of a number: 30.0 and 3e1 become 30, 0.10 becomes 0.1.
    """
    if isinstance(number, int):
        return number
    if number == number.to_integral_value():
        return int(number)
    return number.normalize(_EXACT)


def key(value: Value) -> Hashable:
    """
    A hashable key: two values have equal keys if and only if they are the same JSON value.
    """
    if isinstance(value, bool):
        return ("b", value)
    if isinstance(value, (str, int)) or value is None:
        return value
    if isinstance(value, Decimal):
        return normal(value)
    if isinstance(value, list):
        return ("a", *map(key, value))
    return ("o", frozenset((name, key(member)) for name, member in value.items()))


def equal(left: Value, right: Value) -> bool:
    """
    Whether two values are the same JSON value.
    """
    return key(left) == key(right)


def number_text(number: int | Decimal) -> str:
    """
    A number as JSON text, exactly.
    """
    return str(number) if isinstance(number, int) else str(number).replace("E+", "e").replace("E", "e")


def dumps(value: Value, *, indent: int | None = None) -> str:
    """
    The JSON text of a value; numbers keep their exact value and spelling, properties their order.

    Arguments:
        value: what to write.
        indent: spaces a level; None writes everything on one line with ", " and ": " between.
    """
    return _write(value, indent, 0)


def canonical(value: Value) -> str:
    """
    The canonical text of a value: properties sorted by name, numbers in normal form, no white space.
    """
    if isinstance(value, (list, dict)):
        return _canonical(value)
    return _scalar(normal(value) if isinstance(value, Decimal) else value)


def _scalar(value: Value) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _quote(value)
    return number_text(value)


def _canonical(value: Value) -> str:
    if isinstance(value, list):
        return "[" + ",".join(map(canonical, value)) + "]"
    return "{" + ",".join(f"{_quote(name)}:{canonical(value[name])}" for name in sorted(value)) + "}"


def _write(value: Value, indent: int | None, level: int) -> str:
    if not isinstance(value, (list, dict)):
        return _scalar(value)
    opening, closing = ("[", "]") if isinstance(value, list) else ("{", "}")
    if isinstance(value, list):
        parts = [_write(item, indent, level + 1) for item in value]
    else:
        parts = [f"{_quote(n)}: {_write(m, indent, level + 1)}" for n, m in value.items()]
    if not parts:
        return opening + closing
    if indent is None:
        return opening + ", ".join(parts) + closing
    inner, outer = "\n" + " " * indent * (level + 1), "\n" + " " * indent * level
    return opening + inner + ("," + inner).join(parts) + outer + closing


def exact(value: Value) -> Value:
    """
    A Python value (floats, tuples and Fractions included) converted to the exact types used here.

    Raises:
        InputError: a part of it is no JSON value.
    """
    if value is None or isinstance(value, (bool, int, str, Decimal)):
        return value
    if isinstance(value, float):
        number = Decimal(repr(value))
        if not number.is_finite():
            raise InputError(f"{value} is not a JSON number")
        return number
    if isinstance(value, Fraction):
        number = _EXACT.divide(Decimal(value.numerator), Decimal(value.denominator))
        if Fraction(number) != value:
            raise InputError(f"{value} has no finite decimal form")
        return normal(number)
    if isinstance(value, (list, tuple)):
        return [exact(item) for item in value]
    if isinstance(value, dict):
        return {_name(name): exact(member) for name, member in value.items()}
    raise InputError(f"a {type(value).__name__} is not a JSON value")


def _name(name: object) -> str:
    if not isinstance(name, str):
        raise InputError(f"the member name {name!r} is not a string")
    return name


def size(value: Value) -> int:
    """
    The size of a value: 1 plus the sizes of its parts; a string also counts its code points. An empty property name
    counts as much as one letter, since it reads no simpler.
    """
    if isinstance(value, str):
        return 1 + len(value)
    if isinstance(value, list):
        return 1 + sum(map(size, value))
    if isinstance(value, dict):
        return 1 + len(value) + sum(len(name) or 1 for name in value) + sum(map(size, value.values()))
    return 1
