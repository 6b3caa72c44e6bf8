"""
All rules there are.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from io import FileIO
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from schemadiff.errors import InternalError, UsageError
from schemadiff.ruleset.rule import Head, Rule, parse_head, whole_rule

if TYPE_CHECKING:
    from schemadiff.changes import Change

R = TypeVar("R", Head, Rule)

SETS = "sets"
"""The folder of the rule sets, among those of the rules."""


def rules_folder() -> Path:
    """
    Where the rules' files are: in the installed package, or beside it in a checkout.
    """
    packaged = Path(__file__).parent.parent / "_rules"
    return packaged if packaged.is_dir() else Path(__file__).parent.parent.parent / "rules"


class Rules(Mapping[str, Rule]):
    """
    Rules by id, of which only those are read to their end that are looked at.

    Arguments:
        heads: what their files begin with, sorted by id.
    """

    def __init__(self, heads: Iterable[Head]) -> None:
        self._heads = {head.id: head for head in heads}
        self._read: dict[str, Rule] = {}
        self._about: dict[tuple[str, str, str, str | None], str | None] = {}

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

    def about(self, change: Change) -> Rule | None:
        """
        The rule that is about a change; None if no rule is.

        Raises:
            InternalError: two rules are, and neither refines the other.
        """
        # Changes of one kind come by the thousand, and all that counts of a change is its kind.
        kind = (change.fact, change.keyword, change.effect.value, change.details.get("model"))
        if kind not in self._about:
            head = the_rule_for(change, self._heads.values())
            self._about[kind] = None if head is None else head.id
        name = self._about[kind]
        return None if name is None else self[name]


@cache
def all_rules() -> Rules:
    """
    Every rule by id, sorted.

    Raises:
        InternalError: the folder is missing or empty; a run without rules would pass everything.
    """
    folder = rules_folder()
    heads = [parse_head(text, name=name) for name, text in _files(str(folder))]
    if not heads:
        raise InternalError(f"no rules in {folder.name}/", remedy="Install schemadiff again.")
    return Rules(sorted(heads, key=lambda head: head.id))


def _files(folder: str) -> Iterator[tuple[str, str]]:
    """
    The names and texts of the rules' files; there are so many that how they are read is felt in every run.
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


def find_rule(name: str) -> Rule:
    """
    A rule by id.

    Raises:
        UsageError: there is none; the remedy names those that are spelled alike.
    """
    rules = all_rules()
    if name in rules:
        return rules[name]
    from difflib import get_close_matches

    close = get_close_matches(name, rules, n=3)
    hint = f"Did you mean {' or '.join(close)}?" if close else "`schemadiff rules` lists them all."
    raise UsageError(f"no rule is called {name!r}", remedy=hint)


def the_rule_for(change: Change, rules: Iterable[R]) -> R | None:
    """
    The one of these rules that is about a change.

    Raises:
        InternalError: two rules are, and neither refines the other.
    """
    model = change.details.get("model")
    found = [r for r in rules if r.about.covers(change.fact, change.keyword, change.effect.value, model)]
    refined = {name for rule in found for name in rule.refines}
    left = [rule for rule in found if rule.id not in refined]
    if len(left) > 1:
        raise InternalError(f"{' and '.join(rule.id for rule in left)} are both about {change.fact}")
    return left[0] if left else None
