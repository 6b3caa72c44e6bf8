"""
Results as plain values, as JSON holds them, and back. The fields of a dataclass are the members of an object.

A field whose metadata say ``{"json": False}`` is left out.
"""

from __future__ import annotations

from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from functools import cache
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints


def to_plain(value: Any) -> Any:
    """
    A value as None, booleans, numbers, strings, lists and dictionaries; a day is written as 2026-11-30.

    Raises:
        TypeError: it holds something else.
    """
    if value is None or isinstance(value, (str, int, Decimal)):
        return value
    if isinstance(value, (tuple, list)):
        return [to_plain(each) for each in value]
    if isinstance(value, dict):
        return {to_plain(name): to_plain(each) for name, each in value.items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    return {name: to_plain(getattr(value, name)) for name in member_names(value.__class__)}


def from_plain(hint: Any, value: Any) -> Any:
    """
    A plain value as the type hint says: dataclasses, enumerations, days, tuples and mappings of them, or itself.

    Arguments:
        hint: the type to make.
        value: of what ``to_plain`` has made from that type; members that are missing take their defaults.

    Raises:
        TypeError, ValueError: the value does not fit the type.
    """
    origin, inner = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return from_plain(inner[0], value)
    if hint is Any or origin in (Union, UnionType):
        return _from_union(inner, value)
    if origin is tuple and inner[-1] is not ...:
        return tuple(from_plain(each, item) for each, item in zip(inner, _typed(list, value), strict=True))
    if origin in (tuple, list):
        return origin(from_plain(inner[0], each) for each in _typed(list, value))
    if origin is dict:
        return {name: from_plain(inner[1], each) for name, each in _typed(dict, value).items()}
    if is_dataclass(hint):
        record: Any = hint
        types, given = member_types(record), _typed(dict, value)
        if unknown := given.keys() - types.keys():
            raise TypeError(f"{record.__name__} has no member {min(unknown)[:40]!r}")
        return record(**{name: from_plain(types[name], each) for name, each in given.items()})
    if hint is date:
        return date.fromisoformat(value)
    return hint(value) if issubclass(hint, Enum) else _typed(hint, value)


def _from_union(options: tuple[Any, ...], value: Any) -> Any:
    """
    A value of a union: anything, one of several scalar types, or None and one other type.
    """
    some = [option for option in options if option is not type(None)]
    if len(some) == 1 and value is not None:
        return from_plain(some[0], value)
    if options and type(value) not in options:
        raise TypeError(f"{str(value)[:40]!r} is of no expected type")
    return value


def _typed(expected: type, value: Any) -> Any:
    if type(value) is not expected:
        raise TypeError(f"{str(value)[:40]!r} where {expected.__name__} is expected")
    return value


@cache
def member_names(record: Any) -> tuple[str, ...]:
    """
    The names of the fields of a dataclass that are written.

    Raises:
        TypeError: it is no dataclass.
    """
    return tuple(field.name for field in fields(record) if field.metadata.get("json", True))


@cache
def member_types(record: Any) -> dict[str, Any]:
    """
    The fields of a dataclass that are written, with their type hints.
    """
    hints = type_hints(record)
    return {name: hints[name] for name in member_names(record)}


def required_members(record: Any) -> list[str]:
    """
    The fields of a dataclass that are written and have no default.
    """
    optional = {field.name for field in fields(record) if (field.default, field.default_factory) != (MISSING, MISSING)}
    return [name for name in member_names(record) if name not in optional]


def type_hints(record: Any) -> dict[str, Any]:
    """
    The type hints of a class or a function, annotations included.
    """
    # The module of the report imports neither of the two: few runs need them, and they take long.
    from schemadiff.deployment.graph import Graph
    from schemadiff.replay.report import ReplayReport

    return get_type_hints(record, localns={"Graph": Graph, "ReplayReport": ReplayReport}, include_extras=True)
