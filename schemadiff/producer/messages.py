"""
Messages of one contract: build, validate, and convert to the version that the reader accepts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from schemadiff.catalog import Catalog, Version
from schemadiff.catalog.downgrade import downgrade
from schemadiff.errors import InputError, UsageError, suggestion
from schemadiff.instance import Value, exact, format_pointer, get_at, is_encodable, set_at
from schemadiff.schema import load_file
from schemadiff.sources import Tree
from schemadiff.validators.harness import Validators

_LONGEST = 300
_MISSING = re.compile(r"'(?P<name>[^']+)' is a required property")
_PLAIN = frozenset((int, bool, type(None)))


@dataclass(frozen=True, slots=True)
class MessageProblem:
    """
    An error in a message.

    Attributes:
        location: a JSON Pointer; empty for the whole message.
        message: the error, for people.
    """

    location: str
    message: str

    def __str__(self) -> str:
        return f"{self.location or 'the message'}: {self.message}"


class InvalidMessage(InputError):  # noqa: N818 - the message is what is invalid
    """
    A message that is not valid in its version; it was not sent.

    Attributes:
        problems: all errors in it.
    """

    def __init__(self, name: str, problems: tuple[MessageProblem, ...]) -> None:
        super().__init__(f"not a valid {name}: {'; '.join(map(str, problems[:20]))}")
        self.problems = problems


class Messages:
    """
    The messages of one contract.

    Raises:
        UsageError: there is no such contract.
        InputError: one of its schemas cannot be read.
    """

    def __init__(self, tree: Tree, catalog: Catalog, contract: str) -> None:
        self.contract = catalog.contract(contract)
        self._validators = {
            version.name: Validators(load_file(tree, version.path)) for version in self.contract.versions
        }

    @property
    def versions(self) -> tuple[str, ...]:
        """
        The names of its versions, oldest first.
        """
        return tuple(self._validators)

    def valid(self, value: Value, version: str) -> bool:
        """
        Whether a value is a valid message of a version.
        """
        validators = self._validators_of(version)
        if _is_plain(value):
            return validators.rust(value, prepared=True) is True
        try:
            plain = exact(value)
        except InputError:
            return False
        return is_encodable(plain) and validators.rust(plain) is True

    def problems(self, value: Value, version: str) -> tuple[MessageProblem, ...]:
        """
        All errors in a message, by location; empty if it is valid.

        Raises:
            UsageError: there is no such version.
        """
        if self.valid(value, version):
            return ()
        try:
            plain = exact(value)
        except InputError as error:
            return (MessageProblem("", error.message),)
        if not is_encodable(plain):
            return (MessageProblem("", "a string in it has half a surrogate pair and cannot be sent"),)
        problems = {
            MessageProblem(format_pointer(location), _readable(message, plain, location))
            for location, message in self._validators_of(version).errors(plain)
        }
        return tuple(sorted(problems, key=lambda each: (each.location, each.message))) or (
            MessageProblem("", "the validators do not agree on it"),
        )

    def build(self, properties: Mapping[str, Any], version: str) -> Value:
        """
        A message with its version tag.

        Arguments:
            properties: the message; a version tag in it must be that of the version.
            version: the version's name.

        Raises:
            InvalidMessage: it is not valid in that version; with all its errors.
        """
        value = exact(dict(properties))
        tag = self.contract.tag
        if tag is not None:
            try:
                get_at(value, tag)
            except LookupError:
                try:
                    value = set_at(value, tag, version)
                except LookupError:
                    raise InvalidMessage(
                        f"{self.contract.name} {version}",
                        (MessageProblem(format_pointer(tag), "there is no place for it"),),
                    ) from None
            if len(tag) == 1:  # in front, for people who read it
                value = {str(tag[0]): value[tag[0]], **value}
        problems = self.problems(value, version)
        if problems:
            raise InvalidMessage(f"{self.contract.name} {version}", problems)
        return value

    def negotiate(self, accepts: Mapping[str, list[str]] | None, *, as_of: date | None = None) -> str:
        """
        The newest version that both sides know.

        Arguments:
            accepts: from contract to the versions that the reader accepts, from its capabilities.
            as_of: only versions that are published and supported on that day; None for all.

        Raises:
            UsageError: the reader announces no versions, or none is common; with the versions of both sides.
        """
        ours = [
            version.name
            for version in self.contract.versions
            if as_of is None
            or (
                (version.published is None or version.published <= as_of)
                and (version.sunset is None or as_of < version.sunset)
            )
        ]
        if accepts is None:
            raise UsageError(
                f"the reader does not tell which versions of {self.contract.name} it accepts",
                remedy=f"Name one of {', '.join(ours)}.",
            )
        theirs = accepts.get(self.contract.name, [])
        common = [our for our in ours if our in theirs]
        if not common:
            raise UsageError(
                f"no common version of {self.contract.name}: here {', '.join(ours) or 'none'}, "
                f"there {', '.join(theirs) or 'none'}",
                remedy="Upgrade the side that is behind.",
            )
        return common[-1]

    def convert(self, value: Value, version: str, target: str) -> Value:
        """
        A message converted to an older version by the downgrades of the manifest.

        Raises:
            DowngradeRefused: it has no form in that version, or the target is newer.
            UsageError: there is no such version.
        """
        self._validators_of(target)
        while version != target:
            older = self.contract.before(version)
            value = downgrade(self.contract, version, value, check=partial(self._refusal, older))
            version = older.name if older is not None else target
        return value

    def _refusal(self, version: Version | None, value: Value) -> str | None:
        problems = () if version is None else self.problems(value, version.name)
        return "; ".join(map(str, problems)) or None

    def _validators_of(self, version: str) -> Validators:
        validators = self._validators.get(version)
        if validators is None:
            self.contract.version(version)
            raise UsageError(f"no version of {self.contract.name} is called {version!r}")
        return validators


def _is_plain(value: Value) -> bool:
    """
    Whether a value is JSON whose numbers are all integers, so that validators take it without a copy.
    """
    kind = type(value)
    if kind is str:
        return value.isascii() or is_encodable(value)
    if kind is dict:
        for name, member in value.items():
            if type(name) is not str or not (name.isascii() or is_encodable(name)):
                return False
            if type(member) not in _PLAIN and not _is_plain(member):
                return False
        return True
    if kind is list:
        return all(type(item) in _PLAIN or _is_plain(item) for item in value)
    return kind in _PLAIN


def _readable(message: str, value: Value, location: tuple[str | int, ...]) -> str:
    missing = _MISSING.fullmatch(message)
    if missing is not None:
        owner = get_at(value, location)
        name = missing["name"]
        near = suggestion(name, [each for each in owner if each != name]) if isinstance(owner, dict) else None
        hint = f" (there is {near!r}: another spelling, or another unit?)" if near else ""
        return f"{name!r} is missing{hint}"
    return message if len(message) <= _LONGEST else f"{message[:_LONGEST]}…"
