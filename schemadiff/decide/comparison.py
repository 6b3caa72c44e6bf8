"""
Comparison of two schemas: the changes, and a finding for each.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from schemadiff.decide.pair_findings import (
    assumed_references,
    undecided,
    unknown_meta_schema,
    unknown_meta_schema_finding,
    with_assumptions,
)
from schemadiff.decide.terms import BOTH, RUN_OUT_OF_TIME, Terms
from schemadiff.decide.values import Classification, Comparison, Direction, Evidence, Finding, Judgement, Tag, Verdict
from schemadiff.decide.version_tag import find_tag
from schemadiff.keywords import names as kw
from schemadiff.keywords.unsupported import circular_reference
from schemadiff.schema import Node
from schemadiff.schema.closure import changed_unused_definitions, circular, closure, same_sources

if TYPE_CHECKING:
    from schemadiff.changes import Change

_NAMED = 10
_UNCHANGED = Judgement(verdict=Verdict.COMPATIBLE, evidence=Evidence.PROVED, by="the same schema")


def compare(
    old: Node, new: Node, *, contract: str, names: tuple[str, str], terms: Terms, version: str = ""
) -> Comparison:
    """
    Compare two schemas and classify each change.

    Arguments:
        old, new, contract, names: the schemas, the name of the pair and those of the schemas.
        terms: the terms of the comparison.
        version: the version compared, or both as ``v1→v2``; fingerprints tell versions apart by it.
    """
    tag, note = _tag(old, new, terms)
    (backward, forward), findings = _decided(old, new, tag, f"{contract}@{version}", terms)
    findings = sorted(findings, key=lambda each: (_ORDER[each.classification], each.path))
    return Comparison(
        contract=contract,
        old=names[0],
        new=names[1],
        role=terms.role,
        promised=terms.promised,
        emission=terms.emission,
        tag=tag,
        backward=backward,
        forward=forward,
        findings=tuple(findings),
        notes=tuple(_notes(old, new, note, backward, findings)),
    )


def _tag(old: Node, new: Node, terms: Terms) -> tuple[Tag | None, str | None]:
    return (None, None) if terms.one_version else find_tag(old, new, terms.options.version_field, terms.versions)


def _decided(
    old: Node, new: Node, tag: Tag | None, subject: str, terms: Terms
) -> tuple[tuple[Judgement, Judgement], list[Finding]]:
    """
    The judgements of a pair in both directions, and its findings.
    """
    same = same_sources(old, new)
    unknown = None if same else unknown_meta_schema(old, new)
    if unknown is not None:
        finding = unknown_meta_schema_finding(unknown, old, new, subject, terms)
        return (finding.backward, finding.forward), [finding]
    if not same and terms.expired:
        judgement = undecided(RUN_OUT_OF_TIME)
        return (judgement, judgement), []
    changes = [] if same else _changes(old, new, tag)
    circle = None if same or changes else circular(old) or circular(new)
    if circle is not None:
        judgement = undecided(f"{circular_reference(circle).kind.value}: {circular_reference(circle).detail}")
        return (judgement, judgement), []
    if not changes:
        judgements = dict.fromkeys(BOTH, _UNCHANGED)
        findings: list[Finding] = []
    else:
        # Imported only if there is something to prove: a comparison without changes starts faster.
        from schemadiff.decide.findings import decide_changes

        judgements, findings = decide_changes(old, new, tag, changes, subject, terms)
    both = judgements[Direction.BACKWARD], judgements[Direction.FORWARD]
    assumed = assumed_references(old, new)
    return with_assumptions(both, findings, assumed, subject, terms) if assumed else (both, findings)


def _notes(old: Node, new: Node, about_tag: str | None, backward: Judgement, findings: list[Finding]) -> Iterator[str]:
    if about_tag:
        yield about_tag
    if not findings and backward.verdict is Verdict.UNDECIDED:
        yield f"Undecided: {backward.by}."
    yield from _foreign_patterns(old, new)
    idle = changed_unused_definitions(old, new)
    if idle:
        listed = ", ".join(idle[:_NAMED]) + (f" and {len(idle) - _NAMED} more" if len(idle) > _NAMED else "")
        yield (
            f"Changed, but nothing in this schema refers to it: {listed}. "
            "The finding is reported for the schemas that refer to it."
        )


def _foreign_patterns(old: Node, new: Node) -> Iterator[str]:
    nodes = [*closure(old).nodes, *closure(new).nodes]
    if any(kw.PATTERN in node.normalized or kw.PATTERN_PROPERTIES in node.normalized for node in nodes):
        # Imported only where there is a pattern: a comparison without one starts faster.
        from schemadiff.decide.lint import foreign_patterns

        yield from foreign_patterns(nodes)


def changes_between(old: Node, new: Node, *, version_field: str | None = None) -> list[Change]:
    """
    What changed between two schemas, but for the version tag, whose field is found as by ``find_tag``.
    """
    return _changes(old, new, find_tag(old, new, version_field)[0])


def _changes(old: Node, new: Node, tag: Tag | None) -> list[Change]:
    # Imported only if there may be changes, as the prover is.
    from schemadiff.changes import diff

    return [each for each in diff(old, new, tag=tag.pointer if tag else None) if not _is_tag(each, tag)]


def fingerprints(old: Node, new: Node, *, contract: str, terms: Terms, version: str) -> set[str]:
    """
    The fingerprints that the findings of ``compare`` would have, found without the prover; those of combined changes
    are not among them.
    """
    from schemadiff.decide.fingerprint import fingerprint

    tag, _ = _tag(old, new, terms)
    result = set()
    for change in _changes(old, new, tag):
        rule = terms.options.rule_set.rule_for(change)
        result.add(fingerprint(rule.fingerprint_id if rule else change.fact, f"{contract}@{version}", change))
    return result


_ORDER = {each: index for index, each in enumerate(Classification)}


def _is_tag(change: Change, tag: Tag | None) -> bool:
    """
    Whether a change is only the difference of the version tags; branch labels do not count as steps.
    """
    if tag is None or change.keyword not in _PINS:
        return False
    steps = tuple(step for step in change.path if "(" not in step)
    return steps == tuple(map(str, tag.pointer))


_PINS = (kw.CONST, kw.ENUM)
