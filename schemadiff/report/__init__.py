"""
One value in, text out.
"""

from importlib import import_module

from schemadiff.report.formats import FAIL_LEVELS, FORMATS
from schemadiff.report.model import Report, Window
from schemadiff.report.style import Style

REPORTERS = {
    "terminal": "schemadiff.report.terminal",
    "markdown": "schemadiff.report.markdown",
    "json": "schemadiff.report.json_",
    "sarif": "schemadiff.report.sarif",
    "junit": "schemadiff.report.junit",
    "github": "schemadiff.report.github",
    "html": "schemadiff.report.html",
}
"""Every format with its module, which has ``NAME``, ``SUFFIX`` and ``render``; imported when it is asked for."""


def render(report: Report, form: str, *, style: Style | None = None) -> str:
    """
    Write a report.

    Arguments:
        report: what to write.
        form: one of ``REPORTERS``.
        style: width, colours and limits, for the formats that have any.

    Raises:
        KeyError: there is no such format.
    """
    text: str = import_module(REPORTERS[form]).render(report, style=style or Style())
    return text


__all__ = ["FAIL_LEVELS", "FORMATS", "REPORTERS", "Report", "Style", "Window", "render"]
