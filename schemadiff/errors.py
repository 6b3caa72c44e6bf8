"""
Every exception that a caller of schemadiff may see.
"""

from __future__ import annotations


class SchemadiffError(Exception):
    """
    Something that ends a command, told in one sentence.

    Arguments:
        message: what is wrong, without a full stop at the end.
        name: the file, revision or argument in which it is wrong.
        line, column: where in it, counted from 1; both or neither.
        remedy: what the reader can do about it, a whole sentence.
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
    The command line, or a library call, asks for something that does not exist or does not fit together.
    """

    exit_code = 2


class InputError(SchemadiffError):
    """
    A schema, instance, manifest or revision cannot be read or does not make sense.
    """

    exit_code = 4


class WorkerError(SchemadiffError):
    """
    A worker could not be built, started or spoken with.
    """

    exit_code = 5


class ServiceError(SchemadiffError):
    """
    A service such as GitHub cannot be reached, or does not do what it was asked for.
    """

    exit_code = 5


class InternalError(SchemadiffError):
    """
    A promise that schemadiff makes to itself does not hold: a bug of ours.
    """

    exit_code = 70
