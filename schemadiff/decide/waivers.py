"""
Waivers: accepted findings, and findings on the waivers themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from schemadiff.catalog import Catalog, Waiver
from schemadiff.decide.contract_policy import at, policy_finding, waiver_key, waiver_text
from schemadiff.decide.messages import place_text
from schemadiff.decide.values import Comparison, Finding, PolicyFinding
from schemadiff.errors import suggestion
from schemadiff.ruleset import RuleSet, all_rules, renaming_note

_F = TypeVar("_F", Finding, PolicyFinding)

_WITHOUT_PAGE = ("change-without-rule",)
"""Ids that findings may have although no rule's file describes them."""


@dataclass(frozen=True, slots=True)
class Waived:
    """
    Findings and remarks with the waivers' reasons, and the waivers that covered any.
    """

    comparisons: tuple[Comparison, ...]
    remarks: tuple[PolicyFinding, ...]
    used: frozenset[Waiver]


def apply_waivers(
    comparisons: Iterable[Comparison], remarks: Iterable[PolicyFinding], waivers: Sequence[Waiver], *, as_of: date
) -> Waived:
    """
    Mark the findings that the base's waivers cover. A waiver covers one fingerprint, and only if its rule and place
    fit as well; it holds up to and including its last day.
    """
    in_force = [waiver for waiver in waivers if waiver.expires >= as_of]
    used: set[Waiver] = set()

    def marked(finding: _F) -> _F:
        waiver = _covering(finding, in_force)
        if waiver is None:
            return finding
        used.add(waiver)
        reason = f"{waiver.reason} ({waiver.owner}, until {waiver.expires})"
        return replace(finding, waived=reason, waived_until=waiver.expires.isoformat())

    covered = tuple(replace(comparison, findings=tuple(map(marked, comparison.findings))) for comparison in comparisons)
    passed = tuple(remark if remark.unreadable else marked(remark) for remark in remarks)
    return Waived(covered, passed, frozenset(used))


def _covering(finding: Finding | PolicyFinding, waivers: Sequence[Waiver]) -> Waiver | None:
    if isinstance(finding, Finding):
        places = {place_text(path) for path in (finding.path, *finding.paths)}
        places |= {finding.old_place.pointer, finding.new_place.pointer}
    else:
        places = {finding.place.pointer, finding.contract}
    names = all_rules().names(finding.rule)
    for waiver in waivers:
        identified = waiver.fingerprint == finding.fingerprint and waiver.rule in names
        if identified and (waiver.place is None or waiver.place in places):
            return waiver
    return None


def waiver_findings(
    old: Catalog, new: Catalog, waived: Waived, merged: frozenset[Waiver], *, as_of: date, rules: RuleSet
) -> Iterator[PolicyFinding]:
    """
    The findings on waivers that the new state still holds, where those of the old state count; ``merged`` are those
    whose change has reached the base.

    A waiver may wait for its change: an unused one is a note, unless a finding of its rule is not covered.
    """
    names = all_rules().names
    missed = {name for remark in waived.remarks if remark.waived is None for name in names(remark.rule)}
    missed |= {
        name
        for comparison in waived.comparisons
        for finding in comparison.findings
        if finding.waived is None
        for name in names(finding.rule)
    }
    counted = {waiver_key(waiver): waiver for waiver in old.waivers}
    for waiver in new.waivers:
        for rule, text in _problems(waiver, counted.get(waiver_key(waiver)), waived, merged, as_of):
            about = (repr(waiver_key(waiver)),)
            result = policy_finding(
                rules, rule, f"{waiver_text(waiver)}: {text}", place=at(new, waiver.line), about=about
            )
            yield replace(result, level="note") if rule == "waiver-unused" and waiver.rule not in missed else result


def _problems(
    waiver: Waiver, counted: Waiver | None, waived: Waived, merged: frozenset[Waiver], as_of: date
) -> Iterator[tuple[str, str]]:
    """
    The rules that a waiver breaks, each with a text; ``counted`` is the same waiver in the base, None if it is new.
    """
    renamed = renaming_note(waiver.rule)
    if renamed is not None:
        yield "waiver-rule-renamed", renamed[:1].lower() + renamed[1:].rstrip(".")
    if not all_rules().resolve(waiver.rule) and waiver.rule not in _WITHOUT_PAGE:
        near = suggestion(waiver.rule, all_rules())
        yield "waiver-malformed", "no rule has this name" + (f"; did you mean {near}?" if near else "")
    elif waiver.fingerprint is None:
        yield "waiver-malformed", "the fingerprint is missing, so it covers nothing"
    elif counted is None or counted in waived.used:
        return
    elif counted in merged:
        yield "waiver-merged", "its change has reached the base"
    elif counted.expires < as_of:
        yield "waiver-expired", f"it ended on {counted.expires}"
    else:
        yield "waiver-unused", "no finding fits its rule, place and fingerprint"
