"""
Waivers: accepted findings, and findings on the waivers themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from schemadiff.catalog import Catalog, Waiver
from schemadiff.decide.contract_policy import at, policy_finding, waiver_key, waiver_text
from schemadiff.decide.messages import place_text
from schemadiff.decide.values import Comparison, Finding, PolicyFinding
from schemadiff.errors import suggestion
from schemadiff.ruleset import RuleSet, all_rules, renaming_note

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
    Mark the findings that waivers cover. A waiver covers one fingerprint, and only if its rule and place fit as well;
    it holds up to and including its last day.

    Arguments:
        comparisons, remarks: the findings on the contracts that the waivers are for.
        waivers: the waivers of the base.
        as_of: today.
    """
    in_force = [waiver for waiver in waivers if waiver.expires >= as_of]
    used: set[Waiver] = set()
    covered = tuple(
        replace(comparison, findings=tuple(_finding(finding, in_force, used) for finding in comparison.findings))
        for comparison in comparisons
    )
    passed = tuple(_remark(remark, in_force, used) for remark in remarks)
    return Waived(covered, passed, frozenset(used))


def _finding(finding: Finding, waivers: Sequence[Waiver], used: set[Waiver]) -> Finding:
    places = {place_text(path) for path in (finding.path, *finding.paths)}
    places |= {finding.old_place.pointer, finding.new_place.pointer}
    waiver = _fitting(finding.rule, finding.fingerprint, places, waivers)
    if waiver is None:
        return finding
    used.add(waiver)
    return replace(finding, waived=_reason(waiver))


def _remark(found: PolicyFinding, waivers: Sequence[Waiver], used: set[Waiver]) -> PolicyFinding:
    if found.unreadable:
        return found
    waiver = _fitting(found.rule, found.fingerprint, {found.place.pointer, found.contract}, waivers)
    if waiver is None:
        return found
    used.add(waiver)
    return replace(found, waived=_reason(waiver))


def _fitting(rule: str, fingerprint: str, places: set[str], waivers: Sequence[Waiver]) -> Waiver | None:
    names = all_rules().names(rule)
    for waiver in waivers:
        if (
            waiver.fingerprint == fingerprint
            and waiver.rule in names
            and (waiver.place is None or waiver.place in places)
        ):
            return waiver
    return None


def _reason(waiver: Waiver) -> str:
    return f"{waiver.reason} ({waiver.owner}, until {waiver.expires})"


def waiver_findings(
    old: Catalog,
    new: Catalog,
    waived: Waived,
    merged: frozenset[Waiver],
    *,
    as_of: date,
    rules: RuleSet,
) -> Iterator[PolicyFinding]:
    """
    The findings on waivers that the new state still holds.

    Arguments:
        old: the catalog whose waivers count.
        new: the one that shall replace it.
        waived: the findings, covered and not covered, and the waivers in use.
        merged: the waivers whose change has reached the base.
        as_of: today.
        rules: the rule set.

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
    counted = {_without_line(waiver): waiver for waiver in old.waivers}
    for waiver in new.waivers:
        for rule, text in _problems(waiver, counted.get(_without_line(waiver)), waived, merged, as_of):
            about = (repr(waiver_key(waiver)),)
            result = policy_finding(
                rules, rule, f"{waiver_text(waiver)}: {text}", place=at(new, waiver.line), about=about
            )
            yield replace(result, level="note") if rule == "waiver-unused" and waiver.rule not in missed else result


def _problems(
    waiver: Waiver, counted: Waiver | None, waived: Waived, merged: frozenset[Waiver], as_of: date
) -> Iterator[tuple[str, str]]:
    """
    The rules that a waiver breaks, each with a text.

    Arguments:
        waiver: the waiver in the new state.
        counted: the same waiver in the base; None if it is new.
        waived, merged, as_of: as for ``waiver_findings``.
    """
    renamed = renaming_note(waiver.rule)
    if renamed is not None:
        yield "waiver-rule-renamed", renamed[:1].lower() + renamed[1:].rstrip(".")
    malformed = _malformed(waiver)
    if malformed is not None:
        yield malformed
    elif counted is not None and counted not in waived.used:
        yield _unneeded(counted, merged, as_of)


def _without_line(waiver: Waiver) -> Waiver:
    return replace(waiver, line=None)


def _malformed(waiver: Waiver) -> tuple[str, str] | None:
    if not all_rules().resolve(waiver.rule) and waiver.rule not in _WITHOUT_PAGE:
        near = suggestion(waiver.rule, all_rules())
        return "waiver-malformed", "no rule has this name" + (f"; did you mean {near}?" if near else "")
    if waiver.fingerprint is None:
        return "waiver-malformed", "the fingerprint is missing, so it covers nothing"
    return None


def _unneeded(waiver: Waiver, merged: frozenset[Waiver], as_of: date) -> tuple[str, str]:
    if waiver in merged:
        return "waiver-merged", "its change has reached the base"
    if waiver.expires < as_of:
        return "waiver-expired", f"it ended on {waiver.expires}"
    return "waiver-unused", "no finding fits its rule, place and fingerprint"
