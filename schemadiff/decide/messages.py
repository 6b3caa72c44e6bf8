"""
One line that says what changed, for people who have never read the specification.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from schemadiff.instance import dumps
from schemadiff.keywords import ABSENT
from schemadiff.keywords import names as kw

if TYPE_CHECKING:
    from schemadiff.changes import Change

_SHOWN = 60
_BEFORE = 20
"""So much is shown of what two long values have in common before they differ."""


def remembering(write: Callable[[Any], str]) -> Callable[[Any], str]:
    """
    A way to write values that writes the latest large ones once: a list of a thousand names of which each is removed
    stands in a thousand changes.
    """
    latest: dict[int, tuple[Any, str]] = {}

    def written(value: Any) -> str:
        if not isinstance(value, (list, dict)) or len(value) < _LARGE:
            return write(value)
        known = latest.get(id(value))
        if known is None:
            if len(latest) >= _LATEST:
                latest.clear()
            # The value is kept, lest another one get its id.
            known = latest[id(value)] = (value, write(value))
        return known[1]

    return written


_LARGE = 50
_LATEST = 8
_text = remembering(dumps)


def shown(value: Any) -> str | None:
    """
    A value as JSON text; None for none.
    """
    return None if value is ABSENT else _text(value)


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
    template = _FACTS.get(change.fact) or _LOST.get((change.fact, change.old is ABSENT, change.new is ABSENT))
    if template is None:
        return _keyword(change, where)
    details = change.details
    old, new = _both(change.old, change.new)
    return template.format(
        where=where,
        old=details.get("old", old),
        new=details.get("new", new),
        to=details.get("to"),
        values=", ".join(map(_short, details.get("values", ()))),
        default=_default(details.get("default", ABSENT)),
        unit=_unit(details.get("factor")),
        name=details.get("name"),
        near=details.get("near"),
        count=details.get("count"),
    )


def _short(value: Any) -> str:
    if value is ABSENT:
        return "none"
    text = _text(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _both(old: Any, new: Any) -> tuple[str, str]:
    """
    Two values, cut so that what differs is seen: long ones often begin alike.
    """
    texts = (_short(old), _short(new))
    if texts[0] != texts[1] or old is ABSENT or new is ABSENT:
        return texts
    whole = (_text(old), _text(new))
    alike = next((index for index, (a, b) in enumerate(zip(*whole, strict=False)) if a != b), len(min(whole, key=len)))
    start = max(alike - _BEFORE, 0)
    return _from(start, whole[0]), _from(start, whole[1])


def _from(start: int, text: str) -> str:
    rest = text[start:]
    return f"…{rest}" if len(rest) < _SHOWN else f"…{rest[: _SHOWN - 2]}…"


def _keyword(change: Change, where: str) -> str:
    if "old" in change.details and "new" in change.details:
        return f"{where}: {change.keyword} went from {change.details['old']} to {change.details['new']}"
    if change.old is ABSENT:
        return f"{where}: {change.keyword} {_short(change.new)} was added"
    if change.new is ABSENT:
        return f"{where}: {change.keyword} {_short(change.old)} was removed"
    return "{}: {} went from {} to {}".format(where, change.keyword, *_both(change.old, change.new))


def _default(default: Any) -> str:
    return "" if default is ABSENT else f" (default {_short(default)})"


def _unit(factor: Fraction | None) -> str:
    return "" if factor is None else f", and its unit changed: old values × {factor}"


_FACTS = {
    kw.MAX_LENGTH: "{where}: the greatest length went from {old} to {new}",
    kw.MIN_LENGTH: "{where}: the least length went from {old} to {new}",
    kw.MAX_ITEMS: "{where}: the greatest number of items went from {old} to {new}",
    kw.MIN_ITEMS: "{where}: the least number of items went from {old} to {new}",
    kw.MAX_PROPERTIES: "{where}: the greatest number of members went from {old} to {new}",
    kw.MIN_PROPERTIES: "{where}: the least number of members went from {old} to {new}",
    kw.MAX_CONTAINS: "{where}: the greatest number of matching items went from {old} to {new}",
    kw.MIN_CONTAINS: "{where}: the least number of matching items went from {old} to {new}",
    "values-restricted": "{where} allows only {values} now",
    "values-freed": "{where} is no longer limited to {values}",
    "null-allowed": "{where} may be null now",
    "null-refused": "{where} may not be null any more",
    "number-became-integer": "{where} must be a whole number now",
    "integer-became-number": "{where} may have a fraction now",
    "property-with-default-became-required": "{where} was optional with a default and is required now",
    "pattern-property-added": "{where}: names like {name} have a schema of their own now",
    "pattern-property-removed": "{where}: names like {name} have no schema of their own any more",
    "dependent-schema-added": "{where}: where {name} is present, more is demanded now",
    "dependent-schema-removed": "{where}: where {name} is present, less is demanded now",
    "property-names-narrowed": "{where}: names of members must follow {new} now",
    "property-names-closed": "{where}: no names of members are allowed any more",
    "property-names-opened": "{where}: names of members are free now",
    "property-names-widened": "{where}: names of members may follow {new} now",
    "content-model-marked": "{where}: another keyword looks after undeclared names now",
    "items-narrowed": "{where}: items must follow {new} now",
    "items-closed": "{where}: no further items are allowed",
    "items-opened": "{where}: items are free now",
    "items-widened": "{where}: further items are allowed if they follow {new}",
    "items-marked": "{where}: another keyword looks after further items now",
    "list-became-tuple": "{where}: a list of like items became one of fixed positions",
    "tuple-became-list": "{where}: a list of fixed positions became one of like items",
    "contains-added": "{where} must contain an item that follows {new} now",
    "contains-removed": "{where} need not contain an item that follows {old} any more",
    "choice-added": "{where}: one of several shapes ({count}) must fit now",
    "choice-removed": "{where}: none of several shapes ({count}) needs to fit any more",
    "choice-replaced": "{where}: other shapes, and another way to count how many may fit",
    "any-of-became-one-of": "{where}: exactly one shape must fit, several could before",
    "one-of-became-any-of": "{where}: several shapes may fit, exactly one had to before",
    "wrapped-in-choice": "{where}: what was the only shape is one of several now",
    "unwrapped-from-choice": "{where}: one of several shapes is the only one now",
    "condition-added": "{where}: more is demanded depending on whether {new} holds",
    "condition-removed": "{where}: nothing depends any more on whether {old} holds",
    "then-added": "{where}: where the condition holds, {new} must hold now",
    "then-removed": "{where}: where the condition holds, {old} need not hold any more",
    "else-added": "{where}: where the condition fails, {new} must hold now",
    "else-removed": "{where}: where the condition fails, {old} need not hold any more",
    "not-added": "{where}: what follows {new} is refused now",
    "not-removed": "{where}: what follows {old} is no longer refused",
    "misspelled-keyword": "{where}: {name} looks like {near}, and validators ignore it",
    "foreign-keyword": "{where}: {name} belongs to another dialect, and validators ignore it here",
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
    "content-model-closed": "{where} now refuses names that it does not declare",
    "content-model-opened": "{where} now accepts names that it does not declare",
    "content-model-narrowed": "{where} accepts fewer values under names that it does not declare",
    "content-model-widened": "{where} accepts more values under names that it does not declare",
    "schema-became-false": "{where} is refused whatever its value now",
    "schema-allowed": "{where} was refused whatever its value, and is allowed now",
    "dialect-changed": "the dialect went from {old} to {new}",
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

_LOST = {
    ("reference-unresolved", True, False): "{where} refers to {new} now, which cannot be found",
    ("reference-unresolved", False, True): "{where} no longer refers to {old}, which cannot be found",
    ("reference-unresolved", False, False): "{where} refers to {new} instead of {old}, and neither can be found",
}
"""What to say of a lost reference: by whether the old, the new side has none."""
