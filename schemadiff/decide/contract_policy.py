"""
Contract policy: how a new state of contracts changes promises, support windows and settings. No schema is read here.

The windows and promises of the old state count, whatever the new state declares.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, replace
from datetime import date
from typing import NamedTuple

from schemadiff.catalog import Catalog, Contract, Version, Waiver
from schemadiff.catalog.model import RESPONSE
from schemadiff.decide.digest import digest
from schemadiff.decide.policy_weakening import weakenings
from schemadiff.decide.terms import BOTH, PROMISED
from schemadiff.decide.values import Location, PolicyFinding
from schemadiff.ruleset import RuleSet, all_rules

_BACKWARD, _FORWARD = BOTH
_REACH = {"revisions": 0, "versions": 1, "transitive": 2}


def policy_finding(
    rules: RuleSet,
    rule: str,
    message: str,
    *,
    contract: str = "",
    place: Location,
    about: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
    unreadable: bool = False,
    undecided: bool = False,
) -> PolicyFinding:
    """
    A finding that is about no pair of schemas.

    Arguments:
        rules: the rule set, which decides the level.
        rule, message, contract, place, notes: as in the finding; the place is where the cause is written.
        about: what identifies the finding besides rule and contract; the message if empty.
        unreadable: whether it stands for input that could not be read.
        undecided: whether it says only that something could not be decided.
    """
    described = all_rules()[rule]
    return PolicyFinding(
        rule=rule,
        title=described.title,
        message=message,
        level=rules.level(described, breaking=True),
        contract=contract,
        place=place,
        notes=notes,
        remedy=described.remedy,
        fingerprint=digest(described.fingerprint_id, contract, *(about or (message,))),
        unreadable=unreadable,
        undecided=undecided,
    )


def policy_findings(
    old: Catalog, new: Catalog, *, as_of: date, rules: RuleSet, windows: Catalog | None = None
) -> Iterator[PolicyFinding]:
    """
    The findings of the policy rules on a proposed state of contracts; ``windows`` is the state whose support windows
    count, if it is not the old one.
    """
    for change in _changes(old, new, as_of, windows or old):
        place = at(new, change.line)
        yield policy_finding(
            rules,
            change.rule,
            change.message,
            contract=change.contract,
            place=replace(place, name=change.file) if change.file else place,
            about=change.about,
            notes=change.notes,
        )


def at(catalog: Catalog, line: int | None) -> Location:
    """
    A line of a catalog's manifest.
    """
    return Location(name=catalog.name, pointer="", line=line, column=1 if line else None)


class PolicyChange(NamedTuple):
    """
    A change of policy that a rule is about; the fields are those of ``policy_finding``.

    Attributes:
        line: where it is written in the new manifest.
        file: where else it is written; empty for the manifest.
    """

    rule: str
    message: str
    line: int | None
    about: tuple[str, ...] = ()
    contract: str = ""
    notes: tuple[str, ...] = ()
    file: str = ""


def _changes(old: Catalog, new: Catalog, as_of: date, windows: Catalog) -> Iterator[PolicyChange]:
    proposed = {contract.name: contract for contract in new.contracts}
    counted = {contract.name: contract for contract in windows.contracts}
    for contract in old.contracts:
        after = proposed.pop(contract.name, None)
        if after is None:
            after = next((each for each in proposed.values() if contract.name in each.formerly), None)
            if after is not None:
                yield renaming(contract.name, proposed.pop(after.name))
        yield from _versions(contract, after, counted.get(contract.name), as_of, listed=new.path is not None)
        if after is not None:
            yield from _promise(contract, after, adopts=old.path is None)
    for added in proposed.values():
        yield from _added(added, ())
    for text, name, line in weakenings(old, new):
        yield PolicyChange("policy-weakened", text, line, contract=name)
    for path in new.strays:
        if path not in old.strays:
            yield PolicyChange("version-unlisted", f"{path} is not listed in {new.name}", None, (path,), file=path)
    existing = {waiver_key(waiver) for waiver in old.waivers}
    for waiver in new.waivers:
        if waiver_key(waiver) not in existing:
            text = f"{waiver.owner} waives {waiver_text(waiver)} until {waiver.expires}: {waiver.reason}"
            yield PolicyChange("waiver-added", text, waiver.line, (repr(waiver_key(waiver)),))


def _versions(
    contract: Contract, after: Contract | None, counted: Contract | None, as_of: date, *, listed: bool
) -> Iterator[PolicyChange]:
    windows = {version.name: version for version in counted.versions} if counted else {}
    kept = {version.name: version for version in after.versions} if after else {}
    for version in contract.versions:
        if version.name not in kept:
            line = after.line if after else None
            yield _removed(contract.name, windows.get(version.name, version), line, as_of)
        elif listed:
            yield from _edited(contract.name, version, kept[version.name], as_of)
    if after is not None:
        yield from _added(after, contract.versions)


def _added(contract: Contract, old: tuple[Version, ...]) -> Iterator[PolicyChange]:
    existing = {version.name for version in old}
    for version in contract.versions:
        if version.name not in existing:
            text = f"{contract.name} {version.name} was added"
            yield PolicyChange("version-added", text, version.line, (version.name,), contract.name)


def _removed(contract: str, version: Version, line: int | None, as_of: date) -> PolicyChange:
    rule, text = "version-removed-before-sunset", "removed, but it was never deprecated"
    if version.sunset is not None and version.sunset <= as_of:
        rule, text = "version-removed-after-sunset", f"removed; its support ended on {version.sunset}"
    elif version.sunset is not None:
        text = f"removed, but it is supported until {version.sunset}"
    notes = () if version.sunset is None else (f"It was deprecated on {version.deprecated}.",)
    return PolicyChange(rule, f"{contract} {version.name} was {text}", line, (version.name,), contract, notes)


def _edited(contract: str, old: Version, new: Version, as_of: date) -> Iterator[PolicyChange]:
    changed = _window_change(old, new, as_of)
    if changed is not None:
        rule, text = changed
        about = (old.name, str(new.deprecated), str(new.support_days))
        yield PolicyChange(rule, f"{contract} {old.name} {text}", new.line, about, contract)
    # Before its publication a version may be edited freely.
    was_out = old.published is None or old.published <= as_of
    if was_out and new.published is not None and new.published > as_of:
        text = f"{contract} {old.name} is published, and its publication was moved to {new.published}"
        yield PolicyChange("promise-weakened", text, new.line, (old.name, str(new.published)), contract)


def _window_change(old: Version, new: Version, as_of: date) -> tuple[str, str] | None:
    if old.sunset is None and new.sunset is None:
        if new.support_days == old.support_days:
            return None
        rule = "window-shortened" if new.support_days < old.support_days else "window-extended"
        return rule, f"was supported for {old.support_days} days after its deprecation, now for {new.support_days}"
    if old.sunset is not None:
        if new.sunset is None:
            return "window-extended", f"is no longer deprecated; its support ended on {old.sunset}"
        if new.sunset == old.sunset:
            return None
        rule = "window-shortened" if new.sunset < old.sunset else "window-extended"
        return rule, f"was supported until {old.sunset}, now until {new.sunset}"
    assert new.sunset is not None
    if new.sunset <= as_of or new.support_days < old.support_days:
        days = f"{old.support_days} days of support were promised"
        return "window-shortened", f"was not deprecated, and is supported until {new.sunset} now; {days}"
    if new.deprecated is not None and new.deprecated < as_of:
        return "deprecation-backdated", f"was not deprecated, and is deprecated since {new.deprecated} now"
    return None


def renaming(name: str, contract: Contract) -> PolicyChange:
    """
    The finding on a contract of the base that has another name now.
    """
    text = f"{name} is called {contract.name} now"
    return PolicyChange("contract-renamed", text, contract.line, (contract.name,), name)


def _promise(old: Contract, new: Contract, *, adopts: bool) -> Iterator[PolicyChange]:
    before, after = set(PROMISED[old.promise]), set(PROMISED[new.promise])
    weaker = before - after or _REACH[new.across] < _REACH[old.across]
    if adopts and old.role is None and new.role == RESPONSE and (before, after) == ({_BACKWARD}, {_FORWARD}):
        text = f"{old.name} is a response, so it promises forward now; as a message without a role it promised backward"
        yield PolicyChange("policy-changed", text, new.line, (new.role,), old.name)
        return
    if weaker or before != after or old.across != new.across:
        promises = (f"{old.promise} across {old.across}", f"{new.promise} across {new.across}")
        text = f"{old.name} promised {promises[0]}, now {promises[1]}"
        rule = "promise-weakened" if weaker else "promise-strengthened"
        yield PolicyChange(rule, text, new.line, promises, old.name)
    if old.role is None and new.role is not None:
        yield PolicyChange(
            "policy-changed", f"{old.name}: the role is {new.role} now", new.line, ("role", new.role), old.name
        )


def waiver_key(waiver: Waiver) -> tuple[object, ...]:
    """
    What identifies a waiver: all its fields but the line.
    """
    return astuple(waiver)[:6]


def waiver_text(waiver: Waiver) -> str:
    """
    The rule of a waiver, and its place if it has one.
    """
    return waiver.rule + (f" at {waiver.place}" if waiver.place else "")
