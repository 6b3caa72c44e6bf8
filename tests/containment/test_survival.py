"""
What is told to be contained holds of instances that others make up, and of small ones that are changed a little.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from enumeration import vocabularies
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from hypothesis_jsonschema import from_schema
from hypothesis_jsonschema._canonicalise import HypothesisRefResolutionError
from schemas import schemas

from schemadiff.containment import Contained, Session, contains_nodes, generate
from schemadiff.keywords import Dialect
from schemadiff.runtime.budget import Budget
from schemadiff.schema import load_value
from schemadiff.validators.harness import Validators

pytestmark = pytest.mark.slow

LIMIT = Budget(seconds=20)
LEAST_SHARE = 0.3
"""Of the instances so many have to be valid under the inner schema, or the test says little."""

usual = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


def changed(value: Any) -> Iterator[Any]:
    """
    Values that differ from one in a single place.
    """
    if isinstance(value, dict):
        for name in value:
            yield {other: member for other, member in value.items() if other != name}
            yield from ({**value, name: member} for member in changed(value[name]))
        yield {**value, "zz": None}
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield value[:index] + value[index + 1 :]
            yield from ([*value[:index], other, *value[index + 1 :]] for other in changed(item))
        yield [*value, *value[:1]]
    else:
        yield from (None, "", [], {})
        if isinstance(value, str):
            yield from (value + "a", value[1:])
        elif value is not None and not isinstance(value, bool):
            yield from (value + 1, -value)


class Held:
    """
    Counts the instances held against pairs that are told to be contained.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()

    def against(self, inner: Validators, outer: Validators, value: Any) -> None:
        self.counts["all"] += 1
        valid = inner.check(value).agreed
        if valid:
            self.counts["valid"] += 1
            assert outer.check(value).agreed is not False

    def report(self, record: Any) -> None:
        share = self.counts["valid"] / self.counts["all"]
        record("instances", self.counts["all"])
        record("share that is valid under the inner schema", round(share, 3))
        assert self.counts["all"] > 500
        assert share >= LEAST_SHARE


def test_contained_survives_changed_instances(record_testsuite_property: Any) -> None:
    held = Held()

    @usual
    @given(schemas, schemas)
    def hold(one: Any, other: Any) -> None:
        for inner_schema, outer_schema in (
            (one, other),
            ({"allOf": [one, other]}, one),
            (one, {"anyOf": [other, one]}),
        ):
            inner, outer = load_value(inner_schema), load_value(outer_schema)
            if not isinstance(contains_nodes(inner, outer, budget=LIMIT), Contained):
                continue
            judges = Validators(inner), Validators(outer)
            found = list(generate(inner, 8, budget=Budget(seconds=5)))
            near = [other for value in found for other in changed(value)]
            for value in (*found, *near[:40]):
                held.against(*judges, value)

    hold()
    held.report(record_testsuite_property)


@pytest.fixture(scope="module")
def contained() -> list[tuple[Any, Any]]:
    """
    Pairs of draft-07 that are told to be contained, and are neither empty nor equal.
    """
    vocabulary = next(each for each in vocabularies() if each.name == "draft7")
    nodes = [load_value(each, dialect=Dialect.DRAFT7) for each in vocabulary.some(most=2, wanted=60)]
    session, found = Session(), []
    for inner in nodes:
        for outer in nodes:
            if outer.value in (True, {}) or inner.value is False or inner is outer:
                continue
            answer = contains_nodes(inner, outer, session=session, budget=LIMIT)
            if isinstance(answer, Contained) and answer.note is None:
                found.append((inner, outer))
    assert len(found) > 100
    return found


def test_contained_survives_instances_of_another_generator(
    contained: list[tuple[Any, Any]], record_testsuite_property: Any
) -> None:
    held = Held()

    @settings(usual, max_examples=600)
    @given(st.data())
    def hold(data: Any) -> None:
        inner, outer = data.draw(st.sampled_from(contained))
        schema = {"$schema": "http://json-schema.org/draft-07/schema#", **inner.value}
        try:
            value = data.draw(from_schema(schema))
        except (AttributeError, HypothesisRefResolutionError):
            # It follows no recursive references, and makes no objects under recent releases of Hypothesis.
            reject()
        held.against(Validators(inner), Validators(outer), value)

    hold()
    held.report(record_testsuite_property)
