"""
One line that says what changed, for people who have never read the specification.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from schemadiff.diff import Change
from schemadiff.instance import dumps
from schemadiff.keywords import ABSENT

_SHOWN = 60


def shown(value: Any) -> str | None:
    """
    A value as JSON text; None for none.
    """
    return None if value is ABSENT else dumps(value)


def place_text(path: tuple[str, ...]) -> str:
    """
    A place by names, as one reads it: ``tasks[].action``.
    """
    text = ""
    for step in path:
        if step.startswith("["):
            text += step
        elif "(" in step:
            text += f"‹{step}›"
        else:
            text += f".{step}" if text and not text.endswith("›") else step
    return text or "the message"


def message(change: Change) -> str:
    """
    What a change is, in one line without a full stop.
    """
    where = place_text(change.path)
    template = _FACTS.get(change.fact)
    if template is None:
        return _keyword(change, where)
    details = change.details
    return template.format(
        where=where,
        old=details.get("old", _short(change.old)),
        new=details.get("new", _short(change.new)),
        to=details.get("to"),
        values=", ".join(map(_short, details.get("values", ()))),
        default=_default(details.get("default", ABSENT)),
        unit=_unit(details.get("factor")),
    )


def _short(value: Any) -> str:
    if value is ABSENT:
        return "none"
    text = dumps(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _keyword(change: Change, where: str) -> str:
    if "old" in change.details and "new" in change.details:
        return f"{where}: {change.keyword} went from {change.details['old']} to {change.details['new']}"
    if change.old is ABSENT:
        return f"{where}: {change.keyword} {_short(change.new)} was added"
    if change.new is ABSENT:
        return f"{where}: {change.keyword} {_short(change.old)} was removed"
    return f"{where}: {change.keyword} went from {_short(change.old)} to {_short(change.new)}"


def _default(default: Any) -> str:
    return "" if default is ABSENT else f" (default {_short(default)})"


def _unit(factor: Fraction | None) -> str:
    return "" if factor is None else f", and its unit changed: old values × {factor}"


_FACTS = {
    "property-added": "{where} is new and optional{default}",
    "required-property-added": "{where} is new and required",
    "required-property-with-default-added": "{where} is new and required{default}",
    "property-removed": "{where} is no longer declared",
    "required-property-removed": "{where} was required and is no longer declared",
    "property-became-required": "{where} was optional and is required now",
    "property-became-optional": "{where} was required and is optional now",
    "undeclared-name-required": "{where} is required now, though nothing declares it",
    "undeclared-name-released": "{where} is no longer required",
    "property-renamed": "{where} seems to be called {to} now{unit}",
    "property-rescaled": "{where} seems to be called {to} now{unit}",
    "enum-value-removed": "{where} no longer allows {values}",
    "enum-value-added": "{where} also allows {values} now",
    "content-model-closed": "{where} refuses names that it does not declare now",
    "content-model-opened": "{where} accepts names that it does not declare now",
    "content-model-narrowed": "{where} accepts fewer values under names that it does not declare",
    "content-model-widened": "{where} accepts more values under names that it does not declare",
    "schema-became-false": "{where} is refused whatever its value now",
    "schema-allowed": "{where} was refused whatever its value, and is allowed now",
    "dialect-changed": "the dialect went from {old} to {new}",
    "reference-unresolved": "{where}: the reference {old} → {new} cannot be followed",
    "tuple-lengthened": "{where}: the tuple went from {old} to {new} items",
    "tuple-shortened": "{where}: the tuple went from {old} to {new} items",
    "all-of-branch-added": "{where}: one more condition must hold",
    "all-of-branch-removed": "{where}: one condition less must hold",
    "any-of-branch-added": "{where}: one more shape is allowed",
    "any-of-branch-removed": "{where}: this shape is no longer allowed",
    "one-of-branch-added": "{where}: one more shape is allowed, if no other fits as well",
    "one-of-branch-removed": "{where}: this shape is no longer among the alternatives",
}
"""What to say of each fact that has a name of its own; the others are told by their keyword and values."""
