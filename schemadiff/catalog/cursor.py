"""
A value of a manifest together with its location in the file, read strictly.

Every command reads the manifest, so reading must be fast, and must refuse whatever the manifest's schema refuses. The
reader stops at the first unexpected value; only then does ``shape`` validate the manifest for an exact message.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from schemadiff.errors import InputError, suggestion
from schemadiff.instance import Pointer, Value
from schemadiff.sources.positions import Position

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)
_LONGEST_POINTER = 1024
_Read = TypeVar("_Read")
_Default = TypeVar("_Default")


class Unexpected(Exception):  # noqa: N818 - a state of the reader; what users see is made of it
    """
    A value that the manifest's schema does not allow.

    Arguments:
        cursor: the value.
        message: what is wrong with it.
    """

    def __init__(self, cursor: Cursor, message: str) -> None:
        super().__init__(message)
        self.cursor = cursor
        self.message = message


@dataclass(frozen=True, slots=True)
class ManifestText:
    """
    The file that cursors point into.

    Attributes:
        name: the name of the file in messages.
        locate: from a pointer to the position in the file; None if there is no such value.
    """

    name: str
    locate: Callable[[Pointer], Position | None]


class Cursor:
    """
    One value of a manifest.

    Arguments:
        value: the value.
        pointer: its location in the manifest.
        source: the file.
    """

    __slots__ = ("pointer", "source", "value")

    def __init__(self, value: Value, pointer: Pointer, source: ManifestText) -> None:
        self.value = value
        self.pointer = pointer
        self.source = source

    def __getitem__(self, name: str) -> Cursor:
        members = self.members()
        if name not in members:
            raise Unexpected(self, f"the key {name!r} is missing")
        return Cursor(members[name], (*self.pointer, name), self.source)

    def members(self) -> dict[str, Any]:
        """
        The value, which must be a mapping.
        """
        if not isinstance(self.value, dict):
            raise Unexpected(self, "expected a mapping")
        return self.value

    def only(self, *known: str) -> Cursor:
        """
        The cursor itself, after a check that its mapping has no keys but these.
        """
        for name in self.members():
            if name not in known:
                raise Unexpected(self, f"unknown key {name!r}")
        return self

    def get(self, name: str) -> Cursor | None:
        """
        The value of a key; None if the key is absent.
        """
        return self[name] if name in self.members() else None

    def read(self, name: str, reader: Callable[[Cursor], _Read], default: _Default) -> _Read | _Default:
        """
        The value of a key by a reader; the default if the key is absent.
        """
        stated = self.get(name)
        return default if stated is None else reader(stated)

    def each(self, name: str, reader: Callable[[Cursor], _Read]) -> tuple[_Read, ...]:
        """
        The items of the list under a key by a reader; none if the key is absent.
        """
        return self.read(name, lambda listed: tuple(map(reader, listed.items())), ())

    def entries(self) -> Iterator[tuple[str, Cursor]]:
        """
        The entries of a mapping whose keys are names, see ``is_name``.
        """
        for name, value in self.members().items():
            if not is_name(name):
                raise Unexpected(self, f"{name!r} is not a name")
            yield name, Cursor(value, (*self.pointer, name), self.source)

    def items(self) -> Iterator[Cursor]:
        """
        The items of a list.
        """
        if not isinstance(self.value, list):
            raise Unexpected(self, "expected a list")
        for index, value in enumerate(self.value):
            yield Cursor(value, (*self.pointer, index), self.source)

    def text(self, limit: int = 2000) -> str:
        """
        The value, which must be a non-empty text of at most ``limit`` characters.
        """
        if not isinstance(self.value, str) or not 0 < len(self.value) <= limit:
            raise Unexpected(self, f"expected a text of 1 to {limit} characters")
        return self.value

    def name(self) -> str:
        """
        The value, which must be a name, see ``is_name``.
        """
        if not isinstance(self.value, str) or not is_name(self.value):
            raise Unexpected(self, "expected a name")
        return self.value

    def pointer_text(self) -> str:
        """
        The value, which must be the text of a JSON Pointer below the root.
        """
        if not isinstance(self.value, str) or not self.value.startswith("/") or len(self.value) > _LONGEST_POINTER:
            raise Unexpected(self, "expected a place such as /tasks/*/action")
        return self.value

    def location(self) -> str:
        """
        The text of a JSON Pointer; the value is one, or the bare name of a property.
        """
        text = self.text(_LONGEST_POINTER)
        return text if text.startswith("/") else "/" + text.replace("~", "~0").replace("/", "~1")

    def choice(self, *choices: str) -> str:
        """
        The value, which must be one of ``choices``.
        """
        if not isinstance(self.value, str) or self.value not in choices:
            raise Unexpected(self, f"expected one of {', '.join(choices)}")
        return self.value

    def choice_of(self, name: str, choices: tuple[str, ...], default: _Default) -> str | _Default:
        """
        The value of a key, which must be one of some words; the default if the key is absent.
        """
        return self.read(name, lambda stated: stated.choice(*choices), default)

    def boolean(self) -> bool:
        """
        The value, which must be true or false.
        """
        if not isinstance(self.value, bool):
            raise Unexpected(self, "expected true or false")
        return self.value

    def days(self) -> int:
        """
        The value, which must be a number of days.
        """
        if not isinstance(self.value, int) or isinstance(self.value, bool) or not 0 <= self.value <= 36500:
            raise Unexpected(self, "expected a number of days from 0 to 36500")
        return self.value

    def day(self) -> date:
        """
        The value, which must be a date such as 2026-11-23.

        Raises:
            InputError: the calendar has no such day.
        """
        if not isinstance(self.value, str) or not _DAY.match(self.value):
            raise Unexpected(self, "expected a day such as 2026-11-23")
        try:
            return date.fromisoformat(self.value)
        except ValueError:
            raise self.error(f"the calendar has no {self.value}", "A day is written as 2026-11-23.") from None

    def error(self, message: str, remedy: str | None = None) -> InputError:
        """
        An error at the value's position, to be raised.
        """
        place = self.source.locate(self.pointer)
        line, column = (place.line, place.column) if place else (None, None)
        return InputError(message, name=self.source.name, line=line, column=column, remedy=remedy)

    def unknown(self, message: str, known: Iterable[str]) -> InputError:
        """
        An error about a name that is not known, to be raised, with the nearest one that is.
        """
        names = list(known)
        near = suggestion(str(self.value), names)
        return self.error(message, f"Did you mean {near!r}?" if near else f"There is: {', '.join(names[:20])}.")

    @property
    def line(self) -> int | None:
        """
        The line of the value.
        """
        place = self.source.locate(self.pointer)
        return place.line if place else None


def is_name(text: str) -> bool:
    """
    Whether a text may name a contract, version, service or release: it is printable, and unambiguous in
    ``order@v1`` and in a path; spaces are allowed between words only.
    """
    return (
        0 < len(text) <= 128
        and text.isprintable()
        and text[0] not in ".-"
        and text.strip() == text
        and not any(sign in text for sign in "/\\@")
    )
