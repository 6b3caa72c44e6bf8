"""
Findings: the changes of a pair with their rules and judgements.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from schemadiff.changes import Change, Spot, Unpatchable, applied, reverted
from schemadiff.containment import Contained, Refuted, Retag, Session, contains_nodes, lossy_numbers
from schemadiff.decide.attribution import Answer, Question, attribute_changes, decide_combination, decide_pair
from schemadiff.decide.fingerprint import combined_fingerprint, fingerprint
from schemadiff.decide.messages import GENERIC, message, shown
from schemadiff.decide.outcome import with_level
from schemadiff.decide.pair_findings import resources_line
from schemadiff.decide.terms import BOTH, Terms, Usage
from schemadiff.decide.values import Classification, Direction, Finding, Judgement, Tag, Verdict, location_of
from schemadiff.decide.version_tag import find_tag
from schemadiff.instance import Value, dumps
from schemadiff.keywords import Effect
from schemadiff.keywords import names as kw
from schemadiff.ruleset import Rule, all_rules
from schemadiff.runtime.budget import Budget
from schemadiff.runtime.deep_stack import with_deep_stack
from schemadiff.schema import Node


def decide_changes(
    old: Node, new: Node, tag: Tag | None, changes: Sequence[Change], contract: str, terms: Terms
) -> tuple[dict[Direction, Judgement], list[Finding]]:
    """
    The judgements of a pair in both directions, and a finding for each change; the contract is the subject of the
    fingerprints.
    """
    with Session(formats=terms.options.asserts_formats) as session:
        questions = _questions(old, new, tag, terms, session)
        return with_deep_stack(lambda: _decide(questions, changes, contract, terms))


def pair_verdicts(old: Node, new: Node, terms: Terms) -> dict[Direction, Judgement]:
    """
    The judgements of a pair in both directions, without those of its changes.
    """
    tag, _ = find_tag(old, new, terms.options.version_field)
    with Session(formats=terms.options.asserts_formats) as session:
        questions = _questions(old, new, tag, terms, session)
        return with_deep_stack(lambda: {each: decide_pair(question) for each, question in questions.items()})


def _questions(old: Node, new: Node, tag: Tag | None, terms: Terms, session: Session) -> dict[Direction, Question]:
    ahead = Retag(tag.pointer, {tag.old: tag.new}) if tag else None
    back = Retag(tag.pointer, {tag.new: tag.old}) if tag else None
    options = terms.options
    settings = (terms.emission, options.asserts_formats, *terms.pair_deadline, options.seconds, session)
    return {
        Direction.BACKWARD: Question(old, new, ahead, _patcher(applied, old), *settings),
        Direction.FORWARD: Question(new, old, back, _patcher(reverted, new), *settings),
    }


def _decide(
    questions: dict[Direction, Question], changes: Sequence[Change], contract: str, terms: Terms
) -> tuple[dict[Direction, Judgement], list[Finding]]:
    of_pair = {each: decide_pair(question) for each, question in questions.items()}
    by_change = _by_change(questions, of_pair, changes, terms)
    of_pair = _strengthened(of_pair, by_change)
    backward = questions[Direction.BACKWARD]
    findings = [
        _finding(change, judgements, backward, contract, terms, changes)
        for change, *judgements in zip(changes, *(by_change[each] for each in BOTH), strict=True)
    ]
    if terms.usage is not None:
        findings = _with_usage(findings, changes, backward, terms.usage)
    for direction in terms.promised:
        combined = _combined(questions[direction], of_pair[direction], changes, by_change[direction])
        if combined is not None:
            identifier = combined_fingerprint(contract, direction.value, changes)
            findings.append(_combined_finding({**of_pair, direction: combined}, backward, terms, identifier))
    return of_pair, findings


def _by_change(
    questions: dict[Direction, Question],
    of_pair: dict[Direction, Judgement],
    changes: Sequence[Change],
    terms: Terms,
) -> dict[Direction, list[Judgement]]:
    """
    The judgements of all changes; the promised directions share the time that is left.
    """
    by_change = {}
    waiting = sum(question in terms.promised for question in questions)
    for direction, question in questions.items():
        promised = direction in terms.promised
        now = time.monotonic()
        until = now + (question.deadline - now) / waiting if promised else now
        waiting -= promised
        limited = replace(question, deadline=until)
        by_change[direction] = attribute_changes(limited, of_pair[direction], changes, promised=promised)
    return by_change


def _with_usage(findings: list[Finding], changes: Sequence[Change], question: Question, usage: Usage) -> list[Finding]:
    """
    Findings with a note on each change that breaks readers: how many recorded messages it affects.
    """
    pairs: dict[int, tuple[Node, Node]] = {}
    for number, (finding, change) in enumerate(zip(findings, changes, strict=True)):
        if finding.backward.verdict is Verdict.BREAKING:
            with suppress(Unpatchable):
                pairs[number] = (question.writer, question.patched([change]))
    notes = dict(zip(pairs, usage(list(pairs.values())), strict=True))
    return [
        replace(finding, notes=(*finding.notes, notes[number])) if number in notes else finding
        for number, finding in enumerate(findings)
    ]


_KEPT = 100
"""The number of patched schemas that are kept; each is as large as the schema itself."""


def _patcher(patch: Callable[[Iterable[Change], Node], Node], base: Node) -> Callable[[Sequence[Change]], Node]:
    """
    A function from changes to the base with these changes made. It keeps the latest results, so that validators and
    proofs of one patched schema are shared.
    """
    latest: dict[tuple[int, ...], Node] = {}

    def patched(changes: Sequence[Change]) -> Node:
        key = tuple(map(id, changes))
        if key not in latest:
            if len(latest) >= _KEPT:
                del latest[next(iter(latest))]
            latest[key] = patch(changes, base)
        return latest[key]

    return patched


def _strengthened(
    of_pair: dict[Direction, Judgement], by_change: dict[Direction, list[Judgement]]
) -> dict[Direction, Judgement]:
    """
    The judgements of a pair, in which the counter-example of a change decides a direction that was undecided.
    """
    refuting = {
        direction: next((each for each in judgements if each.verdict is Verdict.BREAKING), of_pair[direction])
        for direction, judgements in by_change.items()
    }
    return {
        direction: refuting[direction] if judgement.verdict is Verdict.UNDECIDED else judgement
        for direction, judgement in of_pair.items()
    }


def _combined(
    question: Question, pair: Judgement, changes: Sequence[Change], judgements: Sequence[Judgement]
) -> Judgement | None:
    """
    The judgement of the changes that break only together; None where the single changes explain the pair.
    """
    if pair.verdict is not Verdict.BREAKING:
        return None
    harmless = [c for c, j in zip(changes, judgements, strict=True) if j.verdict is Verdict.COMPATIBLE]
    together = decide_combination(question, harmless)
    if together is not None:
        return together
    explained = any(judgement.verdict is not Verdict.COMPATIBLE for judgement in judgements)
    return None if explained else pair


def _finding(
    change: Change,
    judgements: Sequence[Judgement],
    question: Question,
    contract: str,
    terms: Terms,
    changes: Sequence[Change],
) -> Finding:
    classification = _classify(change, judgements, terms)
    rule = terms.options.rule_set.rule_for(change)
    breaking = classification in (Classification.BREAKING, Classification.UNDECIDED)
    level, given_by = _level(rule, terms, breaking=breaking)
    broken_promise = None if breaking else _broken_tolerance(change, question, terms, changes)
    if broken_promise is not None and rule is not None:
        level, given_by = _level(rule, terms, breaking=True)
    old, new = _values(change)
    finding = Finding(
        rule=rule.id if rule else "change-without-rule",
        title=rule.title if rule else "A change that no rule is about",
        message=message(change, rule.messages if rule else GENERIC),
        level="note",
        classification=classification,
        path=change.path,
        paths=change.paths or (change.path,),
        old_place=location_of(change.old_at),
        new_place=location_of(change.new_at),
        old=old,
        new=new,
        backward=judgements[0],
        forward=judgements[1],
        notes=tuple(_notes(change, classification, judgements, question, terms, broken_promise)),
        remedy=rule.remedy if rule and (breaking or level in ("error", "warning")) else "",
        fingerprint=fingerprint(rule.fingerprint_id if rule else change.fact, contract, change),
        unpromised=not breaking and _unpromised(change, terms),
    )
    return with_level(finding, level, given_by)


def _values(change: Change) -> tuple[str | None, str | None]:
    """
    The values of a finding as JSON texts: of ``required`` only the name that comes or goes.
    """
    edit = change.edits[0] if change.edits else None
    if change.keyword != kw.REQUIRED or edit is None or len(change.details) != 1:
        return shown(change.old), shown(change.new)
    gone, come = (shown(part[0]) if part else None for part in (edit.gone, edit.come))
    return gone, come


def _level(rule: Rule | None, terms: Terms, *, breaking: bool) -> tuple[str, str]:
    """
    The level of a finding, and what gives it if it is not the rule's own.
    """
    if rule is None:
        return ("error" if breaking else "note"), ""
    rule_set = terms.options.rule_set
    level = rule_set.level(rule, breaking=breaking)
    own = rule.level if breaking else rule.floor
    return level, "" if level == own else f"rule set {rule_set.name}"


def _unpromised(change: Change, terms: Terms) -> bool:
    """
    Whether a change can only break a direction that is not promised.
    """
    if not terms.promised:
        return change.whole_effect is not Effect.NONE
    breakable = {Effect.NARROWED: Direction.BACKWARD, Effect.WIDENED: Direction.FORWARD}.get(change.whole_effect)
    return breakable is not None and breakable not in terms.promised


def _notes(
    change: Change,
    classification: Classification,
    judgements: Sequence[Judgement],
    question: Question,
    terms: Terms,
    broken_promise: str | None,
) -> Iterator[str]:
    for judgement in judgements:
        if judgement.compensated_by:
            yield f"Compensated by: {', '.join(judgement.compensated_by)}."
        lossy = lossy_numbers(judgement.counter_example.instance) if judgement.counter_example else ()
        if lossy:
            yield (
                "No counter-example was found whose numbers float64 holds: a reader that parses numbers as float64 "
                f"reads another number for {_brief(lossy[0])}, and may reach another verdict."
            )
    if change.fact == "reference-unresolved" and classification is Classification.UNDECIDED:
        yield from (resources_line(value) for value in (change.new, change.old) if isinstance(value, str))
    if broken_promise is not None:
        yield broken_promise
    elif classification is Classification.ADDITIVE and terms.emission == "declared":
        note = _emission_note(change, question, terms)
        if note:
            yield note


def _classify(change: Change, judgements: Sequence[Judgement], terms: Terms) -> Classification:
    promised = [judgement for each, judgement in zip(BOTH, judgements, strict=True) if each in terms.promised]
    verdicts = [each.verdict for each in promised]
    if Verdict.BREAKING in verdicts:
        return Classification.BREAKING
    if Verdict.UNDECIDED in verdicts:
        return Classification.UNDECIDED
    if change.effect is Effect.NONE or any(each.compensated_by for each in promised):
        return Classification.NEUTRAL
    return Classification.ADDITIVE


def _broken_tolerance(change: Change, question: Question, terms: Terms, changes: Sequence[Change]) -> str | None:
    """
    The note on the closing of what the old schema opened in writing, although nothing that is declared breaks; None
    for any other change. Who writes ``true`` promises to tolerate what is not declared.
    """
    closes = change.details.get("promised") and Direction.BACKWARD in terms.promised
    if not closes or terms.emission != "declared" or change.whole_effect is Effect.WIDENED:
        return None
    promise = f"The old schema accepts undeclared {change.details['promised']} in writing"
    # What evaluated the undeclared rest for an ``unevaluated*`` keyword is gone with it.
    beside = [each for each in changes if each.fact in _EVALUATING and each.path == change.path]
    answer = _under_any([change, *beside], question)
    if isinstance(answer, Contained):
        return None
    if isinstance(answer, Refuted):
        return f"{promise}; this was valid and is rejected now: {_brief(answer.counter_example)}"
    return f"{promise}; whether the new one rejects any is undecided."


_NOTE_SECONDS = 1.0
"""The longest that proving one note may take."""


def _emission_note(change: Change, question: Question, terms: Terms) -> str | None:
    """
    The note on a verdict that depends on ``--emission``; None if it does not.
    """
    if change.whole_effect is Effect.WIDENED or Direction.BACKWARD not in terms.promised or question.exhausted:
        return None
    answer = _under_any([change], question)
    if not isinstance(answer, Refuted):
        return None
    text = _brief(answer.counter_example)
    return f"Breaking for messages with properties that no subschema valid there declares (--emission any): {text}"


_EVALUATING = ("evaluated-properties-changed", "evaluated-items-changed")


def _under_any(changes: Sequence[Change], question: Question) -> Answer | None:
    """
    Whether all that the old schema accepts is valid with these changes made; None if they cannot be made alone.
    """
    try:
        patched = question.patched(changes)
    except Unpatchable:
        return None
    budget = Budget(seconds=min(_NOTE_SECONDS, question.budget().seconds))
    return contains_nodes(
        question.writer, patched, emission="any", formats=question.formats, budget=budget, session=question.session
    )


def _brief(value: Value) -> str:
    text = dumps(value)
    return text if len(text) <= 120 else text[:119] + "…"


_UNDECIDED_TOGETHER = "undecided whether changes that are compatible one by one are compatible together"


def _combined_finding(
    judgements: dict[Direction, Judgement], question: Question, terms: Terms, identifier: str
) -> Finding:
    rule = all_rules()["combined-incompatibility"]
    verdicts = [judgements[direction].verdict for direction in terms.promised]
    classification = Classification.BREAKING if Verdict.BREAKING in verdicts else Classification.UNDECIDED
    level, given_by = _level(rule, terms, breaking=True)
    old_at, new_at = (location_of(Spot(node.document, node.pointer)) for node in (question.writer, question.reader))
    return Finding(
        rule=rule.id,
        title=rule.title,
        message=rule.messages.changed if classification is Classification.BREAKING else _UNDECIDED_TOGETHER,
        level=level,
        level_by=given_by,
        classification=classification,
        path=(),
        paths=((),),
        old_place=old_at,
        new_place=new_at,
        old=None,
        new=None,
        backward=judgements[Direction.BACKWARD],
        forward=judgements[Direction.FORWARD],
        remedy=rule.remedy,
        fingerprint=identifier,
    )
