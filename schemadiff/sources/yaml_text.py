"""
YAML text to exact JSON values, with their positions.

Only JSON values are read: the core schema of YAML 1.2, in which ``yes`` and ``2026-01-01`` are strings.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import Any

from schemadiff.errors import InputError
from schemadiff.instance import Pointer, Value, loads
from schemadiff.sources.positions import Position

MAX_NODES = 1_000_000
"""Values above which a text is rejected; aliases may expand to far more values than are written."""

MAX_DEPTH = 250

_SHORT = 2000
"""Characters below which a text cannot nest deep enough to overflow the stack of the C composer."""

_TAG = "tag:yaml.org,2002:"
_NULL, _BOOLEAN, _INTEGER, _FLOAT, _STRING = (f"{_TAG}{name}" for name in ("null", "bool", "int", "float", "str"))
_PLAIN = (
    (_NULL, "~nN", r"(?:~|null|Null|NULL)?\Z"),
    (_BOOLEAN, "tTfF", r"(?:true|True|TRUE|false|False|FALSE)\Z"),
    (_INTEGER, "+-0123456789", r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)\Z"),
    (_FLOAT, "+-.0123456789", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z"),
    (_FLOAT, "+-.", r"(?:[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))\Z"),
)
"""The core schema (YAML 1.2.2 §10.3.2): tags of plain scalars by their first character and a pattern."""


_WITHOUT_JSON = ("binary", "set", "omap", "pairs", "bool")


@lru_cache
def _core_loader() -> Any:
    """
    The loader, with the core schema of YAML 1.2 in place of the types of YAML 1.1.
    """
    import yaml

    resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {"": [(_NULL, re.compile(r"\Z"))]}
    for tag, first, pattern in _PLAIN:
        for character in first:
            resolvers.setdefault(character, []).append((tag, re.compile(pattern)))
    base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return type("CoreLoader", (base,), {"yaml_implicit_resolvers": resolvers})


def loads_yaml(text: str, *, name: str = "<text>") -> tuple[Value, dict[Pointer, Position]]:
    """
    The value of a YAML document and the position of each value in it.

    Raises:
        InputError: not YAML, more than one document, or no JSON value; with line and column.
    """
    import yaml

    loader = _core_loader()
    try:
        if len(text) > _SHORT:
            _measure(yaml.parse(text, Loader=loader), name)
        node = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        message, remedy = _told(str(error.problem or error.context), text, mark)
        line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
        raise InputError(message, name=name, line=line, column=column, remedy=remedy) from None
    except (yaml.YAMLError, ValueError) as error:
        raise InputError(f"not YAML: {str(error).splitlines()[0]}", name=name) from None
    except RecursionError:
        raise InputError("nested too deep to read", name=name) from None
    reader = _ComposedReader(name)
    value = None if node is None else reader.value(node, ())
    return value, reader.places


def _told(problem: str, text: str, mark: Any) -> tuple[str, str | None]:
    """
    The message and remedy for common mistakes; else the parser's message.
    """
    if "maximum nesting depth" in problem:  # newer versions of the quick parser notice by themselves
        return "nested too deep to read", None
    if "another document" in problem:
        return "more than one YAML document", "Write each schema into a file of its own: split this one at ---."
    line = text.split("\n")[mark.line] if mark and mark.line <= text.count("\n") else ""
    if "\t" in line[: len(line) - len(line.lstrip())]:
        return "not YAML: a tab indents this line", "Indent by spaces."
    return f"not YAML: {problem}", None


def _measure(events: Any, name: str) -> None:
    """
    Reject too deep nesting before composing: the C composer recurses without a guard and crashes.
    """
    level = 0
    for event in events:
        kind = type(event).__name__
        if kind.endswith("StartEvent") and kind[:3] in ("Seq", "Map"):
            level += 1
        elif kind in ("SequenceEndEvent", "MappingEndEvent"):
            level -= 1
        if level > MAX_DEPTH:
            mark = event.start_mark
            raise InputError("nested too deep to read", name=name, line=mark.line + 1, column=mark.column + 1)


class _ComposedReader:
    """
    Converts composed nodes to values, counting expanded aliases.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self.places: dict[Pointer, Position] = {}
        self._count = 0
        self._open: set[int] = set()

    def value(self, node: Any, at: Pointer) -> Value:
        self._count += 1
        if self._count > MAX_NODES or len(at) > MAX_DEPTH:
            raise self._error(node, "aliases multiply this text beyond reason, or it nests too deep")
        self.places.setdefault(at, _position(node))
        if node.id == "scalar":
            return self._scalar(node)
        if id(node) in self._open:
            raise self._error(node, "this value contains itself by an alias, which has no JSON form")
        self._open.add(id(node))
        if node.id == "sequence":
            value: Value = [self.value(item, (*at, index)) for index, item in enumerate(node.value)]
        else:
            value = self._mapping(node, at)
        self._open.remove(id(node))
        return value

    def _mapping(self, node: Any, at: Pointer) -> Value:
        members: dict[str, Value] = {}
        inherited: dict[str, Value] = {}
        for name_node, member in node.value:
            if name_node.id != "scalar":
                raise self._error(name_node, "a member name must be a plain text")
            word = name_node.value
            if word == "<<" and not name_node.style:
                for source in member.value if member.id == "sequence" else [member]:
                    merged = self.value(source, at)
                    if not isinstance(merged, dict):
                        raise self._error(source, "'<<' merges mappings only")
                    inherited = {**merged, **inherited}
                continue
            if word in members:
                raise self._error(name_node, f"the key {word!r} stands twice in one mapping")
            place = (*at, word)
            self.places[place] = _position(name_node)
            members[word] = self.value(member, place)
        return {**inherited, **members}

    def _scalar(self, node: Any) -> Value:
        text: str = node.value
        if node.tag == _NULL:
            return None
        if node.tag == _BOOLEAN and text.lower() in ("true", "false"):
            return text.lower() == "true"
        if node.tag in (_INTEGER, _FLOAT):
            return self._number(node, text)
        if node.tag == _STRING or (node.tag.startswith(_TAG) and not node.tag.endswith(_WITHOUT_JSON)):
            return text
        raise self._error(node, f"{node.tag} has no JSON form")

    def _number(self, node: Any, text: str) -> Value:
        plain = text.lstrip("+")
        try:
            if plain[:2] in ("0o", "0x"):
                return int(plain, 0)
            if re.fullmatch(r"-?[0-9]+", plain):
                return loads(str(int(plain)) if len(plain) < 4000 else plain)
            number = Decimal(plain)
            return number if abs(number.adjusted()) < 4000 else loads(plain)
        except (InputError, ArithmeticError, ValueError) as error:
            message = str(error) if isinstance(error, InputError) else f"{text} has no JSON form"
            raise self._error(node, message) from None

    def _error(self, node: Any, message: str) -> InputError:
        line, column = _position(node)
        return InputError(message, name=self.name, line=line, column=column)


def _position(node: Any) -> Position:
    return Position(node.start_mark.line + 1, node.start_mark.column + 1)
