"""
House rules: what a new state of a set of contracts does to promises, windows and policy. No schema is read here.

The old state is the judge: its windows and promises count, whatever the new one says of itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import astuple, replace
from datetime import date

from schemadiff.catalog import Catalog, Contract, Version, Waiver
from schemadiff.decide.fingerprint import remark_fingerprint
from schemadiff.decide.values import Place, Remark
from schemadiff.ruleset import RuleSet, find_rule

_DIRECTIONS = {"none": set(), "backward": {"backward"}, "forward": {"forward"}, "full": {"backward", "forward"}}
_REACH = {"revisions": 0, "versions": 1, "transitive": 2}


def remark(
    rules: RuleSet,
    rule: str,
    message: str,
    *,
    contract: str = "",
    place: Place,
    about: tuple[str, ...] = (),
    notes: tuple[str, ...] = (),
    unreadable: bool = False,
) -> Remark:
    """
    A remark of a rule.

    Arguments:
        rules: the rule set, for its level.
        rule: the rule's id.
        message: what is wrong here.
        contract, place: what it is about, and where it is written.
        about: what its fingerprint stands for besides rule and contract; the message if nothing is named.
        notes: more to know.
        unreadable: whether it stands for input that could not be judged.
    """
    found = find_rule(rule)
    mark = remark_fingerprint(rule, contract, *(about or (message,)))
    return Remark(
        rule,
        found.title,
        message,
        rules.levels.get(rule) or found.level,
        contract,
        place,
        notes,
        found.remedy,
        mark,
        None,
        unreadable,
    )


def house_remarks(
    old: Catalog, new: Catalog, *, as_of: date, rules: RuleSet, judge: Catalog | None = None
) -> Iterator[Remark]:
    """
    What house rules say of a new state of contracts.

    Arguments:
        old: the state that the users know.
        new: the state that shall replace it.
        as_of: today.
        rules: the rule set.
        judge: the old state with the windows that count, where those have changed since.
    """
    news = {each.name: each for each in new.contracts}
    counted = {each.name: each for each in (judge or old).contracts}
    for contract in old.contracts:
        after = news.get(contract.name)
        yield from _versions(contract, after, new, as_of, rules, counted.get(contract.name))
        if after is not None:
            yield from _promise(contract, after, new, rules)
    known = {each.name for each in old.contracts}
    for contract in new.contracts:
        if contract.name not in known:
            yield from _versions(replace(contract, versions=()), contract, new, as_of, rules)
    if old.path is not None and new.path is None and new.contracts:
        text = f"{old.name} is gone: nobody says any longer what is promised and until when"
        yield remark(rules, "policy-changed", text, place=at(new, None))
    yield from _strays(old, new, rules)
    yield from _new_waivers(old, new, rules)


def at(catalog: Catalog, line: int | None) -> Place:
    """
    A line of a catalog's manifest.
    """
    return Place(catalog.name, "", line, 1 if line else None)


def _versions(
    contract: Contract,
    after: Contract | None,
    new: Catalog,
    as_of: date,
    rules: RuleSet,
    counted: Contract | None = None,
) -> Iterator[Remark]:
    windows = {each.name: each for each in counted.versions} if counted else {}
    kept = {each.name: each for each in after.versions} if after else {}
    line = after.line if after else None
    for version in contract.versions:
        if version.name not in kept:
            yield _removed(contract, windows.get(version.name, version), at(new, line), as_of, rules)
        elif new.path is not None:
            yield from _window(contract, version, kept[version.name], new, as_of, rules)
            yield from _unpublished(contract, version, kept[version.name], new, as_of, rules)
    known = {each.name for each in contract.versions}
    for name, version in kept.items():
        if name not in known:
            text = f"{contract.name} {name} is new"
            place = at(new, version.line)
            yield remark(rules, "version-added", text, contract=contract.name, place=place, about=(name,))


def _removed(contract: Contract, version: Version, place: Place, as_of: date, rules: RuleSet) -> Remark:
    name = f"{contract.name} {version.name}"
    if version.sunset is not None and version.sunset <= as_of:
        rule, text = "version-removed-after-sunset", f"{name} is gone; its support ended on {version.sunset}"
    elif version.sunset is not None:
        rule, text = "version-removed-before-sunset", f"{name} is gone, but it is supported until {version.sunset}"
    else:
        rule, text = "version-removed-before-sunset", f"{name} is gone, and it was never deprecated"
    notes = () if version.sunset is None else (f"It was deprecated on {version.deprecated}.",)
    return remark(rules, rule, text, contract=contract.name, place=place, about=(version.name,), notes=notes)


def _unpublished(
    contract: Contract, old: Version, new: Version, catalog: Catalog, as_of: date, rules: RuleSet
) -> Iterator[Remark]:
    """
    A version that users have cannot be taken back into the making, where edits are free.
    """
    was_out = old.published is None or old.published <= as_of
    if was_out and new.published is not None and new.published > as_of:
        text = f"{contract.name} {old.name} is published, and shall not be so before {new.published} now"
        about = (old.name, str(new.published))
        yield remark(rules, "promise-weakened", text, contract=contract.name, place=at(catalog, new.line), about=about)


def _window(
    contract: Contract, old: Version, new: Version, catalog: Catalog, as_of: date, rules: RuleSet
) -> Iterator[Remark]:
    name = f"{contract.name} {old.name}"
    found = _window_change(old, new, as_of)
    if found is not None:
        rule, text = found
        about = (old.name, str(new.deprecated), str(new.support_days))
        place = at(catalog, new.line)
        yield remark(rules, rule, f"{name} {text}", contract=contract.name, place=place, about=about)


def _window_change(old: Version, new: Version, as_of: date) -> tuple[str, str] | None:
    if old.sunset is None and new.sunset is None:
        if new.support_days == old.support_days:
            return None
        rule = "window-shortened" if new.support_days < old.support_days else "window-extended"
        return rule, f"was to be supported for {old.support_days} days after its deprecation, now {new.support_days}"
    if old.sunset is not None:
        if new.sunset is None:
            return "window-extended", f"is no longer deprecated; its support ended on {old.sunset}"
        if new.sunset == old.sunset:
            return None
        rule = "window-shortened" if new.sunset < old.sunset else "window-extended"
        return rule, f"was to be supported until {old.sunset}, now until {new.sunset}"
    assert new.sunset is not None
    if new.sunset <= as_of or new.support_days < old.support_days:
        days = f"{old.support_days} days of support were promised"
        return "window-shortened", f"was not deprecated, and is supported until {new.sunset} now; {days}"
    if new.deprecated is not None and new.deprecated < as_of:
        return "deprecation-backdated", f"was not deprecated, and is deprecated since {new.deprecated} now"
    return None


def _promise(old: Contract, new: Contract, catalog: Catalog, rules: RuleSet) -> Iterator[Remark]:
    place = at(catalog, new.line)
    before, after = _DIRECTIONS[old.promise], _DIRECTIONS[new.promise]
    weaker = before - after or _REACH[new.across] < _REACH[old.across]
    if weaker or before != after or old.across != new.across:
        said = [f"{each.promise} across {each.across}" for each in (old, new)]
        text = f"{old.name} promised {said[0]}, now {said[1]}"
        rule = "promise-weakened" if weaker else "promise-strengthened"
        yield remark(rules, rule, text, contract=old.name, place=place, about=tuple(said))
    for what, was, now in (("role", old.role, new.role), ("version field", old.version_field, new.version_field)):
        if was != now:
            text = f"{old.name}: the {what} was {was or 'not stated'}, now it is {now or 'not stated'}"
            yield remark(rules, "policy-changed", text, contract=old.name, place=place)


def _strays(old: Catalog, new: Catalog, rules: RuleSet) -> Iterator[Remark]:
    for path in new.strays:
        if path not in old.strays:
            text = f"{path} is not listed in {new.name}"
            yield remark(rules, "version-unlisted", text, place=Place(path, "", None, None), about=(path,))


def _new_waivers(old: Catalog, new: Catalog, rules: RuleSet) -> Iterator[Remark]:
    known = {replace(each, line=None) for each in old.waivers}
    for waiver in new.waivers:
        if replace(waiver, line=None) not in known:
            text = f"{waiver.owner} waives {waiver_text(waiver)} until {waiver.expires}: {waiver.reason}"
            yield remark(rules, "waiver-added", text, place=at(new, waiver.line), about=(repr(waiver_key(waiver)),))


def waiver_key(waiver: Waiver) -> tuple[object, ...]:
    """
    What identifies a waiver: all that it says, but not where it stands.
    """
    return astuple(waiver)[:6]


def waiver_text(waiver: Waiver) -> str:
    """
    What a waiver is about, in words.
    """
    return waiver.rule + (f" at {waiver.place}" if waiver.place else "")
