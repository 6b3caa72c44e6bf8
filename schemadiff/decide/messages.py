"""
Messages: the template of a rule, filled with what a change holds.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from schemadiff.instance import dumps
from schemadiff.keywords import ABSENT, spellings_of
from schemadiff.ruleset import PLACEHOLDERS, MessageTemplates

if TYPE_CHECKING:
    from schemadiff.changes import Change

_LARGE, _LATEST = 50, 8
"""Values of how many elements are memoised, and how many of them."""

_SHOWN = 60
"""The most characters of a value that a message shows."""

_BEFORE = 20
"""The most characters that are shown of the common part of two long values before they differ."""

_NONE = "none"
"""The text of an absent value, which a bound that is not set has as well."""


def memoised(write: Callable[[Any], str]) -> Callable[[Any], str]:
    """
    A memoised writer of values: a large value, such as a list of a thousand names each of which is removed, is part
    of many changes.
    """
    latest: dict[int, tuple[Any, str]] = {}

    def written(value: Any) -> str:
        if not isinstance(value, (list, dict)) or len(value) < _LARGE:
            return write(value)
        known = latest.get(id(value))
        if known is None:
            if len(latest) >= _LATEST:
                latest.clear()
            # The value is kept so that no other value gets its id.
            known = latest[id(value)] = (value, write(value))
        return known[1]

    return written


_text = memoised(dumps)


def shown(value: Any) -> str | None:
    """
    A value as JSON text; None if it is absent.
    """
    return None if value is ABSENT else _text(value)


def place_text(path: tuple[str, ...]) -> str:
    """
    A place by names, as reports print it: ``tasks[].action``.
    """
    text = ""
    for step in path:
        if step.startswith("["):
            text += step
        elif "(" in step:
            text += f"‹{step}›"
        else:
            name = step or '""'
            text += f".{name}" if text and not text.endswith("›") else name
    return text or "the message"


GENERIC = MessageTemplates(
    "{place}: {keyword} changed from {old} to {new}",
    "{place}: {keyword} {new} added",
    "{place}: {keyword} {old} removed",
)
"""The templates of a change that no rule is about."""


def message(change: Change, messages: MessageTemplates) -> str:
    """
    The message of a finding, by the templates of its rule: one line without a full stop.
    """
    details = change.details
    old, new = (str(details.get(name, text)) for name, text in zip(_SIDES, _both(change.old, change.new), strict=True))
    template = messages.changed
    if old == _NONE:
        template = messages.added or template
    elif new == _NONE:
        template = messages.removed or template
    written = _written(change)
    if written not in template and "{keyword}" not in template:
        template = template.replace(change.keyword, written)
    values = {
        "place": place_text(change.path),
        "keyword": written,
        "old": old,
        "new": new,
        "values": ", ".join(map(_short, details.get("values", ()))),
        "default": f" (default {_short(details['default'])})" if details.get("default", ABSENT) is not ABSENT else "",
        "unit": f", and its unit changed: old values × {details['factor']}" if details.get("factor") else "",
    }
    return filled(template, {**details, **values})


def _written(change: Change) -> str:
    """
    The keyword of a change as the schema writes it: older dialects have other names for some.
    """
    spellings = spellings_of(change.keyword)
    spots = (change.new_at, change.old_at) if change.old is ABSENT else (change.old_at, change.new_at)
    steps = (step for spot in spots for step in reversed(spot.pointer) if step in spellings)
    return next(map(str, steps), change.keyword)


def filled(template: str, values: Mapping[str, object]) -> str:
    """
    A message template with values in place of the names between braces; a value that is not known is left out.
    """
    return template.format_map({**_UNKNOWN, **values})


_UNKNOWN = dict.fromkeys(PLACEHOLDERS, "")
_SIDES = ("old", "new")


def _short(value: Any) -> str:
    if value is ABSENT:
        return _NONE
    text = _text(value)
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _both(old: Any, new: Any) -> tuple[str, str]:
    # Shortened so that the part that differs is shown.
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
