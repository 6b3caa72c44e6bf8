"""
A value of a manifest together with its place in the file, read strictly.

Reading must be quick, since every command does it, and must refuse whatever the manifest's schema refuses. So the
reader stops at the first thing it does not expect, and only then is the schema asked what is wrong (see ``shape``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from schemadiff.errors import InputError
from schemadiff.instance import Pointer, Value
from schemadiff.sources.positions import Position

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z", re.ASCII)


class Unexpected(Exception):  # noqa: N818 - a state of the reader; what users see is made of it
    """
    Something is not as the manifest's schema wants it.
    """

    def __init__(self, cursor: Cursor, message: str) -> None:
        super().__init__(message)
        self.cursor = cursor
        self.message = message


@dataclass(frozen=True, slots=True)
class Source:
    """
    The file that cursors point into.
    """

    name: str
    locate: Callable[[Pointer], Position | None]


class Cursor:
    """
    Arguments:
        value: what stands there.
        pointer: where.
        source: in which file.
    """

    __slots__ = ("pointer", "source", "value")

    def __init__(self, value: Value, pointer: Pointer, source: Source) -> None:
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
        The mapping that stands here.
        """
        if not isinstance(self.value, dict):
            raise Unexpected(self, "expected a mapping")
        return self.value

    def only(self, *known: str) -> Cursor:
        """
        Itself, once sure that it has no other keys than these.
        """
        for name in self.members():
            if name not in known:
                raise Unexpected(self, f"unknown key {name!r}")
        return self

    def get(self, name: str) -> Cursor | None:
        """
        A member; None if it is absent.
        """
        return self[name] if name in self.members() else None

    def entries(self) -> Iterator[tuple[str, Cursor]]:
        """
        The members of a mapping from names to things.
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
        A text that is not empty.
        """
        if not isinstance(self.value, str) or not 0 < len(self.value) <= limit:
            raise Unexpected(self, f"expected a text of 1 to {limit} characters")
        return self.value

    def name(self) -> str:
        """
        A text that may be a name.
        """
        if not isinstance(self.value, str) or not is_name(self.value):
            raise Unexpected(self, "expected a name")
        return self.value

    def place(self) -> str:
        """
        A JSON Pointer below the root.
        """
        if not isinstance(self.value, str) or not self.value.startswith("/") or len(self.value) > 1024:
            raise Unexpected(self, "expected a place such as /tasks/*/action")
        return self.value

    def word(self, *choices: str) -> str:
        """
        One of some words.
        """
        if not isinstance(self.value, str) or self.value not in choices:
            raise Unexpected(self, f"expected one of {', '.join(choices)}")
        return self.value

    def days(self) -> int:
        """
        A number of days.
        """
        if not isinstance(self.value, int) or isinstance(self.value, bool) or not 0 <= self.value <= 36500:
            raise Unexpected(self, "expected a number of days from 0 to 36500")
        return self.value

    def day(self) -> date:
        """
        A date.

        Raises:
            InputError: it looks like one, but the calendar has no such day.
        """
        if not isinstance(self.value, str) or not _DAY.match(self.value):
            raise Unexpected(self, "expected a day such as 2026-11-23")
        try:
            return date.fromisoformat(self.value)
        except ValueError:
            raise self.error(f"the calendar has no {self.value}", "A day is written as 2026-11-23.") from None

    def error(self, message: str, remedy: str | None = None) -> InputError:
        """
        What does not make sense here, to be raised.
        """
        place = self.source.locate(self.pointer)
        return InputError(
            message,
            name=self.source.name,
            line=place.line if place else None,
            column=place.column if place else None,
            remedy=remedy,
        )

    @property
    def line(self) -> int | None:
        """
        The line on which it stands.
        """
        place = self.source.locate(self.pointer)
        return place.line if place else None


def is_name(text: str) -> bool:
    """
    Whether a text may name a contract, version, service or release: it can be told from its neighbours in
    ``job_request@v1`` and in a path, and shows what it is.
    """
    return (
        0 < len(text) <= 128
        and text.isprintable()
        and text[0] not in ".-"
        and not any(sign in text for sign in " /\\@")
    )
