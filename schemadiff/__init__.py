"""
Which producers and consumers does a schema edit break, and what payload proves it?

What this module offers is the library; every other module may change without notice. The names are imported when they
are used, so that ``import schemadiff`` costs next to nothing.

    >>> import schemadiff
    >>> report = schemadiff.diff({"type": "integer"}, {"type": "integer", "minimum": 0})
    >>> report.verdict is schemadiff.Verdict.BREAKING
    True
    >>> report.comparisons[0].findings[0].rule
    'minimum-raised'
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schemadiff.api import Schema as Schema
    from schemadiff.api import check as check
    from schemadiff.api import contains as contains
    from schemadiff.api import diff as diff
    from schemadiff.api import load as load
    from schemadiff.api import render as render
    from schemadiff.containment import Contained as Contained
    from schemadiff.containment import Reason as Reason
    from schemadiff.containment import Refuted as Refuted
    from schemadiff.containment import Unknown as Unknown
    from schemadiff.decide import Classification as Classification
    from schemadiff.decide import Comparison as Comparison
    from schemadiff.decide import Direction as Direction
    from schemadiff.decide import Evidence as Evidence
    from schemadiff.decide import Finding as Finding
    from schemadiff.decide import Judgement as Judgement
    from schemadiff.decide import Location as Location
    from schemadiff.decide import Payload as Payload
    from schemadiff.decide import PolicyFinding as PolicyFinding
    from schemadiff.decide import SourceText as SourceText
    from schemadiff.decide import Tag as Tag
    from schemadiff.decide import Verdict as Verdict
    from schemadiff.errors import InputError as InputError
    from schemadiff.errors import InternalError as InternalError
    from schemadiff.errors import SchemadiffError as SchemadiffError
    from schemadiff.errors import UsageError as UsageError
    from schemadiff.errors import WorkerError as WorkerError
    from schemadiff.report import Report as Report
    from schemadiff.report import Style as Style
    from schemadiff.report import Window as Window
    from schemadiff.runtime.budget import Budget as Budget

__version__ = "0.1.0"

_HOMES = {
    "api": ("Schema", "check", "contains", "diff", "load", "render"),
    "runtime.budget": ("Budget",),
    "containment": ("Contained", "Reason", "Refuted", "Unknown"),
    "decide": (
        "Classification",
        "Comparison",
        "Direction",
        "Evidence",
        "Finding",
        "Judgement",
        "Payload",
        "Location",
        "PolicyFinding",
        "SourceText",
        "Tag",
        "Verdict",
    ),
    "report": ("Report", "Style", "Window"),
    "errors": ("InputError", "InternalError", "SchemadiffError", "UsageError", "WorkerError"),
}
"""The rooms in which the public names live."""

_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted((*_HOME_OF, "__version__"))  # noqa: PLE0605 - the table above is the list


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'schemadiff' has no attribute {name!r}")
    found = getattr(import_module(f"schemadiff.{home}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
