"""
The checks of options: each value is of the right type and exists.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from schemadiff.errors import UsageError
from schemadiff.options.model import MAX_SECONDS, MIN_SECONDS, OPTIONS, LevelOverride, Options, OptionSpec, find_dialect

if TYPE_CHECKING:
    from schemadiff.ruleset import RuleSet

Problem = tuple[str, str]
"""The message and the remedy of an error."""

_Check = Callable[[str, Any, OptionSpec], object]

_RULES_WITHOUT_PAGE = ("combined-incompatibility", "change-without-rule")


def checked(options: Options) -> Options:
    """
    The same options, if each value exists.

    Raises:
        UsageError: an option has no such value; the message names it.
    """
    for name, spec in OPTIONS.items():
        value = getattr(options, name)
        if value is not None:
            _BY_NAME.get(name, _BY_KIND[spec.kind])(name, value, spec)
    return options


def word_problem(
    key: str, value: Any, choices: Iterable[str], former: Mapping[str, str] | None = None
) -> Problem | None:
    """
    What is wrong with a value that is one of some words; None if nothing is. ``former`` has the replacement of each
    word of an earlier release.
    """
    choices = tuple(choices)
    if isinstance(value, str) and value in choices:
        return None
    replacement = former.get(value) if former and isinstance(value, str) else None
    if replacement is not None:
        return f"{key} is {value!r}, a word of an earlier release", f"Write {replacement!r} instead."
    near = _near(value, choices) if isinstance(value, str) else None
    hint = f" Did you mean {near!r}?" if near else ""
    return f"{key} is {str(value)[:60]!r}", f"It is one of {', '.join(choices)}.{hint}"


def rule_problem(pattern: str, *, wildcards: bool = True) -> Problem | None:
    """
    What is wrong with the name of a rule, or a pattern for names; None if nothing is.
    """
    from schemadiff.ruleset import all_rules

    known = (*all_rules(), *all_rules().aliases, *_RULES_WITHOUT_PAGE)
    if pattern in known or (wildcards and any(sign in pattern for sign in "*?[")):
        return None
    near = _near(pattern, known)
    remedy = f"Did you mean {near!r}?" if near else "`schemadiff rules` lists them all."
    return f"no rule is called {pattern[:100]!r}", remedy


def _near(word: str, known: Iterable[str]) -> str | None:
    from schemadiff.errors import suggestion

    return suggestion(word, known)


def _refuse(name: str, value: Any, remedy: str) -> None:
    raise UsageError(f"{name} is {str(value)[:60]!r}", remedy=remedy)


def _raise(problem: Problem | None, *, inside: str | None = None) -> None:
    if problem is not None:
        message, remedy = problem
        raise UsageError(f"{inside}: {message}" if inside else message, remedy=remedy)


def _typed(types: type | tuple[type, ...], remedy: str, *, but: type | tuple[type, ...] = ()) -> _Check:
    def check(name: str, value: Any, _spec: OptionSpec) -> None:
        if not isinstance(value, types) or isinstance(value, but):
            _refuse(name, value, remedy)

    return check


def _seconds(name: str, value: Any, _spec: OptionSpec) -> None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if not is_number or not MIN_SECONDS <= value <= MAX_SECONDS:
        _refuse(name, value, f"It is a number of seconds from {MIN_SECONDS} to {MAX_SECONDS:.0f}.")


def _count(name: str, value: Any, spec: OptionSpec) -> None:
    if not isinstance(value, int) or isinstance(value, bool) or value < spec.minimum:
        _refuse(name, value, f"It is a whole number from {spec.minimum} on.")


def _folders(name: str, value: Any, _spec: OptionSpec) -> None:
    folders = value if isinstance(value, tuple) else (value,)
    if not all(isinstance(each, (str, os.PathLike)) for each in folders):
        _refuse(name, value, "It is the path of a folder, or a tuple of several.")


def _check_levels(name: str, value: Any, *, wildcards: bool) -> None:
    from schemadiff.ruleset import LEVELS

    if not isinstance(value, Mapping) or not all(isinstance(rule, str) for rule in value):
        _refuse(name, value, 'It maps rules to levels, such as {"minimum-raised": "note"}.')
    for rule, level in value.items():
        _raise(rule_problem(rule, wildcards=wildcards), inside=name)
        _raise(word_problem(rule, level, LEVELS), inside=name)


def _overrides(name: str, value: Any, _spec: OptionSpec) -> None:
    from schemadiff.ruleset import LEVELS

    if not isinstance(value, (tuple, list)) or not all(isinstance(each, LevelOverride) for each in value):
        _refuse(
            name, value, 'It is a tuple of LevelOverride, such as (LevelOverride(level="note", rule="minimum-*"),).'
        )
    for each in value:
        _raise(word_problem("level", each.level, LEVELS), inside=name)
        for part in ("rule", "place", "contract"):
            if not isinstance(getattr(each, part), str):
                _refuse(f"{name}: {part}", getattr(each, part), "It is a pattern, such as 'minimum-*'.")
        _raise(rule_problem(each.rule), inside=name)


def _dialects(name: str, value: Any, spec: OptionSpec) -> None:
    _resources(name, value, spec)
    for dialect in value.values():
        find_dialect(dialect)


def _resources(name: str, value: Any, _spec: OptionSpec) -> None:
    words = [*value, *value.values()] if isinstance(value, Mapping) else [None]
    if not all(isinstance(word, str) and word for word in words):
        _refuse(name, value, 'It maps URIs to strings, such as {"https://example.com/": "schemas"}.')


def _rules(name: str, value: Any, _spec: OptionSpec) -> None:
    from schemadiff.ruleset import RuleSet, find_rule_set

    if isinstance(value, str):
        find_rule_set(value)
    elif isinstance(value, RuleSet):
        _check_rule_set(value)
    else:
        _refuse(name, value, "It is the name of a rule set, or a RuleSet.")


def _check_rule_set(rule_set: RuleSet) -> None:
    inside = f"the rule set {str(rule_set.name)[:60]!r}"
    _check_levels(f"{inside}: levels", rule_set.levels, wildcards=False)
    _check_levels(f"{inside}: floors", rule_set.floors, wildcards=False)
    if rule_set.emission is not None:
        _raise(word_problem("emission", rule_set.emission, OPTIONS["emission"].choices), inside=inside)


_BY_KIND: dict[str, _Check] = {
    "choice": lambda name, value, spec: _raise(word_problem(name, value, spec.choices, spec.former)),
    "text": _typed(str, "It is a string."),
    "seconds": _seconds,
    "count": _count,
    "switch": _typed(bool, "It is True or False."),
    "day": _typed(date, "It is a datetime.date, such as date(2026, 11, 30).", but=datetime),
    "folder": _folders,
    "patterns": _folders,
    "file": _typed((str, os.PathLike), "It is a path."),
    "levels": lambda name, value, _: _check_levels(name, value, wildcards=True),
    "overrides": _overrides,
    "dialects": _dialects,
    "resources": _resources,
}
"""The check of each kind of option."""

_BY_NAME: dict[str, _Check] = {"dialect": lambda _name, value, _spec: find_dialect(value), "rules": _rules}
"""The checks of options that take values of further types."""
