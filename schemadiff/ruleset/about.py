"""
Which changes a rule is about: fact, keyword, effect, content model, and conditions on the values.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schemadiff.errors import InputError
from schemadiff.instance import equal, kind
from schemadiff.keywords import ABSENT
from schemadiff.keywords import names as kw
from schemadiff.ruleset.front_matter import as_words

if TYPE_CHECKING:
    from schemadiff.changes import Change

_TYPES = ("null", "boolean", "integer", "number", "string", "array", "object")


@dataclass(frozen=True, slots=True)
class ValueCondition:
    """
    A condition on a keyword's value before or after a change.

    Attributes:
        present: whether there must be a value; None leaves it open.
        types: the JSON types of which the value must be one; empty for any.
        values: the values of which it must equal one; None for any.
    """

    present: bool | None = None
    types: tuple[str, ...] = ()
    values: tuple[Any, ...] | None = None

    def holds(self, value: Any) -> bool:
        """
        Whether a value, or ABSENT, satisfies the condition.
        """
        if self.present is not None and self.present is (value is ABSENT):
            return False
        if value is ABSENT:
            return not self.types and self.values is None
        if self.types and not any(_is_of_type(value, type_name) for type_name in self.types):
            return False
        return self.values is None or any(equal(value, each) for each in self.values)


ANY_VALUE = ValueCondition()


@dataclass(frozen=True, slots=True)
class About:
    """
    The changes that a rule is about: any of the facts or keywords, with any of the effects and content models.

    Attributes:
        facts, keywords, effects, models: the alternatives; empty for all.
        old, new: conditions on the values that the schemas state.
    """

    facts: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    models: tuple[str, ...] = ()
    old: ValueCondition = ANY_VALUE
    new: ValueCondition = ANY_VALUE

    def covers(self, fact: str, keyword: str, effect: str, model: str | None) -> bool:
        """
        Whether the rule is about changes of a kind, whatever their values are.
        """
        return (
            (not self.facts or fact in self.facts)
            and (not self.keywords or keyword in self.keywords)
            and (not self.effects or effect in self.effects)
            and (not self.models or model in self.models)
        )

    def fits(self, change: Change) -> bool:
        """
        Whether the rule is about a change: its kind, and its values as written.
        """
        model = change.details.get("model")
        kind_fits = self.covers(change.fact, change.keyword, change.effect.value, model)
        return kind_fits and self.old.holds(change.old) and self.new.holds(change.new)


_CHOICES = {"fact": "facts", "keyword": "keywords", "effect": "effects", "model": "models"}
_VALUES = ("old", "new")


def parse_about(value: Any, name: str) -> About:
    """
    Read the entry ``about`` of a rule: any of ``fact``, ``keyword``, ``effect``, ``model``, ``old`` and ``new``.

    Raises:
        InputError: it does not have that form.
    """
    if not isinstance(value, dict) or not value or {*value} - {*_CHOICES, *_VALUES}:
        raise InputError(f"about: has {', '.join((*_CHOICES, *_VALUES))}, and nothing else", name=name)
    choices = {_CHOICES[key]: as_words(each) for key, each in value.items() if key in _CHOICES}
    old, new = (_condition(key, value[key], name) if key in value else ANY_VALUE for key in _VALUES)
    return About(**choices, old=old, new=new)


def _condition(key: str, value: Any, name: str) -> ValueCondition:
    if value in ("absent", "present"):
        return ValueCondition(present=value == "present")
    if isinstance(value, Mapping) and len(value) == 1:
        (word, given), *_ = value.items()
        if word == kw.CONST:
            return ValueCondition(values=(given,))
        if word == kw.ENUM and isinstance(given, list):
            return ValueCondition(values=tuple(given))
        # The bare word ``null`` is read as the value null.
        types = tuple("null" if each is None else str(each) for each in (given if isinstance(given, list) else [given]))
        if word == kw.TYPE and {*types} <= {*_TYPES}:
            return ValueCondition(types=types)
    raise InputError(
        f"about: {key} is no condition on a value",
        name=name,
        remedy="Write absent, present, {type: string}, {const: 255} or {enum: [a, b]}.",
    )


def _is_of_type(value: Any, word: str) -> bool:
    if word == "integer":
        return kind(value) == "number" and value == int(value)
    return bool(kind(value) == word)
