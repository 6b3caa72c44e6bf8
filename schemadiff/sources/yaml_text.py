"""
YAML text to exact JSON values, with their positions.

Only JSON values are read: the core schema of YAML 1.2, in which ``yes`` and ``2026-01-01`` are strings.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from schemadiff.errors import InputError
from schemadiff.instance import Pointer, Value, loads
from schemadiff.sources.positions import Position

MAX_NODES = 1_000_000
"""Values above which a text is rejected; aliases may expand to far more values than are written."""

MAX_DEPTH = 250

_SHORT = 2000
"""Characters below which a text cannot nest deep enough to overflow the stack of the C composer."""

_INTEGER = re.compile(r"[-+]?\d+\Z", re.ASCII)
_FLOAT = re.compile(r"[-+]?(?:\d+\.\d*|\.\d+|\d+)(?:[eE][-+]?\d+)?\Z", re.ASCII)
_WORDS: dict[str, Value] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def loads_yaml(text: str, *, name: str = "<text>") -> tuple[Value, dict[Pointer, Position]]:
    """
    The value of a YAML document and the position of each value in it.

    Raises:
        InputError: not YAML, more than one document, or no JSON value; with line and column.
    """
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        if len(text) > _SHORT:
            _measure(yaml.parse(text, Loader=loader), name)
        node = yaml.compose(text, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark, problem = error.problem_mark, str(error.problem or error.context)
        # Newer versions of the quick parser notice by themselves.
        too_deep = "maximum nesting depth" in problem
        raise InputError(
            "nested too deep to read" if too_deep else f"not YAML: {problem}",
            name=name,
            line=mark.line + 1 if mark else None,
            column=mark.column + 1 if mark else None,
        ) from None
    except (yaml.YAMLError, ValueError) as error:
        raise InputError(f"not YAML: {str(error).splitlines()[0]}", name=name) from None
    except RecursionError:
        raise InputError("nested too deep to read", name=name) from None
    reader = _ComposedReader(name)
    value = None if node is None else reader.value(node, ())
    return value, reader.places


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

    def value(self, node: Any, at: Pointer) -> Value:
        self._count += 1
        if self._count > MAX_NODES or len(at) > MAX_DEPTH:
            raise self._error(node, "aliases multiply this text beyond reason, or it nests too deep")
        self.places.setdefault(at, _position(node))
        if node.id == "sequence":
            return [self.value(item, (*at, index)) for index, item in enumerate(node.value)]
        if node.id == "mapping":
            return self._mapping(node, at)
        return self._scalar(node)

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
        if node.style or node.tag == "tag:yaml.org,2002:str":
            return text
        if text in _WORDS:
            return _WORDS[text]
        if _INTEGER.match(text) or _FLOAT.match(text):
            return self._number(node, text)
        if node.tag.startswith("tag:yaml.org,2002:") and not node.tag.endswith(("binary", "set", "omap", "pairs")):
            return text
        raise self._error(node, f"{node.tag} has no JSON form")

    def _number(self, node: Any, text: str) -> Value:
        plain = text.lstrip("+")
        try:
            if _INTEGER.match(text):
                return loads(str(int(plain)) if len(plain) < 4000 else plain)
            return Decimal(plain) if abs(Decimal(plain).adjusted()) < 4000 else loads(plain)
        except (InputError, ArithmeticError) as error:
            raise self._error(node, str(error)) from None

    def _error(self, node: Any, message: str) -> InputError:
        line, column = _position(node)
        return InputError(message, name=self.name, line=line, column=column)


def _position(node: Any) -> Position:
    return Position(node.start_mark.line + 1, node.start_mark.column + 1)
