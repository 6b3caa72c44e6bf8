"""
Every kind of result as JSON: one envelope, with the members of the kind in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemadiff import __version__
from schemadiff.report.escaping import json_text
from schemadiff.report.style import Style
from schemadiff.report.values import to_plain

if TYPE_CHECKING:
    from schemadiff.report.results import Result

FORMAT = 3
"""The version of the format: within one, members may be added, but none is removed or changes its meaning."""


def render(result: Result, *, style: Style) -> str:  # noqa: ARG001 - every reporter has the same signature
    """
    Write a result as JSON. The same result gives the same bytes.
    """
    envelope = {
        "format": FORMAT,
        "kind": result.kind,
        "schemadiff": __version__,
        "as_of": None,
        "exit_code": result.exit_code,
    }
    computed = {name: to_plain(getattr(result, name)) for name in computed_members(type(result))}
    return json_text({**envelope, **computed, **to_plain(result)}) + "\n"


def computed_members(record: type) -> tuple[str, ...]:
    """
    The properties of a class of results that are written beside its fields, and not read back.
    """
    return getattr(record, "computed", ())
