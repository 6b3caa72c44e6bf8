"""
Contract policy: how a new state of contracts changes promises, support windows and settings. No schema is read here.

The windows and promises of the old state count, whatever the new state declares.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, replace
from datetime import date

from schemadiff.catalog import Catalog, Contract, Version, Waiver
from schemadiff.catalog.model import RESPONSE
from schemadiff.decide.fingerprint import policy_fingerprint
from schemadiff.decide.policy_weakening import weakenings
from schemadiff.decide.values import Location, PolicyFinding
from schemadiff.ruleset import RuleSet, all_rules

_DIRECTIONS = {"none": set(), "backward": {"backward"}, "forward": {"forward"}, "full": {"backward", "forward"}}
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
        rule: the rule's id.
        message: what is wrong.
        contract, place: the contract concerned, and where the cause is written.
        about: what identifies the finding besides rule and contract; the message if empty.
        notes: further sentences.
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
        fingerprint=policy_fingerprint(described.fingerprint_id, contract, *(about or (message,))),
        unreadable=unreadable,
        undecided=undecided,
    )


def policy_findings(
    old: Catalog, new: Catalog, *, as_of: date, rules: RuleSet, windows: Catalog | None = None
) -> Iterator[PolicyFinding]:
    """
    The findings of the policy rules on a new state of contracts.

    Arguments:
        old: the state in use.
        new: the proposed state.
        as_of: today.
        rules: the rule set.
        windows: the state whose support windows count, if it is not the old one.
    """
    proposed = {contract.name: contract for contract in new.contracts}
    counted = {contract.name: contract for contract in (windows or old).contracts}
    for contract in old.contracts:
        after = proposed.get(contract.name)
        if after is None:
            after = next((each for each in new.contracts if contract.name in each.formerly), None)
            if after is not None:
                yield renaming(contract.name, after, after.name, new, rules)
        yield from _versions(contract, after, new, as_of, rules, counted.get(contract.name))
        if after is not None:
            yield from _promise(contract, after, new, rules, adopts=old.path is None)
    existing = {contract.name for contract in old.contracts}
    for contract in new.contracts:
        if existing.isdisjoint((contract.name, *contract.formerly)):
            yield from _versions(replace(contract, versions=()), contract, new, as_of, rules)
    for text, name, line in weakenings(old, new):
        yield policy_finding(rules, "policy-weakened", text, contract=name, place=at(new, line))
    yield from _strays(old, new, rules)
    yield from _new_waivers(old, new, rules)


def renaming(name: str, contract: Contract, now: str, catalog: Catalog, rules: RuleSet) -> PolicyFinding:
    """
    The finding on a contract of the base that has another name now.
    """
    place = at(catalog, contract.line)
    text = f"{name} is called {now} now"
    return policy_finding(rules, "contract-renamed", text, contract=name, place=place, about=(now,))


def at(catalog: Catalog, line: int | None) -> Location:
    """
    A line of a catalog's manifest.
    """
    return Location(name=catalog.name, pointer="", line=line, column=1 if line else None)


def _versions(
    contract: Contract,
    after: Contract | None,
    new: Catalog,
    as_of: date,
    rules: RuleSet,
    counted: Contract | None = None,
) -> Iterator[PolicyFinding]:
    windows = {version.name: version for version in counted.versions} if counted else {}
    kept = {version.name: version for version in after.versions} if after else {}
    line = after.line if after else None
    for version in contract.versions:
        if version.name not in kept:
            yield _removed(contract, windows.get(version.name, version), at(new, line), as_of, rules)
        elif new.path is not None:
            yield from _window(contract, version, kept[version.name], new, as_of, rules)
            yield from _unpublished(contract, version, kept[version.name], new, as_of, rules)
    existing = {version.name for version in contract.versions}
    for name, version in kept.items():
        if name not in existing:
            text = f"{contract.name} {name} was added"
            place = at(new, version.line)
            yield policy_finding(rules, "version-added", text, contract=contract.name, place=place, about=(name,))


def _removed(contract: Contract, version: Version, place: Location, as_of: date, rules: RuleSet) -> PolicyFinding:
    name = f"{contract.name} {version.name}"
    if version.sunset is not None and version.sunset <= as_of:
        rule, text = "version-removed-after-sunset", f"{name} was removed; its support ended on {version.sunset}"
    elif version.sunset is not None:
        rule, text = "version-removed-before-sunset", f"{name} was removed, but it is supported until {version.sunset}"
    else:
        rule, text = "version-removed-before-sunset", f"{name} was removed, but it was never deprecated"
    notes = () if version.sunset is None else (f"It was deprecated on {version.deprecated}.",)
    return policy_finding(rules, rule, text, contract=contract.name, place=place, about=(version.name,), notes=notes)


def _unpublished(
    contract: Contract, old: Version, new: Version, catalog: Catalog, as_of: date, rules: RuleSet
) -> Iterator[PolicyFinding]:
    """
    The finding on a published version whose publication is moved into the future, where edits are free.
    """
    was_out = old.published is None or old.published <= as_of
    if was_out and new.published is not None and new.published > as_of:
        text = f"{contract.name} {old.name} is published, and its publication was moved to {new.published}"
        about = (old.name, str(new.published))
        yield policy_finding(
            rules, "promise-weakened", text, contract=contract.name, place=at(catalog, new.line), about=about
        )


def _window(
    contract: Contract, old: Version, new: Version, catalog: Catalog, as_of: date, rules: RuleSet
) -> Iterator[PolicyFinding]:
    name = f"{contract.name} {old.name}"
    changed = _window_change(old, new, as_of)
    if changed is not None:
        rule, text = changed
        about = (old.name, str(new.deprecated), str(new.support_days))
        place = at(catalog, new.line)
        yield policy_finding(rules, rule, f"{name} {text}", contract=contract.name, place=place, about=about)


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


def _promise(
    old: Contract, new: Contract, catalog: Catalog, rules: RuleSet, *, adopts: bool
) -> Iterator[PolicyFinding]:
    place = at(catalog, new.line)
    before, after = _DIRECTIONS[old.promise], _DIRECTIONS[new.promise]
    weaker = before - after or _REACH[new.across] < _REACH[old.across]
    if adopts and old.role is None and new.role == RESPONSE and (before, after) == ({"backward"}, {"forward"}):
        text = f"{old.name} is a response, so it promises forward now; as a message without a role it promised backward"
        yield policy_finding(rules, "policy-changed", text, contract=old.name, place=place, about=(new.role,))
        return
    if weaker or before != after or old.across != new.across:
        promises = [f"{each.promise} across {each.across}" for each in (old, new)]
        text = f"{old.name} promised {promises[0]}, now {promises[1]}"
        rule = "promise-weakened" if weaker else "promise-strengthened"
        yield policy_finding(rules, rule, text, contract=old.name, place=place, about=tuple(promises))
    if old.role is None and new.role is not None:
        text = f"{old.name}: the role is {new.role} now"
        yield policy_finding(rules, "policy-changed", text, contract=old.name, place=place, about=("role", new.role))


def _strays(old: Catalog, new: Catalog, rules: RuleSet) -> Iterator[PolicyFinding]:
    for path in new.strays:
        if path not in old.strays:
            text = f"{path} is not listed in {new.name}"
            yield policy_finding(
                rules,
                "version-unlisted",
                text,
                place=Location(name=path, pointer="", line=None, column=None),
                about=(path,),
            )


def _new_waivers(old: Catalog, new: Catalog, rules: RuleSet) -> Iterator[PolicyFinding]:
    existing = {replace(waiver, line=None) for waiver in old.waivers}
    for waiver in new.waivers:
        if replace(waiver, line=None) not in existing:
            text = f"{waiver.owner} waives {waiver_text(waiver)} until {waiver.expires}: {waiver.reason}"
            yield policy_finding(
                rules, "waiver-added", text, place=at(new, waiver.line), about=(repr(waiver_key(waiver)),)
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
