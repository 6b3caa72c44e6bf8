"""
Fingerprints: what they survive, and what they do not cover. Waivers live by them.
"""

from __future__ import annotations

import copy
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from schemadiff.catalog import Waiver
from schemadiff.decide import Comparison, Terms, compare
from schemadiff.decide.comparison import fingerprints
from schemadiff.decide.waivers import apply_waivers
from schemadiff.schema import load_value

OLD: dict[str, Any] = {
    "type": "object",
    "properties": {
        "size": {"type": "integer", "maximum": 100},
        "kind": {"enum": ["a", "b", "c"]},
        "inner": {"type": "object", "properties": {"x": {"$ref": "#/$defs/x"}, "y": {"$ref": "#/$defs/x"}}},
    },
    "required": ["size"],
    "$defs": {"x": {"type": "string", "maxLength": 9}, "wide": {"type": "string"}, "tight": {"const": "t"}},
}


def edited(**properties: Any) -> dict[str, Any]:
    made = copy.deepcopy(OLD)
    made["properties"].update(properties)
    return made


def marks(new: dict[str, Any], *, version: str = "v1", contract: str = "c") -> set[str]:
    return {each.fingerprint for each in found(new, version=version, contract=contract).findings}


def found(new: dict[str, Any], *, version: str = "v1", contract: str = "c") -> Comparison:
    return compare(
        load_value(OLD), load_value(new), contract=contract, names=("old", "new"), terms=Terms(), version=version
    )


SMALLER = edited(size={"type": "integer", "maximum": 50})


def reversed_members(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: reversed_members(value[name]) for name in reversed(value)}
    return value


def test_order_of_members_does_not_matter() -> None:
    assert marks(reversed_members(SMALLER)) == marks(SMALLER)
    assert marks(edited(kind={"enum": ["b", "a"]})) == marks(edited(kind={"enum": ["a", "b"]}))


def test_numbers_count_by_value() -> None:
    assert marks(edited(size={"type": "integer", "maximum": 50.0})) == marks(SMALLER)


def test_other_changes_beside_it_do_not_matter() -> None:
    beside = edited(size={"type": "integer", "maximum": 50}, note={"type": "string"})

    assert marks(SMALLER) < marks(beside)


LARGER = [
    (SMALLER, edited(size={"type": "integer", "maximum": 49})),
    (edited(kind={"enum": ["a", "b"]}), edited(kind={"enum": ["a"]})),
    (
        {**edited(more={"$ref": "#/$defs/wide"}), "required": ["size", "more"]},
        {**edited(more={"$ref": "#/$defs/tight"}), "required": ["size", "more"]},
    ),
    (
        {**edited(more={"$ref": "#/$defs/new"}), "$defs": {**OLD["$defs"], "new": {"type": "string"}}},
        {**edited(more={"$ref": "#/$defs/new"}), "$defs": {**OLD["$defs"], "new": {"const": 1}}},
    ),
    (
        {**OLD, "$defs": {**OLD["$defs"], "x": {"type": "string", "maxLength": 5}}},
        {
            **edited(also={"$ref": "#/$defs/x"}),
            "$defs": {**OLD["$defs"], "x": {"type": "string", "maxLength": 4}},
        },
    ),
]


@pytest.mark.parametrize(("small", "large"), LARGER)
def test_a_larger_break_has_another_fingerprint(small: dict[str, Any], large: dict[str, Any]) -> None:
    assert marks(small)
    assert not marks(small) & marks(large)


def test_one_more_place_is_a_larger_break() -> None:
    """
    An edit of a shared definition that comes to be reached from one place more.
    """
    defs = {**OLD["$defs"], "x": {"type": "string", "maxLength": 5}}
    before = copy.deepcopy(OLD)
    before["properties"]["z"] = {"type": "string", "maxLength": 9}
    after = copy.deepcopy(before)
    after["properties"]["z"] = {"$ref": "#/$defs/x"}

    def of(old: dict[str, Any], new: dict[str, Any]) -> set[str]:
        return fingerprints(load_value(old), load_value(new), contract="c", terms=Terms(), version="v1")

    few, many = of(before, {**before, "$defs": defs}), of(before, {**after, "$defs": defs})
    assert few
    assert few != many


def test_contract_and_version_count() -> None:
    assert not marks(SMALLER) & marks(SMALLER, version="v2")
    assert not marks(SMALLER) & marks(SMALLER, contract="d")


def test_what_several_changes_break_together_stands_for_these_changes() -> None:
    marks = set()
    for pivot in (5, 6, 7):
        old, new = (
            load_value({"anyOf": [{"type": "integer", "maximum": low}, {"type": "integer", "minimum": high}]})
            for low, high in ((pivot, pivot), (pivot - 1, pivot + 1))
        )
        made = compare(old, new, contract="c", names=("old", "new"), terms=Terms())
        marks |= {each.fingerprint for each in made.findings if each.rule == "combined-incompatibility"}
    assert len(marks) == 3


def test_without_the_prover_the_fingerprints_are_the_same() -> None:
    new = edited(size={"type": "integer", "maximum": 50}, kind={"enum": ["a"]}, note={"type": "string"})

    assert fingerprints(load_value(OLD), load_value(new), contract="c", terms=Terms(), version="v1") == marks(new)


@pytest.mark.parametrize(
    ("change", "covered"),
    [
        ({}, True),
        ({"place": None}, True),
        ({"place": "/properties/size/maximum"}, True),
        ({"place": "kind"}, False),
        ({"rule": "minimum-raised"}, False),
        ({"fingerprint": None}, False),
        ({"expires": date(2026, 11, 22)}, False),
        ({"expires": date(2026, 11, 23)}, True),
    ],
)
def test_what_a_waiver_covers(change: dict[str, Any], covered: bool) -> None:
    pair = found(SMALLER)
    (finding,) = pair.findings
    waiver = replace(Waiver("maximum-lowered", "size", finding.fingerprint, "why", "ada", date(2027, 1, 1)), **change)
    done = apply_waivers([pair], [], [waiver], as_of=date(2026, 11, 23))

    assert (done.comparisons[0].findings[0].waived is not None) is covered
    assert done.used == ({waiver} if covered else set())
