"""
What a change does to settings files. It does not count for the change itself, and what weakens them fails.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from schemadiff.decide import PolicyFinding
from schemadiff.decide.contract_policy import policy_finding
from schemadiff.decide.terms import PROMISED
from schemadiff.decide.values import Location
from schemadiff.errors import InputError
from schemadiff.options import OPTIONS, LevelOverride, Options
from schemadiff.ruleset import LEVELS, all_rules
from schemadiff.sources.snapshots import Snapshot
from schemadiff.usecases.check.guarded_set import Sides, survey_side
from schemadiff.usecases.check.proposed_change import GateContext
from schemadiff.usecases.compare import unreadable
from schemadiff.workspace.settings import CONFIG, PYPROJECT, SettingsFile, read_settings

_STRICTNESS = ("never", "breaking", "error", "undecided", "warning", "any", "note")
"""The values of ``fail_on``, the weakest first."""

_HARMLESS = ("budget", "steps")
"""What is not proved within them is undecided, so no value of these lets a break pass."""

_DEFAULT_ON_ADOPTION = ("version_field", "dialect", "dialects", "resources", "formats", "emission")
"""Settings of which no value is weaker than none in a repository that had no settings."""


def settings_remarks(context: GateContext, sides: Sides) -> Iterator[PolicyFinding]:
    """
    A remark on each setting that the change edits, or on a settings file that cannot be read.
    """
    folders = {posixpath.dirname(path) for tree in (context.old, context.new) for path in _settings_files(tree)}
    told: set[tuple[str, str]] = set()
    for folder in sorted({context.inside, *folders}):
        for remark in _of_folder(context, sides, folder):
            key = (remark.place.name, remark.fingerprint)
            if key not in told:
                told.add(key)
                yield remark


def _settings_files(tree: Snapshot) -> Iterator[str]:
    return (path for path in tree.listing if posixpath.basename(path) in (CONFIG, PYPROJECT))


def _of_folder(context: GateContext, sides: Sides, folder: str) -> Iterator[PolicyFinding]:
    old, mended = SettingsFile(), None
    try:
        old = read_settings(context.old, folder)
    except InputError as error:
        mended = error
    try:
        new = read_settings(context.new, folder)
    except InputError as error:
        rule = "input-unreadable" if mended is None or _differs(context, folder) else "input-broken-at-base"
        yield unreadable(error, context.options, rule=rule)
        return
    if mended is not None:
        yield unreadable(mended, context.options, rule="input-mended")
    place = Location(name=new.name or old.name, pointer="", line=None, column=None)
    for name, spec in OPTIONS.items():
        before, after = getattr(old.options, name), getattr(new.options, name)
        if spec.setting and before != after:
            weaker = _is_weaker(name, old, new) and not _keeps_guard(name, context, sides, after)
            text = f"{name}: {_shown(before)}, now {_shown(after)}"
            about = (name, str(before), str(after))
            rule = "policy-weakened" if weaker else "policy-changed"
            yield policy_finding(context.options.rule_set, rule, text, place=place, about=about)


def _differs(context: GateContext, folder: str) -> bool:
    """
    Whether the change touches a settings file of a folder, or of one above it.
    """
    while True:
        paths = (posixpath.join(folder, name) for name in (CONFIG, PYPROJECT))
        if any(not context.changed.paths.isdisjoint(context.new.hops(path)) for path in paths):
            return True
        if not folder:
            return False
        folder = posixpath.dirname(folder)


def _is_weaker(name: str, old: SettingsFile, new: SettingsFile) -> bool:
    """
    Whether a setting may let something pass that it did not let pass before; of an unknown one, every edit may.
    """
    before, after = getattr(old.options, name), getattr(new.options, name)
    match name:
        case "promise":
            return not {*PROMISED[before or "backward"]} <= {*PROMISED[after or "backward"]}
        case "fail_on":
            ranks = [_STRICTNESS.index(each or OPTIONS[name].default) for each in (before, after)]
            return ranks[1] < ranks[0]
        case "rules" | "levels":
            return _lowers_levels(old.options, new.options)
        case "overrides":
            return _lowers_overrides(before or (), after or ())
        case "worker":
            return before is not None
        case _ if name in _HARMLESS:
            return False
        case _ if name in _DEFAULT_ON_ADOPTION and not old.name:
            return False
    return True


def _lowers_levels(old: Options, new: Options) -> bool:
    if old.rule_set.emission == "any" != new.rule_set.emission and new.emission != "any":
        return True
    return any(
        LEVELS.index(_level(new, rule, breaking=breaking)) > LEVELS.index(_level(old, rule, breaking=breaking))
        for rule in all_rules()
        for breaking in (True, False)
    )


def _level(options: Options, rule: str, *, breaking: bool) -> str:
    level = options.rule_set.level(all_rules()[rule], breaking=breaking)
    for name, stated in (options.levels or {}).items():
        if LevelOverride(level=stated, rule=name).matches(rule, ""):
            level = stated
    return level


def _lowers_overrides(old: tuple[LevelOverride, ...], new: tuple[LevelOverride, ...]) -> bool:
    added = [override for override in new if override not in old]
    removed = [override for override in old if override not in new]
    return any(override.level != "error" for override in added) or any(each.level != "none" for each in removed)


def _keeps_guard(name: str, context: GateContext, sides: Sides, value: Any) -> bool:
    """
    Whether all that the base guards is guarded still with another choice of folders or of files to pass by.
    """
    if name == "contracts":
        stated = (value,) if isinstance(value, str) else tuple(value or ())
        after = survey_side(context.old, stated)
    elif name == "pass_by":
        after = survey_side(context.old, (), tuple(value or ()))
    else:
        return False
    return {entry.path for entry in sides.old.account.taken} <= {entry.path for entry in after.account.taken}


def _shown(value: Any) -> str:
    if value is None or value == ():
        return "not stated"
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value))
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {level}" for name, level in value.items())
    if isinstance(value, LevelOverride):
        given = ((field.name, getattr(value, field.name)) for field in fields(value))
        return " ".join(f"{name} {pattern}" for name, pattern in given if pattern != "*")
    return str(value)
