"""
A pair keeps to its time, however much has changed in it.
"""

from __future__ import annotations

import gc
import time
import weakref
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from schemadiff.changes import Change
from schemadiff.containment import Session
from schemadiff.decide import Evidence, Judgement, Terms, Verdict, compare, findings
from schemadiff.decide.attribution import Question
from schemadiff.options import Options, Promise
from schemadiff.runtime.budget import Budget, Meter
from schemadiff.schema import Node, load_value

pytestmark = pytest.mark.slow

NAMES = ("old", "new")


def wide(count: int, kind: str) -> Node:
    return load_value({"type": "object", "properties": {f"p{n}": {"type": kind} for n in range(count)}})


@pytest.fixture
def own_heap() -> Iterator[None]:
    """
    Leave what other tests hold out of collections, whose time would count for the test.
    """
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


@pytest.mark.usefixtures("own_heap")
@pytest.mark.parametrize("count", [1_000, 4_000])
def test_many_changes_end_in_time(count: int) -> None:
    """
    What is left when the time is over is undecided, and says so. Beside the questions there is work that grows with
    the changes only; time of computing is measured, so that a busy machine does not count.
    """
    old, new = wide(count, "string"), wide(count, "integer")
    start = time.process_time()
    found = compare(old, new, contract="it", names=NAMES, terms=Terms(options=Options(budget=0.5), total=2.0))
    spent = time.process_time() - start

    assert len(found.findings) == count
    open_ = [each for each in found.findings if each.backward.verdict is Verdict.UNDECIDED]
    assert open_
    assert all("time" in each.backward.by or "budget" in each.backward.by for each in open_)
    assert spent < 2.0 * 1.05 + count / 2_000


def test_the_time_of_a_pair_is_for_what_is_promised(monkeypatch: pytest.MonkeyPatch) -> None:
    """
    Where one direction is promised, its changes may use all that is left; where both are, neither starves the other.
    """
    left: list[float] = []

    def told(question: Question, pair: Judgement, changes: Sequence[Change], *, promised: bool) -> list[Judgement]:
        assert pair.verdict is Verdict.BREAKING
        if promised:
            left.append(question.deadline - time.monotonic())
        return [Judgement(verdict=Verdict.COMPATIBLE, evidence=Evidence.PROVED, by="told")] * len(changes)

    monkeypatch.setattr(findings, "attribute_changes", told)
    old, new = wide(2, "string"), wide(2, "integer")
    promises: tuple[Promise, ...] = ("backward", "full")
    for promise in promises:
        compare(old, new, contract="it", names=NAMES, terms=Terms(options=Options(promise=promise), total=1_000.0))

    alone, first, second = left
    assert 900 < alone <= 1_000
    assert 400 < first <= 500
    assert 900 < second <= 1_000


def test_validators_go_with_their_schema() -> None:
    """
    Hundreds of variants of a large schema are asked about in turn; what was built for each is not kept for good.
    """
    session = Session()
    node: Any = load_value({"type": "string"})
    assert session.confirmer.confirm([(node, "a")], [(node, 1)], Meter(Budget())) is not None

    gone = weakref.ref(node)
    del node
    gc.collect()
    assert gone() is None
