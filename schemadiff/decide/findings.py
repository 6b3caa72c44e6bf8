"""
Changes × rules × answers → findings: where presumption and proof are weighed.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import replace

from schemadiff.changes import Change, Spot, Unpatchable, applied, reverted
from schemadiff.containment import Refuted, Retag, Session, contains_nodes
from schemadiff.decide.attribution import Question, judge_changes, judge_combination, judge_pair, payload_of
from schemadiff.decide.comparison import BOTH, Terms, Usage
from schemadiff.decide.fingerprint import combined_fingerprint, fingerprint
from schemadiff.decide.messages import message, shown
from schemadiff.decide.values import Classification, Direction, Finding, Judgement, Place, Tag, Verdict
from schemadiff.decide.version_tag import find_tag
from schemadiff.instance import format_pointer
from schemadiff.keywords import Effect
from schemadiff.runtime.budget import Budget
from schemadiff.runtime.deep_stack import with_deep_stack
from schemadiff.schema import Node


def decide_changes(
    old: Node, new: Node, tag: Tag | None, changes: Sequence[Change], contract: str, terms: Terms, deadline: float
) -> tuple[dict[Direction, Judgement], list[Finding]]:
    """
    The judgements of a pair in both directions, and a finding for each change; nothing is asked beyond the deadline,
    which is on the monotonic clock.
    """
    with Session(formats=terms.formats) as session:
        return with_deep_stack(lambda: _decide(old, new, tag, changes, contract, terms, session, deadline))


def pair_verdicts(old: Node, new: Node, terms: Terms) -> dict[Direction, Judgement]:
    """
    The judgements of a pair in both directions, and nothing about its changes.
    """
    tag, _ = find_tag(old, new, terms.version_field)
    deadline = time.monotonic() + terms.total_seconds
    with Session(formats=terms.formats) as session:
        return with_deep_stack(
            lambda: {each: judge_pair(_question(old, new, tag, each, terms, session, deadline)) for each in BOTH}
        )


def _decide(
    old: Node,
    new: Node,
    tag: Tag | None,
    changes: Sequence[Change],
    contract: str,
    terms: Terms,
    session: Session,
    deadline: float,
) -> tuple[dict[Direction, Judgement], list[Finding]]:
    questions = {each: _question(old, new, tag, each, terms, session, deadline) for each in BOTH}
    judged = {each: judge_pair(questions[each]) for each in BOTH}
    by_change = _by_change(questions, judged, changes, terms)
    judged = _strengthened(judged, questions, by_change)
    weighed = [
        _finding(change, backward, forward, old, questions[Direction.BACKWARD], contract, terms)
        for change, backward, forward in zip(
            changes, by_change[Direction.BACKWARD], by_change[Direction.FORWARD], strict=True
        )
    ]
    if terms.usage is not None:
        weighed = _with_usage(weighed, changes, questions[Direction.BACKWARD], terms.usage)
    for direction in terms.promised:
        combined = _combined(questions[direction], judged[direction], changes, by_change[direction])
        if combined is not None:
            weighed.append(_combined_finding(direction, combined, judged, contract, terms, old, new, changes))
    return judged, weighed


def _by_change(
    questions: dict[Direction, Question],
    judged: dict[Direction, Judgement],
    changes: Sequence[Change],
    terms: Terms,
) -> dict[Direction, list[Judgement]]:
    """
    The judgements of all changes. Directions that are asked about share what time is left; where there is one, it
    has all of it.
    """
    found = {}
    waiting = sum(each in terms.promised for each in questions)
    for direction, question in questions.items():
        promised = direction in terms.promised
        now = time.monotonic()
        until = now + (question.deadline - now) / waiting if promised else now
        waiting -= promised
        mine = replace(question, deadline=until)
        found[direction] = judge_changes(mine, judged[direction], changes, promised=promised)
    return found


def _with_usage(weighed: list[Finding], changes: Sequence[Change], question: Question, usage: Usage) -> list[Finding]:
    """
    Tell of each change that breaks readers how many recorded messages it touches.
    """
    asked: dict[int, tuple[Node, Node]] = {}
    for number, (finding, change) in enumerate(zip(weighed, changes, strict=True)):
        if finding.backward.verdict is Verdict.BREAKING:
            with suppress(Unpatchable):
                asked[number] = (question.writer, question.patched([change]))
    told = dict(zip(asked, usage(list(asked.values())), strict=True))
    return [
        replace(each, notes=(*each.notes, told[number])) if number in told else each
        for number, each in enumerate(weighed)
    ]


def _question(
    old: Node, new: Node, tag: Tag | None, direction: Direction, terms: Terms, session: Session, deadline: float
) -> Question:
    backward = direction is Direction.BACKWARD
    writer, reader = (old, new) if backward else (new, old)
    retag = None
    if tag is not None:
        retag = Retag(tag.pointer, {tag.old: tag.new} if backward else {tag.new: tag.old})
    return Question(
        writer,
        reader,
        retag,
        _patcher(applied, old) if backward else _patcher(reverted, new),
        terms.emission,
        terms.formats,
        deadline,
        terms.seconds,
        session,
    )


_KEPT = 100
"""So many patched schemas are kept: each is as large as the schema itself, with all that is known of it."""


def _patcher(patch: Callable[[Iterable[Change], Node], Node], ground: Node) -> Callable[[Sequence[Change]], Node]:
    """
    A patch of one ground that makes each of the latest patched schemas once: validators and proofs about it are then
    shared.
    """
    made: dict[tuple[int, ...], Node] = {}

    def patched(some: Sequence[Change]) -> Node:
        mark = tuple(map(id, some))
        if mark not in made:
            if len(made) >= _KEPT:
                del made[next(iter(made))]
            made[mark] = patch(some, ground)
        return made[mark]

    return patched


def _strengthened(
    judged: dict[Direction, Judgement],
    questions: dict[Direction, Question],
    by_change: dict[Direction, list[Judgement]],
) -> dict[Direction, Judgement]:
    """
    A change with a counter-example refutes its pair, also where the pair's own question stayed open.
    """
    found = dict(judged)
    for direction in questions:
        if judged[direction].verdict is Verdict.UNDECIDED:
            broken = [each for each in by_change[direction] if each.verdict is Verdict.BREAKING]
            if broken:
                found[direction] = broken[0]
    return found


def _combined(
    question: Question, pair: Judgement, changes: Sequence[Change], judgements: Sequence[Judgement]
) -> Judgement | None:
    """
    What breaks although no single change does; None where the list of findings tells the whole story.
    """
    if pair.verdict is not Verdict.BREAKING:
        return None
    harmless = [c for c, j in zip(changes, judgements, strict=True) if j.verdict is Verdict.COMPATIBLE]
    together = judge_combination(question, harmless)
    if together is not None:
        return together
    told = any(each.verdict is not Verdict.COMPATIBLE for each in judgements)
    return None if told else pair


def _finding(
    change: Change,
    backward: Judgement,
    forward: Judgement,
    old: Node,
    question: Question,
    contract: str,
    terms: Terms,
) -> Finding:
    judged = {Direction.BACKWARD: backward, Direction.FORWARD: forward}
    classification = _classify(change, judged, terms)
    notes = [f"Made up for by: {', '.join(each.compensated_by)}." for each in judged.values() if each.compensated_by]
    if classification is Classification.ADDITIVE and terms.emission == "declared":
        note = _emission_note(change, old, question, terms)
        notes += [note] if note else []
    rule = terms.rules.rule_for(change)
    breaking = classification in (Classification.BREAKING, Classification.UNDECIDED)
    level = terms.rules.level(rule, breaking=breaking) if rule else ("error" if breaking else "note")
    if classification is Classification.UNDECIDED and level == "error":
        level = "warning"
    old_at, new_at = place(change.old_at), place(change.new_at)
    return Finding(
        rule=rule.id if rule else "change-without-rule",
        title=rule.title if rule else "A change that no rule is about",
        message=message(change),
        level=level,
        classification=classification,
        path=change.path,
        paths=change.paths or (change.path,),
        old_place=old_at,
        new_place=new_at,
        old=shown(change.old),
        new=shown(change.new),
        backward=backward,
        forward=forward,
        notes=tuple(notes),
        remedy=rule.remedy if rule and (breaking or level in ("error", "warning")) else "",
        fingerprint=fingerprint(rule.id if rule else change.fact, contract, change),
    )


def _classify(change: Change, judged: dict[Direction, Judgement], terms: Terms) -> Classification:
    verdicts = [judged[each].verdict for each in terms.promised]
    if Verdict.BREAKING in verdicts:
        return Classification.BREAKING
    if Verdict.UNDECIDED in verdicts:
        return Classification.UNDECIDED
    compensated = any(judged[each].compensated_by for each in terms.promised)
    if change.effect is Effect.NONE or compensated:
        return Classification.NEUTRAL
    return Classification.ADDITIVE


_NOTE = 1.0
"""How many seconds a line beside a verdict is worth."""


def _emission_note(change: Change, old: Node, question: Question, terms: Terms) -> str | None:
    """
    The line that says where this verdict rests on what producers are taken to send.
    """
    if change.whole_effect is Effect.WIDENED or Direction.BACKWARD not in terms.promised or question.exhausted:
        return None
    try:
        patched = question.patched([change])
    except Unpatchable:
        return None
    budget = Budget(seconds=min(_NOTE, question.budget().seconds))
    answer = contains_nodes(
        old, patched, emission="any", formats=terms.formats, budget=budget, session=question.session
    )
    if not isinstance(answer, Refuted):
        return None
    payload = payload_of(answer).instance
    short = payload if len(payload) <= 120 else payload[:119] + "…"
    return f"Breaking for producers that send names they do not declare (--emission any): {short}"


def _combined_finding(
    direction: Direction,
    found: Judgement,
    judged: dict[Direction, Judgement],
    contract: str,
    terms: Terms,
    old: Node,
    new: Node,
    changes: Sequence[Change],
) -> Finding:
    other = judged[Direction.FORWARD if direction is Direction.BACKWARD else Direction.BACKWARD]
    backward, forward = (found, other) if direction is Direction.BACKWARD else (other, found)
    here = [place(Spot(node.document, node.pointer)) for node in (old, new)]
    return Finding(
        rule="combined-incompatibility",
        title="Changes that are harmless one by one break something together",
        message="the changes that look harmless one by one break something together",
        level=terms.rules.levels.get("combined-incompatibility", "error"),
        classification=Classification.BREAKING,
        path=(),
        paths=((),),
        old_place=here[0],
        new_place=here[1],
        old=None,
        new=None,
        backward=backward,
        forward=forward,
        remedy="Look at the payload, and make the changes one release apart, or publish a new version.",
        fingerprint=combined_fingerprint(contract, direction.value, changes),
    )


def place(spot: Spot) -> Place:
    """
    A spot as values that a report can print.
    """
    position = spot.position
    return Place(
        spot.document.name,
        format_pointer(spot.pointer),
        position.line if position else None,
        position.column if position else None,
    )
