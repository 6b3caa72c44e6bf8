"""
The JSON Schema of the JSON output, made from the classes of the results: their fields, type hints and docstrings.
"""

from __future__ import annotations

import inspect
import re
from dataclasses import is_dataclass
from datetime import date
from enum import Enum
from importlib import import_module
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from schemadiff.keywords import names as kw
from schemadiff.report.formats import KINDS
from schemadiff.report.json_ import FORMAT, computed_members
from schemadiff.report.values import member_types, required_members, to_plain, type_hints

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_SCALARS = {str: "string", int: "integer", bool: "boolean", type(None): "null"}
_DAY = {"type": "string", "format": "date"}
_ENVELOPE: dict[str, Any] = {
    "format": {kw.CONST: FORMAT, "description": "The version of this format."},
    "kind": {"description": "The kind of result."},
    "schemadiff": {"type": "string", "description": "The version of schemadiff that made the result."},
    "as_of": {kw.ANY_OF: [_DAY, {"type": "null"}], "description": "The day for which the result holds, if any."},
    "exit_code": {"enum": [0, 1, 3, 4, 5], "description": "The exit code of the command."},
}


def result_class(kind: str) -> Any:
    """
    The class of the results of a kind.

    Raises:
        KeyError: there is no such kind.
    """
    module, _, name = KINDS[kind].partition(":")
    return getattr(import_module(module), name)


def schema_of(*kinds: str) -> dict[str, Any]:
    """
    The JSON Schema of the JSON output, for some kinds of results, or for all if none is named.

    Raises:
        KeyError: there is no such kind.
    """
    definitions = _Definitions()
    wanted = {kind: definitions.result(kind) for kind in kinds or KINDS}
    return {
        kw.SCHEMA: _DIALECT,
        "title": f"schemadiff: {', '.join(wanted)}",
        "description": f"The JSON output of schemadiff, format {FORMAT}. Within a format, members may be added; "
        "none is removed or changes its meaning.",
        **(next(iter(wanted.values())) if len(wanted) == 1 else {kw.ONE_OF: list(wanted.values())}),
        kw.DEFS: dict(sorted(definitions.schemas.items())),
    }


class _Definitions:
    def __init__(self) -> None:
        self.schemas: dict[str, Any] = {}
        self._names: dict[type, str] = {}

    def result(self, kind: str) -> dict[str, Any]:
        record = result_class(kind)
        summary, about = _described(record)
        computed = {name: self._property(record, name) for name in computed_members(record)}
        own = {name: self._described_as(hint, about.get(name)) for name, hint in member_types(record).items()}
        properties = {**_ENVELOPE, "kind": {kw.CONST: kind, **_ENVELOPE["kind"]}, **computed, **own}
        return {
            "title": summary,
            "type": "object",
            "required": list(dict.fromkeys((*_ENVELOPE, *computed, *required_members(record)))),
            "properties": properties,
        }

    def _property(self, record: type, name: str) -> dict[str, Any]:
        getter = getattr(record, name).fget
        return self._described_as(type_hints(getter)["return"], _described(getter)[0])

    def _described_as(self, hint: Any, text: str | None) -> dict[str, Any]:
        return {**self._schema(hint), **({"description": text} if text else {})}

    def _schema(self, hint: Any) -> dict[str, Any]:
        origin, inner = get_origin(hint), get_args(hint)
        if origin is Annotated:
            keyword, value = hint.__metadata__[0]
            return {**self._schema(inner[0]), keyword: to_plain(value)}
        if hint is Any:
            return {}
        if origin in (Union, UnionType):
            return {kw.ANY_OF: [self._schema(each) for each in inner]}
        if origin is tuple and inner[-1] is not ...:
            items = [self._schema(each) for each in inner]
            return {"type": "array", kw.PREFIX_ITEMS: items, "items": False, kw.MIN_ITEMS: len(items)}
        if origin in (tuple, list):
            return {"type": "array", "items": self._schema(inner[0])}
        if origin is dict:
            return {"type": "object", kw.ADDITIONAL_PROPERTIES: self._schema(inner[1])}
        if hint is date:
            return _DAY
        if is_dataclass(hint):
            return {kw.REF: f"#/$defs/{self._defined(hint)}"}
        return {"enum": [each.value for each in hint]} if issubclass(hint, Enum) else {"type": _SCALARS[hint]}

    def _defined(self, record: Any) -> str:
        if record not in self._names:
            name = record.__name__
            name = name if name not in self.schemas else f"{record.__module__.split('.')[1]}.{name}"
            self._names[record] = name
            self.schemas[name] = {}
            summary, about = _described(record)
            self.schemas[name] = {
                "description": summary,
                "type": "object",
                "required": required_members(record),
                "properties": {
                    name: self._described_as(hint, about.get(name)) for name, hint in member_types(record).items()
                },
                kw.ADDITIONAL_PROPERTIES: False,
            }
        return self._names[record]


def _described(documented: Any) -> tuple[str, dict[str, str]]:
    """
    The first paragraph of a docstring, and its attributes' descriptions by name.
    """
    head, _, rest = (inspect.getdoc(documented) or "").partition("\nAttributes:\n")
    entries = re.findall(r"^    ([\w, ]+): (.+(?:\n {8}.+)*)", rest, re.MULTILINE)
    about = {name: _line(text) for names, text in entries for name in names.split(", ")}
    return _line(head.partition("\n\n")[0]), about


def _line(text: str) -> str:
    return " ".join(text.replace("``", "`").split())
