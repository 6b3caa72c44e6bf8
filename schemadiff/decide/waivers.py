"""
Waivers: accepted findings, and what is to be said of the waivers themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

from schemadiff.catalog import Catalog, Waiver, suggestion
from schemadiff.decide.contract_policy import at, remark, waiver_key, waiver_text
from schemadiff.decide.messages import place_text
from schemadiff.decide.values import Comparison, Finding, Remark
from schemadiff.ruleset import RuleSet, all_rules

_WITHOUT_PAGE = ("combined-incompatibility", "change-without-rule")
"""Ids that findings may have although no rule's file describes them."""


@dataclass(frozen=True, slots=True)
class Waived:
    """
    Findings and remarks with the waivers' reasons, and the waivers that covered any.
    """

    comparisons: tuple[Comparison, ...]
    remarks: tuple[Remark, ...]
    used: frozenset[Waiver]


def apply_waivers(
    comparisons: Iterable[Comparison], remarks: Iterable[Remark], waivers: Sequence[Waiver], *, as_of: date
) -> Waived:
    """
    Mark what waivers cover. A waiver covers one fingerprint, and only if its rule and place fit as well; it holds up
    to and including its last day.

    Arguments:
        comparisons, remarks: of the contracts that the waivers are for.
        waivers: as the base says.
        as_of: today.
    """
    in_force = [each for each in waivers if each.expires >= as_of]
    used: set[Waiver] = set()
    covered = tuple(
        replace(each, findings=tuple(_finding(finding, in_force, used) for finding in each.findings))
        for each in comparisons
    )
    passed = tuple(_remark(each, in_force, used) for each in remarks)
    return Waived(covered, passed, frozenset(used))


def _finding(finding: Finding, waivers: Sequence[Waiver], used: set[Waiver]) -> Finding:
    places = {place_text(path) for path in (finding.path, *finding.paths)}
    places |= {finding.old_place.pointer, finding.new_place.pointer}
    waiver = _fitting(finding.rule, finding.fingerprint, places, waivers)
    if waiver is None:
        return finding
    used.add(waiver)
    return replace(finding, waived=_reason(waiver))


def _remark(found: Remark, waivers: Sequence[Waiver], used: set[Waiver]) -> Remark:
    if found.unreadable:
        return found
    waiver = _fitting(found.rule, found.fingerprint, {found.place.pointer, found.contract}, waivers)
    if waiver is None:
        return found
    used.add(waiver)
    return replace(found, waived=_reason(waiver))


def _fitting(rule: str, fingerprint: str, places: set[str], waivers: Sequence[Waiver]) -> Waiver | None:
    for each in waivers:
        if each.fingerprint == fingerprint and each.rule == rule and (each.place is None or each.place in places):
            return each
    return None


def _reason(waiver: Waiver) -> str:
    return f"{waiver.reason} ({waiver.owner}, until {waiver.expires})"


def waiver_remarks(
    old: Catalog,
    new: Catalog,
    waived: Waived,
    settled: frozenset[Waiver],
    *,
    as_of: date,
    rules: RuleSet,
) -> Iterator[Remark]:
    """
    What is to be said of waivers that the new state still holds.

    Arguments:
        old: the catalog whose waivers count.
        new: the one that shall replace it.
        waived: what they covered, and what they did not.
        settled: those whose change has reached the base.
        as_of: today.
        rules: the rule set.

    A waiver may wait for its change: that nothing needs it is a note, unless a finding of its rule is not covered.
    """
    missed = {each.rule for each in waived.remarks if each.waived is None}
    missed |= {each.rule for pair in waived.comparisons for each in pair.findings if each.waived is None}
    standing = {_unplaced(each): each for each in old.waivers}
    for waiver in new.waivers:
        found = _malformed(waiver)
        if found is None and _unplaced(waiver) in standing:
            counted = standing[_unplaced(waiver)]
            found = None if counted in waived.used else _idle(counted, settled, as_of)
        if found is not None:
            rule, text = found
            about = (repr(waiver_key(waiver)),)
            made = remark(rules, rule, f"{waiver_text(waiver)}: {text}", place=at(new, waiver.line), about=about)
            yield replace(made, level="note") if rule == "waiver-unused" and waiver.rule not in missed else made


def _unplaced(waiver: Waiver) -> Waiver:
    return replace(waiver, line=None)


def _malformed(waiver: Waiver) -> tuple[str, str] | None:
    if waiver.rule not in all_rules() and waiver.rule not in _WITHOUT_PAGE:
        near = suggestion(waiver.rule, all_rules())
        return "waiver-malformed", "no rule has this name" + (f"; did you mean {near}?" if near else "")
    if waiver.fingerprint is None:
        return "waiver-malformed", "it names no fingerprint, so it covers nothing"
    return None


def _idle(waiver: Waiver, settled: frozenset[Waiver], as_of: date) -> tuple[str, str]:
    if waiver in settled:
        return "waiver-settled", "its change has reached the base"
    if waiver.expires < as_of:
        return "waiver-expired", f"it ended on {waiver.expires}"
    return "waiver-unused", "no finding fits its rule, place and fingerprint"
