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
        UsageError: it is no result of a command, or its kind has no such format.
    """
    kind = getattr(result, "kind", None)
    if kind not in KINDS:
        raise UsageError(f"result is a {type(result).__name__}", remedy="It is what `compare` or `check` returned.")
    if not isinstance(form, str) or (kind, form) not in REPORTERS:
        raise UsageError(
            f"no format {str(form)[:60]!r} for a {kind}", remedy=f"Use one of {', '.join(formats_of(kind))}."
        )
    module, _, name = REPORTERS[kind, form].partition(":")
    text: str = getattr(import_module(module), name)(result, style=style or Style())
    return text


__all__ = ["KINDS", "REPORTERS", "Report", "Style", "Window", "formats_of", "render"]
