"""
A saved JSON report read back, so that a job that runs no code of a pull request can still render it.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import fields, is_dataclass, replace
from datetime import date
from enum import Enum
from functools import cache
from types import UnionType
from typing import TYPE_CHECKING, Any, Union, cast, get_args, get_origin, get_type_hints

from schemadiff.decide import Comparison, PolicyFinding, Tag
from schemadiff.errors import InputError
from schemadiff.instance import loads, parse_pointer
from schemadiff.report.json_ import schema_text
from schemadiff.report.model import Report, Window

if TYPE_CHECKING:
    from schemadiff.replay import ReplayReport


def read_report(text: str | bytes, *, name: str = "<report>") -> Report:
    """
    The report that was written as JSON. The schemas' own texts are not in it.

    Arguments:
        text: what the reporter ``json`` wrote.
        name: what messages call it.

    Raises:
        InputError: it is not JSON, or not in the form of the published schema.
    """
    import jsonschema_rs

    value: Any = loads(text, name=name)
    validator = jsonschema_rs.validator_for(json.loads(schema_text()))
    try:
        error = next(iter(validator.iter_errors(value)), None)
    except UnicodeEncodeError:  # it knows no lone surrogates, and the form does not depend on them
        plain = json.dumps(value, ensure_ascii=False, default=float).encode("utf-8", "replace")
        error = next(iter(validator.iter_errors(json.loads(plain))), None)
    if error is not None:
        place = "".join(f"/{step}" for step in error.instance_path) or "the top"
        raise InputError(
            f"not a report of schemadiff, format 1, at {place}",
            name=name,
            remedy="Write one with `schemadiff … -f json`; `schemadiff schema` prints its form.",
        )
    try:
        return _report(value)
    except (AttributeError, KeyError, TypeError, ValueError) as error_of_form:
        raise InputError(f"not a report of schemadiff: {error_of_form}", name=name) from None


def _report(value: dict[str, Any]) -> Report:
    graph = value.get("graph") or {}
    windows = tuple(Window(**each) for each in value.get("windows", ()))
    for day in (value["as_of"], *(day for each in windows for day in each.days if day is not None)):
        date.fromisoformat(day)
    return Report(
        version=value["schemadiff"],
        as_of=value["as_of"],
        rules=value["rules"],
        emission=value["emission"],
        comparisons=tuple(_comparison(each, value["emission"]) for each in value["comparisons"]),
        notes=tuple(value["notes"]),
        fail_on=value.get("fail_on", "breaking"),
        windows=windows,
        graph_svg=graph.get("svg", ""),
        graph_mermaid=graph.get("mermaid", ""),
        rollout=tuple(value.get("rollout", ())),
        replay=_replay(value.get("replay")),
        remarks=tuple(_build(PolicyFinding, each) for each in value.get("remarks", ())),
        linted=int(value.get("linted", 0)),
    )


def _comparison(value: dict[str, Any], emission: str) -> Comparison:
    tag = value["version_tag"]
    read = None if tag is None else Tag(parse_pointer(tag["pointer"]), loads(tag["old"]), loads(tag["new"]))
    rest = {name: each for name, each in value.items() if name != "version_tag"}
    comparison: Comparison = _build(Comparison, {"emission": emission, **rest, "tag": None})
    return replace(comparison, tag=read)


def _replay(value: dict[str, Any] | None) -> ReplayReport | None:
    if value is None:
        return None
    from schemadiff.replay import ReplayReport
    from schemadiff.wire.worker_spec import Capabilities

    told = Capabilities(value["service"], value["release"])
    known = {name: each for name, each in value.items() if name in {each.name for each in fields(ReplayReport)}}
    report: ReplayReport = _build(ReplayReport, {**known, "capabilities": {}})
    return replace(report, capabilities=told, kinds=Counter(report.kinds))


@cache
def _hints(record: Any) -> dict[str, Any]:
    return get_type_hints(record)


def _build(hint: Any, value: Any) -> Any:
    """
    Plain values as what a type hint says: records, enumerations, tuples of them, or themselves.
    """
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return None if value is None else _build(next(each for each in inner if each is not type(None)), value)
    if origin is tuple:
        return tuple(_build(inner[0], each) for each in value)
    if origin is dict:
        return {name: _build(inner[1], each) for name, each in value.items()}
    if not isinstance(hint, type):
        return value
    if issubclass(hint, Enum):
        return hint(value)
    if is_dataclass(hint):
        record = cast("Any", hint)
        hints = _hints(record)
        return record(**{name: _build(hints[name], each) for name, each in value.items()})
    if hint is int and not isinstance(value, (bool, str)) and value == int(value):
        return int(value)
    if type(value) is not hint:
        raise TypeError(f"{str(value)[:40]!r} where {hint.__name__} is expected")
    return value
