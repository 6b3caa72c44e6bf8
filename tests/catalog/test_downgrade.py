"""
A message of one version becomes one of the version before, or is refused with the reason.
"""

from __future__ import annotations

import contextlib
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemadiff.catalog import Contract, DowngradeStep, Version, load_catalog
from schemadiff.catalog.downgrade import DowngradeRefused, apply_step, checker, downgrade
from schemadiff.catalog.fixtures import fixtures
from schemadiff.errors import InputError, UsageError
from schemadiff.instance import loads
from schemadiff.schema import load_file
from schemadiff.sources import Folder
from schemadiff.validators.harness import Validators

ROOT = Path(__file__).parents[2]
CATALOG = load_catalog(Folder(ROOT), "contracts")
REQUEST, RESPONSE = CATALOG.contracts

STEPS: dict[str, tuple[DowngradeStep, Any, Any]] = {
    "drop": (DowngradeStep("drop", "/a/b"), {"a": {"b": 1, "c": 2}}, {"a": {"c": 2}}),
    "drop items": (DowngradeStep("drop", "/a/*"), {"a": [1, 2, 3]}, {"a": []}),
    "drop in items": (
        DowngradeStep("drop", "/a/*/b"),
        {"a": [{"b": 1}, {}, {"b": 2, "c": 3}]},
        {"a": [{}, {}, {"c": 3}]},
    ),
    "drop one item": (DowngradeStep("drop", "/a/1"), {"a": [1, 2, 3]}, {"a": [1, 3]}),
    "nothing to drop": (DowngradeStep("drop", "/a/b"), {"a": 1}, {"a": 1}),
    "a star as a name": (DowngradeStep("drop", "/*"), {"*": 1, "b": 2}, {"b": 2}),
    "escaped": (DowngradeStep("drop", "/a~1b"), {"a/b": 1}, {}),
    "rename": (DowngradeStep("rename", "/a", "/b"), {"a": 1}, {"b": 1}),
    "rename out": (DowngradeStep("rename", "/a/x", "/b"), {"a": {"x": 1}}, {"a": {}, "b": 1}),
    "rename in items": (
        DowngradeStep("rename", "/a/*/x", "/a/*/y"),
        {"a": [{"x": 1}, {}, {"x": 3}]},
        {"a": [{"y": 1}, {}, {"y": 3}]},
    ),
    "rename keeps": (DowngradeStep("rename", "/a", "/b", option="keep"), {"a": 1, "b": 2}, {"b": 2}),
    "rename replaces": (DowngradeStep("rename", "/a", "/b", option="replace"), {"a": 1, "b": 2}, {"b": 1}),
    "exactly": (DowngradeStep("scale", "/a", argument=Decimal("0.001")), {"a": 1501}, {"a": Decimal("1.501")}),
    "up": (DowngradeStep("scale", "/a", argument=Decimal("0.001"), option="up"), {"a": 1501}, {"a": 2}),
    "down": (DowngradeStep("scale", "/a", argument=Decimal("0.001"), option="down"), {"a": -1501}, {"a": -2}),
    "nearest": (DowngradeStep("scale", "/a", argument=Decimal("0.1"), option="nearest"), {"a": 25}, {"a": 3}),
    "whole": (DowngradeStep("scale", "/a", argument=Decimal("0.1"), option="exact"), {"a": Decimal("30.0")}, {"a": 3}),
    "huge": (DowngradeStep("scale", "/a", argument=10, option="up"), {"a": 10**400 + 1}, {"a": 10**401 + 10}),
    "default": (DowngradeStep("default", "/a", argument=0), {}, {"a": 0}),
    "default stays": (DowngradeStep("default", "/a", argument=0), {"a": None}, {"a": None}),
    "default in items": (
        DowngradeStep("default", "/a/*/b", argument=0),
        {"a": [{}, {"b": 1}]},
        {"a": [{"b": 0}, {"b": 1}]},
    ),
    "default nowhere": (DowngradeStep("default", "/a/b", argument=0), {"a": 1}, {"a": 1}),
    "map": (DowngradeStep("map", "/a", argument={"x": "y"}), {"a": "x"}, {"a": "y"}),
    "map leaves": (DowngradeStep("map", "/a/*", argument={"x": 1}), {"a": ["x", "z", 3]}, {"a": [1, "z", 3]}),
    "where": (DowngradeStep("drop", "/a", where=(("/k", 1),)), {"a": 1, "k": Decimal("1.0")}, {"k": Decimal("1.0")}),
    "where not": (DowngradeStep("drop", "/a", where=(("/k", 1),)), {"a": 1, "k": True}, {"a": 1, "k": True}),
    "where absent": (DowngradeStep("drop", "/a", where=(("/k", None),)), {"a": 1}, {"a": 1}),
}


@pytest.mark.parametrize("case", STEPS)
def test_a_step(case: str) -> None:
    """
    Each step does what it says, and leaves its input alone.
    """
    step, before, after = STEPS[case]
    kept = repr(before)

    assert apply_step(step, before) == after
    assert repr(before) == kept


@pytest.mark.parametrize(
    ("step", "value", "reason"),
    [
        (DowngradeStep("rename", "/a", "/b"), {"a": 1, "b": 1}, "something already"),
        (DowngradeStep("rename", "/a", "/b/c"), {"a": 1}, "nothing to put it in"),
        (DowngradeStep("rename", "/a", "/b/c"), {"a": 1, "b": "x"}, "nothing to put it in"),
        (DowngradeStep("scale", "/a", argument=2), {"a": "1"}, "no number"),
        (DowngradeStep("scale", "/a", argument=2), {"a": True}, "no number"),
        (DowngradeStep("scale", "/a", argument=Decimal("0.1"), option="exact"), {"a": 1}, "no whole number"),
    ],
)
def test_a_step_that_cannot_be_taken(step: DowngradeStep, value: Any, reason: str) -> None:
    """
    It refuses, and says why.
    """
    with pytest.raises(DowngradeRefused, match=reason):
        apply_step(step, value)


def test_the_steps_of_this_repository() -> None:
    """
    A request of version 2 becomes one of version 1, its timeout rounded up.
    """
    message = loads(
        '{"schema_version": "v2", "job_id": "nightly-0001", "tenant": "acme", "timeout_ms": 1501, "trace": {},'
        ' "tasks": [{"id": "t", "action": "scan"}]}'
    )

    assert downgrade(REQUEST, "v2", message) == {
        "schema_version": "v1",
        "job_id": "nightly-0001",
        "timeout_seconds": 2,
        "tasks": [{"id": "t", "action": "scan"}],
    }


def test_every_recorded_message_goes_back_or_is_refused() -> None:
    """
    What is valid in v2 becomes valid in v1, or the reason names the place that v1 has no room for.
    """
    tree = Folder(ROOT)
    newer = Validators(load_file(tree, REQUEST.version("v2").path))
    check = checker(tree, REQUEST.version("v1"))
    outcomes = []
    for fixture in fixtures(tree, CATALOG, contract="job_request", version="v2"):
        try:
            message = loads(fixture.payload)
        except InputError:
            continue
        if newer.check(message).agreed:
            try:
                older = downgrade(REQUEST, "v2", message, check=check)
                outcomes.append(check(older) or "done")
            except DowngradeRefused as refused:
                outcomes.append(refused.message)

    assert outcomes.count("done") >= 3
    assert all(each == "done" or each.startswith("the message has no form in v1: /") for each in outcomes)


def test_what_refuses_the_whole() -> None:
    """
    The first version, a version without a way back, a false tag and a result that is not valid have no form before.
    """
    bare = Contract(
        "ask", (Version("v1", "a"), Version("v2", "b"), Version("v3", "c", downgrade=())), version_field="/v"
    )
    with pytest.raises(DowngradeRefused, match="the first version"):
        downgrade(bare, "v1", {"v": "v1"})
    with pytest.raises(DowngradeRefused, match="no way back to v1"):
        downgrade(bare, "v2", {"v": "v2"})
    with pytest.raises(DowngradeRefused, match="does not say that the message is v3"):
        downgrade(bare, "v3", {"v": "v2"})
    with pytest.raises(DowngradeRefused, match="no form in v2: it is too long"):
        downgrade(bare, "v3", {"v": "v3"}, check=lambda _: "it is too long")
    with pytest.raises(UsageError):
        downgrade(bare, "v4", {})

    assert downgrade(bare, "v3", {"v": "v3"}) == {"v": "v2"}


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.decimals(allow_nan=False, allow_infinity=False, places=3)
    | st.text(max_size=3),
    lambda inside: (
        st.lists(inside, max_size=3) | st.dictionaries(st.sampled_from(["a", "b", "*", "0", "k"]), inside, max_size=3)
    ),
    max_leaves=8,
)
PLACES = st.lists(st.sampled_from(["a", "b", "*", "0", "k"]), min_size=1, max_size=3).map(
    lambda steps: "/" + "/".join(steps)
)


@given(
    value=VALUES,
    step=st.builds(
        DowngradeStep,
        st.sampled_from(["drop", "scale", "default", "map", "rename"]),
        PLACES,
        PLACES,
        st.sampled_from([2, Decimal("0.5")]),
        st.sampled_from([None, "up", "exact", "keep", "replace"]),
        st.just(()),
    ),
)
@settings(max_examples=500, deadline=None)
def test_no_step_does_anything_but_change_or_refuse(value: Any, step: DowngradeStep) -> None:
    """
    Whatever the message looks like, there is a result or a refusal.
    """
    if step.action == "map":
        step = replace(step, argument={"a": "b"})
    if step.action == "rename" and step.at.count("*") != str(step.to).count("*"):
        step = replace(step, to=step.at.replace("a", "b"))
    with contextlib.suppress(DowngradeRefused):
        apply_step(step, value)
