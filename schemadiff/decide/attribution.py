"""
Which change is to blame: the judgement of single changes in one direction.

A change is breaking if a document exists that the writing side accepts, the reading side rejects, and the writing
side *with this change made* rejects as well. Where the pair is refuted and no such document exists, the change is
harmless or compensated by others. Both directions are one computation with the sides exchanged.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from schemadiff.changes import Change, Unpatchable
from schemadiff.containment import (
    Contained,
    Emission,
    Operand,
    Refuted,
    Retag,
    Session,
    Unknown,
    contains_nodes,
    separate,
)
from schemadiff.decide.messages import place_text
from schemadiff.decide.values import Evidence, Judgement, Payload, Verdict
from schemadiff.instance import dumps
from schemadiff.keywords import Effect
from schemadiff.keywords import names as kw
from schemadiff.runtime.budget import Budget
from schemadiff.schema import Node


@dataclass(frozen=True, slots=True)
class Question:
    """
    One direction of one pair.

    Attributes:
        writer, reader: the inner and the outer schema.
        retag: from the writer's version tag to the reader's.
        patched: the writer with some changes made.
        emission, formats: as for containment.
        deadline: on the monotonic clock; nothing is asked beyond it.
        seconds: the budget of a single question.
        session: what all questions about this pair share.
    """

    writer: Node
    reader: Node
    retag: Retag | None
    patched: Callable[[Sequence[Change]], Node]
    emission: Emission
    formats: bool
    deadline: float
    seconds: float
    session: Session

    def budget(self) -> Budget:
        """
        What one more question may cost.
        """
        return Budget(seconds=max(0.0, min(self.seconds, self.deadline - time.monotonic())))

    @property
    def exhausted(self) -> bool:
        """
        Whether the time for the whole pair is over.
        """
        return time.monotonic() >= self.deadline


Answer = Contained | Refuted | Unknown


def judge_pair(question: Question) -> Judgement:
    """
    The judgement of a whole pair in one direction.
    """
    return judgement_of(
        contains_nodes(
            question.writer,
            question.reader,
            retag=question.retag,
            emission=question.emission,
            formats=question.formats,
            budget=question.budget(),
            session=question.session,
        )
    )


def judgement_of(answer: Answer) -> Judgement:
    """
    A prover's answer as a judgement.
    """
    if isinstance(answer, Contained):
        by = answer.by + (f" ({answer.note})" if answer.note else "")
        return Judgement(Verdict.COMPATIBLE, Evidence.PROVED, by)
    if isinstance(answer, Refuted):
        payload = payload_of(answer)
        return Judgement(
            Verdict.BREAKING, Evidence.WITNESSED, f"confirmed by {' and '.join(payload.confirmed_by)}", payload
        )
    return undecided(answer.reason.value + (f": {answer.detail}" if answer.detail else ""))


def payload_of(answer: Refuted) -> Payload:
    """
    The counter-example of a refutation as text.
    """
    retagged = None if answer.retagged is None else dumps(answer.retagged)
    return Payload(dumps(answer.counter_example), retagged, answer.confirmed_by)


def undecided(why: str) -> Judgement:
    """
    No answer, and why.
    """
    return Judgement(Verdict.UNDECIDED, Evidence.PRESUMED, why)


def judge_changes(question: Question, pair: Judgement, changes: Sequence[Change], *, promised: bool) -> list[Judgement]:
    """
    The judgement of each change in one direction, given that of the pair. Where nobody promised that direction and
    the pair is refuted, no change is blamed for it: each would cost a question whose answer moves nothing.
    """
    if pair.verdict is Verdict.COMPATIBLE:
        return [Judgement(Verdict.COMPATIBLE, Evidence.PROVED, pair.by)] * len(changes)
    if not promised:
        return [undecided("not asked, for this direction is not promised")] * len(changes)
    return [_judge_change(question, pair, change, changes) for change in changes]


def _judge_change(question: Question, pair: Judgement, change: Change, changes: Sequence[Change]) -> Judgement:
    if not change.edits or (change.effect is Effect.NONE and not (question.formats and change.keyword == kw.FORMAT)):
        return Judgement(Verdict.COMPATIBLE, Evidence.PROVED, "it constrains nothing")
    if question.exhausted:
        return undecided("the time for this pair is over (--budget SECONDS gives more)")
    try:
        patched = question.patched([change])
    except Unpatchable as why:
        return undecided(f"it cannot be made alone: {why}")
    if pair.verdict is Verdict.UNDECIDED:
        alone = _alone(question, patched)
        return judgement_of(alone) if isinstance(alone, Contained) else undecided(pair.by)
    answer = _separate(question, [Operand(question.reader, question.retag), Operand(patched)])
    if not isinstance(answer, Contained):
        return judgement_of(answer)
    return _harmless(question, change, changes, patched, answer)


def _separate(question: Question, outside: Sequence[Operand]) -> Answer:
    return separate(
        [Operand(question.writer)],
        outside,
        emission=question.emission,
        formats=question.formats,
        budget=question.budget(),
        session=question.session,
    )


def _alone(question: Question, patched: Node) -> Answer:
    return contains_nodes(
        question.writer,
        patched,
        emission=question.emission,
        formats=question.formats,
        budget=question.budget(),
        session=question.session,
    )


def _harmless(
    question: Question, change: Change, changes: Sequence[Change], patched: Node, proof: Contained
) -> Judgement:
    """
    A change that is not to blame for a refuted pair: it breaks nothing by itself, or others make up for it.
    """
    alone = _alone(question, patched)
    if not isinstance(alone, Refuted):
        by = alone.by if isinstance(alone, Contained) else proof.by
        return Judgement(Verdict.COMPATIBLE, Evidence.PROVED, by)
    helpers = tuple(place_text(each.path) for each in _compensating(question, change, changes))
    return Judgement(Verdict.COMPATIBLE, Evidence.PROVED, "made up for by other changes", None, helpers)


def _compensating(question: Question, change: Change, changes: Sequence[Change]) -> list[Change]:
    """
    The single changes that make up for another one; all others together where no single one does.
    """
    others = [each for each in changes if each is not change and each.effect is not Effect.NONE and each.edits]
    found = []
    for each in others:
        if question.exhausted:
            break
        try:
            both = question.patched([change, each])
        except Unpatchable:
            continue
        if isinstance(_alone(question, both), Contained):
            found.append(each)
    return found or others


def judge_combination(question: Question, harmless: Sequence[Change]) -> Judgement | None:
    """
    Whether changes that are harmless one by one break something together; None if they do not.
    """
    active = [each for each in harmless if each.edits and each.effect is not Effect.NONE]
    if len(active) < 2 or question.exhausted:
        return None
    try:
        patched = question.patched(active)
    except Unpatchable:
        return None
    answer = _separate(question, [Operand(question.reader, question.retag), Operand(patched)])
    return judgement_of(answer) if isinstance(answer, Refuted) else None
