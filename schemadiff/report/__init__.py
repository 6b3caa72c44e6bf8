"""
Results of commands, written in a format.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from schemadiff.errors import UsageError
from schemadiff.report.formats import KINDS, REPORTERS, formats_of
from schemadiff.report.model import Report, Window
from schemadiff.report.style import Style

if TYPE_CHECKING:
    from schemadiff.report.results import Result


def render(result: Result, form: str, *, style: Style | None = None) -> str:
    """
    Write a result.

    Arguments:
        result: of a command.
        form: a format of its kind.
        style: width, colours and limits, for the formats that have any.

    Raises:
        UsageError: the kind has no such format.
    """
    if (result.kind, form) not in REPORTERS:
        formats = ", ".join(formats_of(result.kind))
        raise UsageError(f"no format {form[:60]!r} for a {result.kind}", remedy=f"Use one of {formats}.")
    module, _, name = REPORTERS[result.kind, form].partition(":")
    text: str = getattr(import_module(module), name)(result, style=style or Style())
    return text


__all__ = ["KINDS", "REPORTERS", "Report", "Style", "Window", "formats_of", "render"]
