"""
What holds of all schemas.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from declared_oracle import Oracle
from enumeration import HALF, Universe
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from schemas import narrowed, referring, schemas, values
from values import contains

from schemadiff.containment import Contained, Operand, Reason, Refuted, Unknown, contains_nodes, generate
from schemadiff.containment.context import ProofContext
from schemadiff.formula.evaluate import Evaluator
from schemadiff.instance import key, size
from schemadiff.runtime.budget import Budget
from schemadiff.schema import load_value
from schemadiff.validators.harness import Validators

pytestmark = pytest.mark.slow

LIMIT = Budget(seconds=20)
TINY = Universe((None, True, 0, 1, -1, HALF), "ab", ("a", "b", "c", "ab")).up_to(4)
usual = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@usual
@given(schemas)
def test_every_schema_is_contained_in_itself(schema: Any) -> None:
    assert isinstance(contains(inner=schema, outer=deepcopy(schema), budget=LIMIT), Contained)
    assert isinstance(contains(inner=schema, outer={"allOf": [schema]}, budget=LIMIT), Contained)
    assert isinstance(contains(inner={"not": {"not": schema}}, outer=schema, budget=LIMIT), Contained)


@usual
@given(schemas, st.lists(values, min_size=5, max_size=30))
def test_a_formula_accepts_what_the_validators_accept(schema: Any, instances: list[Any]) -> None:
    node = load_value(schema)
    formula, evaluator = ProofContext(LIMIT).formula(Operand(node)), Evaluator()
    judges = Validators(node)
    for instance in instances:
        agreed = judges.check(instance).agreed
        if agreed is not None:
            assert evaluator.holds(formula, instance) is agreed


@usual
@given(schemas, schemas, st.lists(values, min_size=20, max_size=60))
def test_answers_survive_instances(inner: Any, outer: Any, instances: list[Any]) -> None:
    one, other = load_value(inner), load_value(outer)
    answer = contains_nodes(one, other, budget=LIMIT)
    work, evaluator = ProofContext(LIMIT), Evaluator()
    valid, accepted = work.formula(Operand(one)), work.formula(Operand(other))
    against = [each for each in instances if evaluator.holds(valid, each) and not evaluator.holds(accepted, each)]
    if isinstance(answer, Contained):
        assert not against
    elif isinstance(answer, Refuted):
        assert "jsonschema" in answer.confirmed_by
        assert evaluator.holds(valid, answer.counter_example)
        assert not evaluator.holds(accepted, answer.counter_example)


@usual
@given(schemas, schemas, schemas)
def test_containment_is_transitive(one: Any, other: Any, third: Any) -> None:
    assume(isinstance(contains(inner=one, outer=other, budget=LIMIT), Contained))
    assume(isinstance(contains(inner=other, outer=third, budget=LIMIT), Contained))
    assert isinstance(contains(inner=one, outer=third, budget=LIMIT), Contained)


@usual
@given(schemas, schemas)
def test_unions_and_intersections(one: Any, other: Any) -> None:
    either, both = {"anyOf": [one, other]}, {"allOf": [one, other]}
    for inner, outer in ((one, either), (both, other), (both, either)):
        assert not isinstance(contains(inner=inner, outer=outer, budget=LIMIT), Refuted)


@usual
@given(schemas, schemas)
def test_the_same_question_has_the_same_answer(inner: Any, outer: Any) -> None:
    assert contains(inner=inner, outer=outer, budget=LIMIT) == contains(inner=inner, outer=outer, budget=LIMIT)


@usual
@given(schemas, st.lists(values, min_size=10, max_size=40))
def test_what_is_declared_is_what_walking_the_instance_says(schema: Any, instances: list[Any]) -> None:
    node, work, evaluator = load_value(schema), ProofContext(LIMIT), Evaluator()
    valid, emitted = work.formula(Operand(node)), work.emitted(Operand(node))
    oracle = Oracle(work)
    for instance in instances:
        if evaluator.holds(valid, instance):
            assert evaluator.holds(emitted, instance) is oracle.declared([node], instance)


@usual
@given(schemas, schemas)
def test_declared_counter_examples_are_counter_examples(inner: Any, outer: Any) -> None:
    declared = contains(inner=inner, outer=outer, emission="declared", budget=LIMIT)
    anything = contains(inner=inner, outer=outer, budget=LIMIT)
    if isinstance(anything, Contained):
        assert isinstance(declared, Contained)
    if isinstance(declared, Refuted):
        assert isinstance(anything, Refuted)
        assert size(anything.counter_example) <= size(declared.counter_example) or not isinstance(declared, Unknown)


@settings(usual, max_examples=40)
@given(schemas)
def test_generated_instances_are_what_was_asked_for(schema: Any) -> None:
    node, evaluator = load_value(schema), Evaluator()
    formula = ProofContext(LIMIT).formula(Operand(node))
    for valid in (True, False):
        found = list(generate(node, 8, valid=valid, budget=Budget(seconds=5)))
        assert len({key(each) for each in found}) == len(found)
        assert all(evaluator.holds(formula, each) is valid for each in found)


@usual
@given(narrowed())
def test_what_is_narrower_by_construction_is_never_refuted(pair: tuple[Any, Any]) -> None:
    before, after = pair
    assert isinstance(contains(inner=after, outer=before, budget=LIMIT), Contained)


@usual
@given(schemas, schemas)
def test_no_counter_example_is_smaller(inner: Any, outer: Any) -> None:
    one, other = load_value(inner), load_value(outer)
    answer, evaluator, work = contains_nodes(one, other, budget=LIMIT), Evaluator(), ProofContext(LIMIT)
    valid, accepted = work.formula(Operand(one)), work.formula(Operand(other))
    against = (each for each in TINY if evaluator.holds(valid, each) and not evaluator.holds(accepted, each))
    smallest = next(against, ...)
    if isinstance(answer, Contained):
        assert smallest is ...
    elif isinstance(answer, Refuted) and smallest is not ...:
        assert size(answer.counter_example) <= size(smallest)


@settings(usual, max_examples=70)
@given(referring(), referring(), st.lists(values, min_size=10, max_size=30))
def test_answers_about_references_survive_instances(inner: Any, outer: Any, instances: list[Any]) -> None:
    one, other = load_value(inner), load_value(outer)
    for emission in ("any", "declared"):
        answer = contains_nodes(one, other, emission=emission, budget=LIMIT)
        if isinstance(answer, Unknown):
            assert answer.reason in (Reason.CIRCULAR, Reason.VALIDATORS)
            return
        judges = Validators(one), Validators(other)
        if isinstance(answer, Refuted):
            assert judges[0].check(answer.counter_example).agreed is True
            assert judges[1].check(answer.counter_example).agreed is False
        elif emission == "any":
            assert not any(judges[0].rust(each) and judges[1].rust(each) is False for each in instances)
    assert isinstance(contains_nodes(one, load_value(deepcopy(inner)), budget=LIMIT), Contained)
