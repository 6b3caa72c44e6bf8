"""
Messages of one contract: built, checked, and brought into the version that their reader understands.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from schemadiff.catalog import Catalog, Version, suggestion
from schemadiff.catalog.downgrade import downgrade
from schemadiff.errors import InputError, UsageError
from schemadiff.instance import Value, exact, format_pointer, get_at, set_at
from schemadiff.schema import load_file
from schemadiff.sources import Tree
from schemadiff.validators.harness import Validators

_LONGEST = 300
_MISSING = re.compile(r"'(?P<name>[^']+)' is a required property")
_PLAIN = frozenset((int, bool, type(None)))


@dataclass(frozen=True, slots=True)
class Problem:
    """
    One thing that is wrong with a message.

    Attributes:
        place: a pointer's text; empty for the message as a whole.
        words: what is wrong.
    """

    place: str
    words: str

    def __str__(self) -> str:
        return f"{self.place or 'the message'}: {self.words}"


class InvalidMessage(InputError):  # noqa: N818 - the message is what is invalid
    """
    A message that is not valid in the version that it is to be sent in; nothing was sent.

    Attributes:
        problems: everything that is wrong with it.
    """

    def __init__(self, name: str, problems: tuple[Problem, ...]) -> None:
        told = "; ".join(map(str, problems[:20]))
        super().__init__(f"not a valid {name}: {told}")
        self.problems = problems


class Messages:
    """
    A contract, ready to write messages of it.

    Arguments:
        tree: where the catalog was read from.
        catalog: the contracts.
        contract: the name of one.

    Raises:
        UsageError: there is no such contract.
        InputError: one of its schemas cannot be read.
    """

    def __init__(self, tree: Tree, catalog: Catalog, contract: str) -> None:
        self.contract = catalog.contract(contract)
        self._validators = {each.name: Validators(load_file(tree, each.path)) for each in self.contract.versions}

    @property
    def versions(self) -> tuple[str, ...]:
        """
        The names of its versions, the oldest first.
        """
        return tuple(self._validators)

    def valid(self, value: Value, version: str) -> bool:
        """
        Whether a value is a valid message of a version.
        """
        validators = self._of(version)
        if _simple(value):
            return validators.rust(value, prepared=True) is True
        try:
            plain = exact(value)
        except InputError:
            return False
        return _sendable(plain) and validators.rust(plain) is True

    def problems(self, value: Value, version: str) -> tuple[Problem, ...]:
        """
        Everything that is wrong with a message, by place; empty if it is valid.
        """
        if self.valid(value, version):
            return ()
        try:
            plain = exact(value)
        except InputError as error:
            return (Problem("", error.message),)
        if not _sendable(plain):
            return (Problem("", "a text in it has half a surrogate pair and cannot be sent"),)
        found = {
            Problem(format_pointer(place), _readable(words, plain, place))
            for place, words in self._of(version).errors(plain)
        }
        return tuple(sorted(found, key=lambda each: (each.place, each.words))) or (
            Problem("", "the validators do not agree on it"),
        )

    def build(self, members: Mapping[str, Any], version: str) -> Value:
        """
        A message with its version in it.

        Arguments:
            members: everything but the version; one that is there must be right.
            version: which to write.

        Raises:
            InvalidMessage: it is not valid in that version; with all its problems.
        """
        value = exact(dict(members))
        tag = self.contract.tag
        if tag is not None:
            try:
                get_at(value, tag)
            except LookupError:
                try:
                    value = set_at(value, tag, version)
                except LookupError:
                    raise InvalidMessage(
                        f"{self.contract.name} {version}", (Problem(format_pointer(tag), "there is no place for it"),)
                    ) from None
            value = _tag_first(value, str(tag[0])) if len(tag) == 1 else value
        problems = self.problems(value, version)
        if problems:
            raise InvalidMessage(f"{self.contract.name} {version}", problems)
        return value

    def negotiate(self, accepts: Mapping[str, list[str]] | None, *, as_of: date | None = None) -> str:
        """
        The newest version that both sides know.

        Arguments:
            accepts: from contract to the versions that the reader takes, as its capabilities tell.
            as_of: only versions that are published and supported on that day; None for all.

        Raises:
            UsageError: the reader does not tell, or there is no such version; with what each side has.
        """
        ours = [
            each.name
            for each in self.contract.versions
            if as_of is None
            or ((each.published is None or each.published <= as_of) and (each.sunset is None or as_of < each.sunset))
        ]
        if accepts is None:
            raise UsageError(
                f"the reader does not tell which versions of {self.contract.name} it takes",
                remedy=f"Name one of {', '.join(ours)}.",
            )
        theirs = accepts.get(self.contract.name, [])
        common = [each for each in ours if each in theirs]
        if not common:
            raise UsageError(
                f"no common version of {self.contract.name}: here {', '.join(ours) or 'none'}, "
                f"there {', '.join(theirs) or 'none'}",
                remedy="Upgrade the side that is behind.",
            )
        return common[-1]

    def convert(self, value: Value, version: str, target: str) -> Value:
        """
        A message in an older version, by the manifest's steps.

        Raises:
            DowngradeRefused: it has no form there, or the target is newer.
            UsageError: there is no such version.
        """
        self._of(target)
        while version != target:
            before = self.contract.before(version)
            value = downgrade(self.contract, version, value, check=partial(self._why, before))
            version = before.name if before is not None else target
        return value

    def _why(self, version: Version | None, value: Value) -> str | None:
        problems = () if version is None else self.problems(value, version.name)
        return "; ".join(map(str, problems)) or None

    def _of(self, version: str) -> Validators:
        found = self._validators.get(version)
        if found is None:
            self.contract.version(version)
            raise UsageError(f"no version of {self.contract.name} is called {version!r}")
        return found


def _simple(value: Value) -> bool:
    """
    Whether a value is JSON as it stands, its numbers being integers, so that it need not be copied to be judged.
    """
    kind = type(value)
    if kind is str:
        return value.isascii() or _encodable(value)
    if kind is dict:
        for name, member in value.items():
            if type(name) is not str or not (name.isascii() or _encodable(name)):
                return False
            if type(member) not in _PLAIN and not _simple(member):
                return False
        return True
    if kind is list:
        return all(type(item) in _PLAIN or _simple(item) for item in value)
    return kind in _PLAIN


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _sendable(value: Value) -> bool:
    """
    Whether every text in an exact value has a UTF-8 form.
    """
    if isinstance(value, dict):
        return all(_encodable(name) and _sendable(member) for name, member in value.items())
    if isinstance(value, list):
        return all(map(_sendable, value))
    return not isinstance(value, str) or _encodable(value)


def _tag_first(value: Value, name: str) -> Value:
    """
    Readers that look at the version first, people among them, find it first.
    """
    return {name: value[name], **value}


def _readable(words: str, value: Value, place: tuple[str | int, ...]) -> str:
    missing = _MISSING.fullmatch(words)
    if missing is not None:
        there = get_at(value, place)
        name = missing["name"]
        near = suggestion(name, [each for each in there if each != name]) if isinstance(there, dict) else None
        hint = f" (there is {near!r}: another spelling, or another unit?)" if near else ""
        return f"{name!r} is missing{hint}"
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}…"
