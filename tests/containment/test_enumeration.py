"""
The prover against enumeration: every pair of some schemas of a tiny vocabulary, every instance of a tiny universe.

``tests/bench/enumerate.py`` does the same with as many schemas as one has time for.
"""

from __future__ import annotations

from typing import Any

import pytest
from enumeration import Universe, Vocabulary, vocabularies
from sweep import Sweep, Verdict

from schemadiff.containment import Emission, Reason, Unknown
from schemadiff.containment.shrink import EXHAUSTED, Extents
from schemadiff.formula.arena import Arena
from schemadiff.formula.evaluate import Evaluator
from schemadiff.instance import dumps, size

pytestmark = pytest.mark.slow

VOCABULARIES = vocabularies()


def held_against_all(vocabulary: Vocabulary, schemas: list[Any], emission: Emission = "any") -> list[str]:
    """
    Everything that is wrong with the answers about all pairs.
    """
    sweep = Sweep(vocabulary, schemas, emission)
    wrong = [
        f"{dumps(schema)} of {dumps(value)}: {told}" for schema, value, told in sweep.disagreements(slow=97, ours=13)
    ]
    seen = set()
    for inner, outer in sweep.pairs():
        answer = sweep.ask(inner, outer)
        verdict = sweep.judge(inner, outer, answer)
        seen.add(verdict)
        # Where one validator computes with doubles, the two may agree about no counter-example.
        disputed = vocabulary.exact and isinstance(answer, Unknown) and answer.reason is Reason.VALIDATORS
        if verdict not in (Verdict.CONTAINED, Verdict.REFUTED) and not disputed:
            told = f"{verdict.value}: {dumps(schemas[inner])} in {dumps(schemas[outer])}: {answer}"
            wrong.append(f"{told}; the smallest is {sweep.smallest(inner, outer)}")
    assert {Verdict.CONTAINED, Verdict.REFUTED} <= seen
    return wrong


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda each: each.name)
def test_every_pair_is_decided_rightly_and_by_the_smallest_instance(vocabulary: Vocabulary) -> None:
    assert not held_against_all(vocabulary, vocabulary.some(most=2, wanted=24))


@pytest.mark.parametrize(
    "vocabulary",
    [each for each in VOCABULARIES if each.name in ("arrays 2020-12", "objects", "nested")],
    ids=lambda each: each.name,
)
def test_what_is_declared_is_decided_rightly_and_by_the_smallest_instance(vocabulary: Vocabulary) -> None:
    few = vocabulary._replace(universe=vocabulary.universe[:1_000])
    assert not held_against_all(few, few.some(most=2, wanted=20), "declared")


def test_formulas_of_extent_agree_with_the_size() -> None:
    extents, evaluator = Extents(Arena()), Evaluator()
    universe = Universe((), "a", ("", "a", "ab", "aba")).up_to(EXHAUSTED + 1)[::3]
    assert len(universe) > 4_000
    for most in range(1, EXHAUSTED + 1):
        formula = extents.within(most)
        assert all(evaluator.holds(formula, value) is (size(value) <= most) for value in universe)
