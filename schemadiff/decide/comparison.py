"""
Comparing two schemas: what changed, and, where anything did, what each change means.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from schemadiff.decide.values import Classification, Comparison, Direction, Evidence, Finding, Judgement, Tag, Verdict
from schemadiff.decide.version_tag import find_tag
from schemadiff.keywords import names as kw
from schemadiff.ruleset import DEFAULT, RuleSet
from schemadiff.schema import Node
from schemadiff.schema.closure import idle_definitions, same_texts, unresolved

if TYPE_CHECKING:
    from schemadiff.changes import Change
    from schemadiff.containment import Emission

BOTH = (Direction.BACKWARD, Direction.FORWARD)


@dataclass(frozen=True, slots=True)
class Terms:
    """
    By what a pair is judged.

    Attributes:
        promised: the directions that the contract owes.
        role: request, response or message.
        emission: ``declared`` or ``any``.
        formats: whether ``format`` is asserted.
        version_field: where the version tag is, ``none``, or None to look for it.
        rules: the rule set.
        seconds: how long one question may take.
        total_seconds: how long the whole pair may take.
        usage: from pairs of schemas, old and old with one change, to a sentence each on how many recorded messages
            that change touches; None where there are no recordings.
    """

    promised: tuple[Direction, ...] = (Direction.BACKWARD,)
    role: str = "message"
    emission: Emission = "declared"
    formats: bool = False
    version_field: str | None = None
    rules: RuleSet = DEFAULT
    seconds: float = 10.0
    total_seconds: float = 60.0
    usage: Usage | None = None


Usage: TypeAlias = "Callable[[Sequence[tuple[Node, Node]]], Sequence[str]]"

_NAMED = 10
_NOTHING = Judgement(Verdict.COMPATIBLE, Evidence.PROVED, "the same schema")


def compare(
    old: Node, new: Node, *, contract: str, names: tuple[str, str], terms: Terms, version: str = ""
) -> Comparison:
    """
    Compare two schemas and decide what each change means.

    Arguments:
        old, new: the schemas.
        contract: what the pair is called.
        names: what the sides are called.
        terms: by what it is judged.
        version: the version compared, or both as ``v1→v2``; fingerprints tell versions apart by it.
    """
    deadline = time.monotonic() + terms.total_seconds
    tag, note = find_tag(old, new, terms.version_field)
    changes = [] if same_texts(old, new) else _changes(old, new, tag)
    if not changes:
        judged = dict.fromkeys(BOTH, _NOTHING)
        weighed: list[Finding] = []
    else:
        # The prover is imported where there is something to prove: a comparison without changes starts faster.
        from schemadiff.decide.findings import decide_changes

        judged, weighed = decide_changes(old, new, tag, changes, f"{contract}@{version}", terms, deadline)
    findings = sorted(weighed, key=lambda each: (_ORDER[each.classification], each.path))
    return Comparison(
        contract,
        names[0],
        names[1],
        terms.role,
        terms.promised,
        terms.emission,
        tag,
        judged[Direction.BACKWARD],
        judged[Direction.FORWARD],
        tuple(findings),
        tuple(_notes(old, new, note)),
    )


def _notes(old: Node, new: Node, about_tag: str | None) -> Iterator[str]:
    if about_tag:
        yield about_tag
    for uri in sorted(unresolved(old) & unresolved(new)):
        yield f"{uri} is not at hand; what it holds is taken to be the same on both sides."
    idle = idle_definitions(old, new)
    if idle:
        listed = ", ".join(idle[:_NAMED]) + (f" and {len(idle) - _NAMED} more" if len(idle) > _NAMED else "")
        told = f"Changed, but nothing in this schema refers to it: {listed}."
        yield f"{told} Where other schemas do, theirs is the finding."


def _changes(old: Node, new: Node, tag: Tag | None) -> list[Change]:
    # As is the prover, what finds changes is imported where there may be some.
    from schemadiff.changes import diff

    return [each for each in diff(old, new, tag=tag.pointer if tag else None) if not _is_tag(each, tag)]


def fingerprints(old: Node, new: Node, *, contract: str, terms: Terms, version: str) -> set[str]:
    """
    The fingerprints that the findings of ``compare`` would have, without asking the prover; those of combined changes
    are not among them.
    """
    from schemadiff.decide.fingerprint import fingerprint

    tag, _ = find_tag(old, new, terms.version_field)
    found = set()
    for change in _changes(old, new, tag):
        rule = terms.rules.rule_for(change)
        found.add(fingerprint(rule.id if rule else change.fact, f"{contract}@{version}", change))
    return found


_ORDER = {each: index for index, each in enumerate(Classification)}


def _is_tag(change: Change, tag: Tag | None) -> bool:
    """
    Whether a change is only that each side pins its own version: branch labels do not count as steps.
    """
    if tag is None or change.keyword not in _PINS:
        return False
    steps = tuple(step for step in change.path if "(" not in step)
    return steps == tuple(map(str, tag.pointer))


_PINS = (kw.CONST, kw.ENUM)
