"""
One value in, text out.
"""

from collections.abc import Callable

from schemadiff.report import json_, markdown, terminal
from schemadiff.report.json_ import schema_text
from schemadiff.report.model import Report
from schemadiff.report.names import FAIL_LEVELS
from schemadiff.report.style import Style

REPORTERS: dict[str, Callable[..., str]] = {each.NAME: each.render for each in (terminal, markdown, json_)}
"""Every format by name."""


def render(report: Report, form: str, *, style: Style | None = None) -> str:
    """
    Write a report.

    Arguments:
        report: what to write.
        form: one of ``REPORTERS``.
        style: width and colours, for the formats that have any.
    """
    return REPORTERS[form](report, style=style or Style())


__all__ = ["FAIL_LEVELS", "REPORTERS", "Report", "Style", "render", "schema_text"]
