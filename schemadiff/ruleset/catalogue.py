"""
The catalogue of all rules.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING

from schemadiff.errors import InputError, InternalError, UsageError
from schemadiff.ruleset.rule import Head, Rule, parse_head, whole_rule

if TYPE_CHECKING:
    from schemadiff.changes import Change

SETS = "sets"
"""The folder of the rule sets, among those of the rules."""


def rules_folder() -> Path:
    """
    The folder of the rules' files: in the installed package, or beside it in a checkout.
    """
    packaged = Path(__file__).parent.parent / "_rules"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent.parent / "rules"


class Rules(Mapping[str, Rule]):
    """
    Rules by id; a rule's file is parsed to its end when the rule is looked up.

    Arguments:
        heads: the front matter of all rules.

    Attributes:
        aliases: the ids that rules had before, each with the ids that took its place.

    Raises:
        InputError: two rules have one id, an alias is the id of a rule, or a rule refines an unknown one.
    """

    def __init__(self, heads: Iterable[Head]) -> None:
        self._heads: dict[str, Head] = {}
        self.aliases: dict[str, tuple[str, ...]] = {}
        self._read: dict[str, Rule] = {}
        self._candidates: dict[tuple[str, str, str, str | None], tuple[Rule, ...]] = {}
        for head in sorted(heads, key=lambda head: head.rule.id):
            rule = head.rule
            if rule.id in self._heads:
                raise InputError(f"two rules have the id {rule.id!r}", name=head.name)
            self._heads[rule.id] = head
            for alias in rule.aliases:
                self.aliases[alias] = (*self.aliases.get(alias, ()), rule.id)
        for head in self._heads.values():
            taken = [alias for alias in head.rule.aliases if alias in self._heads]
            if taken:
                raise InputError(f"the alias {taken[0]!r} is the id of another rule", name=head.name)
            missing = [name for name in head.rule.refines if name not in self._heads]
            if missing:
                raise InputError(f"refines: no rule is called {missing[0]!r}", name=head.name)

    def __getitem__(self, name: str) -> Rule:
        if name not in self._read:
            self._read[name] = whole_rule(self._heads[name])
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._heads)

    def __len__(self) -> int:
        return len(self._heads)

    def __contains__(self, name: object) -> bool:
        return name in self._heads

    def resolve(self, name: str) -> tuple[str, ...]:
        """
        The ids that a name stands for: its own, or those that it is an alias of; none if the name is unknown.
        """
        return (name,) if name in self._heads else self.aliases.get(name, ())

    def names(self, rule: str) -> tuple[str, ...]:
        """
        All names of a rule, its id first; an unknown id has no other name.
        """
        head = self._heads.get(rule)
        return (rule,) if head is None else (rule, *head.rule.aliases)

    def about(self, change: Change) -> Rule | None:
        """
        The rule that is about a change; None if no rule is.

        Raises:
            InternalError: two rules are, and neither refines the other.
        """
        # Changes of one kind come by the thousand, and few rules are about any kind.
        kind = (change.fact, change.keyword, change.effect.value, change.details.get("model"))
        if kind not in self._candidates:
            rules = (head.rule for head in self._heads.values())
            self._candidates[kind] = tuple(rule for rule in rules if rule.about.covers(*kind))
        chosen = the_rule_for(change, self._candidates[kind])
        return None if chosen is None else self[chosen.id]


@cache
def all_rules() -> Rules:
    """
    Every rule by id, sorted.

    Raises:
        InputError: the rules contradict each other.
        InternalError: the folder is missing or empty; a run without rules would pass everything.
    """
    folder = rules_folder()
    rules = Rules(parse_head(text, name=name) for name, text in _files(str(folder)))
    if not rules:
        raise InternalError(f"no rules in {folder.name}/", remedy="Install schemadiff again.")
    return rules


def _files(folder: str) -> Iterator[tuple[str, str]]:
    """
    The names and texts of the rules' files, read without the cost of ``pathlib``: each run reads all of them.
    """
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name in (SETS, "README.md"):
                continue
            if entry.is_dir():
                yield from _files(entry.path)
            elif entry.name.endswith(".md"):
                with FileIO(entry.path) as file:
                    yield entry.name, file.readall().decode().replace("\r\n", "\n")


def find_rules(name: str) -> tuple[Rule, ...]:
    """
    The rules that a name stands for: one by its id, or all that had the name before.

    Raises:
        UsageError: there is none; the remedy names those that are spelled alike.
    """
    rules = all_rules()
    result = rules.resolve(name)
    if result:
        return tuple(rules[each] for each in result)
    from difflib import get_close_matches

    close = get_close_matches(name, (*rules, *rules.aliases), n=3)
    hint = f"Did you mean {' or '.join(close)}?" if close else "`schemadiff rules` lists them all."
    raise UsageError(f"no rule is called {name!r}", remedy=hint)


def renaming_note(name: str) -> str | None:
    """
    A sentence that names the new id, or ids, of a rule; None for a name that is no alias.
    """
    result = all_rules().aliases.get(name)
    return (
        None if result is None else f"The rule `{name}` is called {' and '.join(f'`{each}`' for each in result)} now."
    )


def the_rule_for(change: Change, rules: Iterable[Rule]) -> Rule | None:
    """
    The one of some rules that is about a change.

    Raises:
        InternalError: two rules are, and neither refines the other.
    """
    result = [rule for rule in rules if rule.about.fits(change)]
    refined = {name for rule in result for name in rule.refines}
    left = [rule for rule in result if rule.id not in refined]
    if len(left) > 1:
        raise InternalError(
            f"the rules {' and '.join(rule.id for rule in left)} are both about {change.fact} of {change.keyword}",
            remedy=f"Add `refines: [{left[0].id}]` to the rule that takes precedence.",
        )
    return left[0] if left else None
