"""
What a change does to the settings file. It does not count for the change itself, and is reported.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any

from schemadiff.decide import PolicyFinding
from schemadiff.decide.contract_policy import policy_finding
from schemadiff.decide.values import Location
from schemadiff.errors import InputError
from schemadiff.options import OPTIONS, LevelOverride
from schemadiff.usecases.check.proposed_change import GateContext
from schemadiff.usecases.lint import unreadable
from schemadiff.workspace.settings import SettingsFile, read_settings


def settings_remarks(context: GateContext) -> Iterator[PolicyFinding]:
    """
    A remark on each setting that the change edits, or on a settings file that cannot be read.
    """
    try:
        old = read_settings(context.old, context.inside)
    except InputError:
        old = SettingsFile()
    try:
        new = read_settings(context.new, context.inside)
    except InputError as error:
        yield unreadable(error, context.options)
        return
    place = Location(name=new.name or old.name, pointer="", line=None, column=None)
    for name, spec in OPTIONS.items():
        before, after = getattr(old.options, name), getattr(new.options, name)
        if spec.setting and before != after:
            text = f"{name}: {_shown(before)}, now {_shown(after)}"
            about = (name, str(before), str(after))
            yield policy_finding(context.options.rule_set, "policy-changed", text, place=place, about=about)


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
