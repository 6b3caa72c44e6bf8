"""
Random contracts without references, and edits of them whose effect is known by construction.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from random import Random
from typing import Any, Literal

from tests.hunt.oracle import is_valid

Schema = dict[str, Any]
Path = tuple[str, ...]
Effect = Literal["breaking", "harmless"]

NAMES = ("id", "amount", "unit", "owner", "note", "tags", "state", "retries", "source", "limits")
TAG = "schema_version"
SAMPLES = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """
    A contract before and after an edit.

    Attributes:
        name: what was edited, for the log.
        old, new: the whole contract, each in one piece.
        effect: breaking if an instance of *old* is none of *new*, harmless if every instance still is one.
    """

    name: str
    old: Schema
    new: Schema
    effect: Effect


def random_edit(rng: Random) -> Edit:
    """
    A contract and an edit of it; the validators confirm the effect.
    """
    while True:
        old = _object(rng, depth=0)
        if rng.random() < 0.4:
            old["properties"] = {TAG: {"enum": ["v1"]}, **old["properties"]}
        changes = rng.choice((BREAKING, BREAKING, HARMLESS))
        place, change = rng.choice([(at, change) for at in _objects(old) for change in changes])
        new = copy.deepcopy(old)
        values = change(rng, _at(new, place))
        if values is None:
            continue
        name, parts = values
        counter_example = _with_parts(_instance(old), _instance_path(place), parts) if parts is not None else None
        edit = Edit(name=name, old=old, new=new, effect="harmless" if counter_example is None else "breaking")
        _confirm(rng, edit, counter_example)
        return edit


def subschemas(schema: Schema, path: Path = ()) -> Iterator[Path]:
    """
    The paths of the subschemas, the schema's own left out.
    """
    for name, child in schema.get("properties", {}).items():
        yield (*path, "properties", name)
        yield from subschemas(child, (*path, "properties", name))
    if "items" in schema:
        yield (*path, "items")
        yield from subschemas(schema["items"], (*path, "items"))


def _object(rng: Random, depth: int) -> Schema:
    names = rng.sample(NAMES, rng.randint(1, 4))
    schema = {"type": "object", "properties": {name: _property(rng, depth) for name in names}}
    _require(schema, rng.sample(names, rng.randint(0, len(names))))
    return schema


def _require(schema: Schema, names: Iterable[str]) -> None:
    """
    Make the names the required ones; draft 4 has no empty list.
    """
    schema.pop("required", None)
    if required := sorted(names):
        schema["required"] = required


def _property(rng: Random, depth: int) -> Schema:
    roll = rng.random()
    if depth < 2 and roll < 0.25:
        return _object(rng, depth + 1)
    if depth < 2 and roll < 0.4:
        return {"type": "array", "items": _property(rng, depth + 1)}
    return rng.choice(
        (
            {"type": "string"},
            {"type": "string", "maxLength": rng.randint(2, 40)},
            {"type": "integer", "minimum": rng.randint(0, 9)},
            {"enum": ["new", "open", "done"][: rng.randint(2, 3)]},
            {"type": "boolean"},
            {"type": "number", "maximum": rng.randint(100, 999)},
        )
    ).copy()


def _objects(schema: Schema, path: Path = ()) -> Iterator[Path]:
    for at in ((), *subschemas(schema)):
        if "properties" in _at(schema, at):
            yield (*path, *at)


def _at(schema: Any, path: Path) -> Any:
    for step in path:
        schema = schema[step]
    return schema


def _instance(schema: Schema) -> Any:
    if "enum" in schema:
        return schema["enum"][0]
    match schema["type"]:
        case "object":
            return {name: _instance(child) for name, child in schema["properties"].items()}
        case "array":
            return [_instance(schema["items"])]
        case "integer":
            return schema.get("minimum", 5)
        case "number":
            return 1.5
        case "boolean":
            return True
    return "ab"


def _instance_path(place: Path) -> tuple[str | int, ...]:
    path = iter(place)
    return tuple(0 if step == "items" else next(path) for step in path)


def _with_parts(instance: Any, path: tuple[str | int, ...], parts: dict[str, Any]) -> Any:
    target = instance
    for step in path:
        target = target[step]
    for name, value in parts.items():
        if value is _ABSENT:
            target.pop(name, None)
        else:
            target[name] = value
    return instance


_ABSENT = object()

Change = Callable[[Random, Schema], "tuple[str, dict[str, Any] | None] | None"]
"""
An edit in place of an object's schema: its name, and the properties of an instance that it breaks (None if harmless);
None where it does not apply.
"""


def _pick(rng: Random, schema: Schema, keyword: str) -> str | None:
    names = [name for name, child in schema["properties"].items() if keyword in child and name != TAG]
    return rng.choice(names) if names else None


def _other_type(rng: Random, schema: Schema) -> tuple[str, dict[str, Any]] | None:
    name = _pick(rng, schema, "maxLength") or _pick(rng, schema, "enum")
    if name is None:
        return None
    value = _instance(schema["properties"][name])
    schema["properties"][name] = {"type": "integer"}
    return f"{name} became an integer", {name: value}


def _shorter(rng: Random, schema: Schema) -> tuple[str, dict[str, Any]] | None:
    name = _pick(rng, schema, "maxLength")
    if name is None:
        return None
    length = schema["properties"][name]["maxLength"]
    schema["properties"][name]["maxLength"] = length - 1
    return f"maxLength of {name} lowered", {name: "x" * length}


def _less_choice(rng: Random, schema: Schema) -> tuple[str, dict[str, Any]] | None:
    name = _pick(rng, schema, "enum")
    if name is None:
        return None
    removed = schema["properties"][name]["enum"].pop()
    return f"a value of {name} removed", {name: removed}


def _higher(rng: Random, schema: Schema) -> tuple[str, dict[str, Any]] | None:
    name = _pick(rng, schema, "minimum")
    if name is None:
        return None
    minimum = schema["properties"][name]["minimum"]
    schema["properties"][name]["minimum"] = minimum + 1
    return f"minimum of {name} raised", {name: minimum}


def _required(rng: Random, schema: Schema) -> tuple[str, dict[str, Any]] | None:
    optional = sorted(set(schema["properties"]) - set(schema.get("required", ())))
    if not optional:
        return None
    name = rng.choice(optional)
    _require(schema, (*schema.get("required", ()), name))
    return f"{name} became required", {name: _ABSENT}


def _retagged(_rng: Random, schema: Schema) -> tuple[str, dict[str, Any]] | None:
    if TAG not in schema["properties"]:
        return None
    schema["properties"][TAG] = {"enum": ["v9"]}
    return "the version tag changed in place", {TAG: "v1"}


def _described(rng: Random, schema: Schema) -> tuple[str, None]:
    schema["description"] = f"Text {rng.randint(0, 999)}."
    return "a description", None


def _longer(rng: Random, schema: Schema) -> tuple[str, None] | None:
    name = _pick(rng, schema, "maxLength")
    if name is None:
        return None
    schema["properties"][name]["maxLength"] += rng.randint(1, 5)
    return f"maxLength of {name} raised", None


def _more_choice(rng: Random, schema: Schema) -> tuple[str, None] | None:
    name = _pick(rng, schema, "enum")
    if name is None:
        return None
    schema["properties"][name]["enum"].append("late")
    return f"a value of {name} added", None


def _optional(rng: Random, schema: Schema) -> tuple[str, None] | None:
    if "required" not in schema:
        return None
    name = rng.choice(schema["required"])
    _require(schema, set(schema["required"]) - {name})
    return f"{name} became optional", None


def _new_property(rng: Random, schema: Schema) -> tuple[str, None]:
    schema["properties"]["extra"] = _property(rng, depth=9)
    return "an optional property", None


def _reordered(_rng: Random, schema: Schema) -> tuple[str, None]:
    schema["properties"] = dict(reversed(schema["properties"].items()))
    return "another order", None


BREAKING: tuple[Change, ...] = (_other_type, _shorter, _less_choice, _higher, _required, _retagged)
HARMLESS: tuple[Change, ...] = (_described, _longer, _more_choice, _optional, _new_property, _reordered)


def _confirm(rng: Random, edit: Edit, counter_example: Any) -> None:
    if edit.effect == "breaking":
        assert is_valid(edit.old, counter_example), edit
        assert not is_valid(edit.new, counter_example), edit
        return
    for _ in range(SAMPLES):
        instance = _sample(rng, edit.old)
        assert not is_valid(edit.old, instance) or is_valid(edit.new, instance), (edit, instance)


def _sample(rng: Random, schema: Schema) -> Any:
    """
    An instance, valid more often than not, of declared properties only.
    """
    if rng.random() < 0.03:
        return rng.choice((None, "", 0, -1, [], {}))
    if "enum" in schema:
        return rng.choice(schema["enum"])
    match schema["type"]:
        case "object":
            return {
                name: _sample(rng, child)
                for name, child in schema["properties"].items()
                if name in schema.get("required", ()) or rng.random() < 0.5
            }
        case "array":
            return [_sample(rng, schema["items"]) for _ in range(rng.randint(0, 2))]
        case "integer" | "number":
            return rng.randint(schema.get("minimum", -3), schema.get("maximum", 99))
        case "boolean":
            return rng.random() < 0.5
    return "x" * rng.randint(0, schema.get("maxLength", 9))
