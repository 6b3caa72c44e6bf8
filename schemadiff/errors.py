"""
The exceptions that callers of schemadiff may see.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class SchemadiffError(Exception):
    """
    The base of all errors: a message, its location, and a remedy.

    Arguments:
        message: the problem, without a full stop at the end.
        name: the file, revision or argument concerned.
        line, column: the position in it, counted from 1; both or neither.
        remedy: the action for the reader, a whole sentence.
    """

    exit_code = 70

    def __init__(
        self,
        message: str,
        *,
        name: str | None = None,
        line: int | None = None,
        column: int | None = None,
        remedy: str | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.name = name
        self.line = line
        self.column = column
        self.remedy = remedy

    def __str__(self) -> str:
        place = self.name or ""
        if self.line is not None:
            place += f":{self.line}:{self.column}"
        text = f"{place}: {self.message}" if place else self.message
        return f"{text}\n  {self.remedy}" if self.remedy else text


class UsageError(SchemadiffError):
    """
    Arguments of the command line or of a call that do not exist or contradict each other.
    """

    exit_code = 2


class InputError(SchemadiffError):
    """
    A schema, instance, manifest or revision that cannot be read or is invalid.
    """

    exit_code = 4


class WorkerError(SchemadiffError):
    """
    A worker that could not be built, started or communicated with.
    """

    exit_code = 5


class ServiceError(SchemadiffError):
    """
    A service such as GitHub that cannot be reached or rejects a request.
    """

    exit_code = 5


class InternalError(SchemadiffError):
    """
    A violated invariant: a bug in schemadiff.
    """

    exit_code = 70


def suggestion(name: str, known: Iterable[str]) -> str | None:
    """
    The known name closest to a misspelt one; None if none is close.
    """
    from difflib import get_close_matches

    close_matches = get_close_matches(name, list(known), n=1, cutoff=0.7)
    return close_matches[0] if close_matches else None
