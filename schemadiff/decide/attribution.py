"""
Attribution: the judgement of single changes in one direction.

A change is breaking if an instance exists that the writer's schema accepts, the reader's schema rejects, and the
writer's schema *with this change made* rejects as well. If the pair is refuted and no such instance exists, the change
is harmless or compensated by others. Both directions are one computation with writer and reader exchanged.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from schemadiff.changes import Change, Unpatchable
from schemadiff.containment import (
    Contained,
    Emission,
    Operand,
    Reason,
    Refuted,
    Retag,
    Session,
    Unknown,
    contains_nodes,
    separate,
)
from schemadiff.decide.messages import place_text
from schemadiff.decide.pair_findings import undecided
from schemadiff.decide.values import CounterExample, Evidence, Judgement, Verdict
from schemadiff.keywords import Effect
from schemadiff.keywords import names as kw
from schemadiff.runtime.budget import Budget
from schemadiff.schema import Node

Answer: TypeAlias = Contained | Refuted | Unknown


@dataclass(frozen=True, slots=True)
class Question:
    """
    One direction of one pair.

    Attributes:
        writer, reader: the inner and the outer schema.
        retag: from the writer's version tag to the reader's.
        patched: the writer with some changes made.
        emission, formats: as for containment.
        deadline: when proving ends, on the monotonic clock.
        out_of_time: the reason that is given then.
        seconds: the budget of one proof.
        session: the state that all proofs about this pair share.
    """

    writer: Node
    reader: Node
    retag: Retag | None
    patched: Callable[[Sequence[Change]], Node]
    emission: Emission
    formats: bool
    deadline: float
    out_of_time: str
    seconds: float
    session: Session

    def contained_in(self, outer: Node, retag: Retag | None = None) -> Answer:
        """
        Whether what writers send is valid under another schema, once retagged.
        """
        return contains_nodes(
            self.writer,
            outer,
            retag=retag,
            emission=self.emission,
            formats=self.formats,
            budget=self.budget(),
            session=self.session,
        )

    def broken_by(self, patched: Node) -> Answer:
        """
        Whether readers accept what writers send, except where the patched schema accepts it; refuted by an instance
        that both reject.
        """
        return separate(
            [Operand(self.writer)],
            [Operand(self.reader, self.retag), Operand(patched)],
            emission=self.emission,
            formats=self.formats,
            budget=self.budget(),
            session=self.session,
        )

    def budget(self) -> Budget:
        """
        The budget of the next proof.
        """
        return Budget(seconds=max(0.0, min(self.seconds, self.deadline - time.monotonic())))

    @property
    def exhausted(self) -> bool:
        """
        Whether the time of the pair has run out.
        """
        return time.monotonic() >= self.deadline


def decide_pair(question: Question) -> Judgement:
    """
    The judgement of a whole pair in one direction.
    """
    answer = question.contained_in(question.reader, question.retag)
    if isinstance(answer, Unknown) and answer.reason is Reason.BUDGET and question.exhausted:
        return undecided(question.out_of_time)
    return judgement_of(answer)


def judgement_of(answer: Answer) -> Judgement:
    """
    A prover's answer as a judgement.
    """
    if isinstance(answer, Contained):
        by = answer.by + (f" ({answer.note})" if answer.note else "")
        return Judgement(verdict=Verdict.COMPATIBLE, evidence=Evidence.PROVED, by=by)
    if isinstance(answer, Refuted):
        counter_example = CounterExample(
            instance=answer.counter_example, retagged=answer.retagged, confirmed_by=answer.confirmed_by
        )
        return Judgement(
            verdict=Verdict.BREAKING,
            evidence=Evidence.WITNESSED,
            by=f"confirmed by {' and '.join(counter_example.confirmed_by)}",
            counter_example=counter_example,
        )
    return undecided(answer.reason.value + (f": {answer.detail}" if answer.detail else ""))


def attribute_changes(
    question: Question, pair: Judgement, changes: Sequence[Change], *, promised: bool
) -> list[Judgement]:
    """
    The judgement of each change in one direction, given that of the pair. In a direction that is not promised, a
    refuted pair leaves its changes undecided: no verdict depends on them.
    """
    if pair.verdict is Verdict.COMPATIBLE:
        return [Judgement(verdict=Verdict.COMPATIBLE, evidence=Evidence.PROVED, by=pair.by)] * len(changes)
    if not promised:
        return [undecided("not proved, since this direction is not promised")] * len(changes)
    return [_judge_change(question, pair, change, changes) for change in changes]


def _judge_change(question: Question, pair: Judgement, change: Change, changes: Sequence[Change]) -> Judgement:
    if not change.edits or (change.effect is Effect.NONE and not (question.formats and change.keyword == kw.FORMAT)):
        return Judgement(verdict=Verdict.COMPATIBLE, evidence=Evidence.PROVED, by="it constrains nothing")
    if question.exhausted:
        return undecided(question.out_of_time)
    try:
        patched = question.patched([change])
    except Unpatchable as why:
        return undecided(f"it cannot be made alone: {why}")
    if pair.verdict is Verdict.UNDECIDED:
        alone = question.contained_in(patched)
        return judgement_of(alone) if isinstance(alone, Contained) else undecided(pair.by)
    answer = question.broken_by(patched)
    if not isinstance(answer, Contained):
        return judgement_of(answer)
    return _harmless(question, change, changes, patched, answer)


def _harmless(
    question: Question, change: Change, changes: Sequence[Change], patched: Node, proof: Contained
) -> Judgement:
    """
    The judgement of a change that does not break a refuted pair: it is compatible by itself, or others compensate it.
    """
    alone = question.contained_in(patched)
    if not isinstance(alone, Refuted):
        by = alone.by if isinstance(alone, Contained) else proof.by
        return Judgement(verdict=Verdict.COMPATIBLE, evidence=Evidence.PROVED, by=by)
    helpers = tuple(place_text(each.path) for each in _compensating(question, change, changes))
    return Judgement(
        verdict=Verdict.COMPATIBLE,
        evidence=Evidence.PROVED,
        by="compensated by other changes",
        compensated_by=helpers,
    )


def _compensating(question: Question, change: Change, changes: Sequence[Change]) -> list[Change]:
    """
    The single changes that compensate another one; all others if no single one does.
    """
    others = [each for each in changes if each is not change and each.effect is not Effect.NONE and each.edits]
    result = []
    for other in others:
        if question.exhausted:
            break
        try:
            both = question.patched([change, other])
        except Unpatchable:
            continue
        if isinstance(question.contained_in(both), Contained):
            result.append(other)
    return result or others


def decide_combination(question: Question, harmless: Sequence[Change]) -> Judgement | None:
    """
    The judgement of changes that are harmless one by one: breaking together, or undecided; None if they are compatible
    together as well.
    """
    active = [each for each in harmless if each.edits and each.effect is not Effect.NONE]
    if len(active) < 2:
        return None
    if question.exhausted:
        return undecided(question.out_of_time)
    try:
        patched = question.patched(active)
    except Unpatchable as why:
        return undecided(f"they cannot be made without the others: {why}")
    answer = question.broken_by(patched)
    return None if isinstance(answer, Contained) else judgement_of(answer)
