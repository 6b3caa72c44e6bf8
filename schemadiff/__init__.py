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

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schemadiff.containment import Budget as Budget
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
    from schemadiff.decide import Payload as Payload
    from schemadiff.decide import Place as Place
    from schemadiff.decide import Remark as Remark
    from schemadiff.decide import Source as Source
    from schemadiff.decide import Tag as Tag
    from schemadiff.decide import Verdict as Verdict
    from schemadiff.errors import InputError as InputError
    from schemadiff.errors import InternalError as InternalError
    from schemadiff.errors import SchemadiffError as SchemadiffError
    from schemadiff.errors import UsageError as UsageError
    from schemadiff.errors import WorkerError as WorkerError
    from schemadiff.library import Schema as Schema
    from schemadiff.library import check as check
    from schemadiff.library import contains as contains
    from schemadiff.library import diff as diff
    from schemadiff.library import load as load
    from schemadiff.library import render as render
    from schemadiff.report import Report as Report
    from schemadiff.report import Style as Style
    from schemadiff.report import Window as Window

__version__ = "0.1.0"

_HOMES = {
    "library": ("Schema", "check", "contains", "diff", "load", "render"),
    "containment": ("Budget", "Contained", "Reason", "Refuted", "Unknown"),
    "decide": (
        "Classification",
        "Comparison",
        "Direction",
        "Evidence",
        "Finding",
        "Judgement",
        "Payload",
        "Place",
        "Remark",
        "Source",
        "Tag",
        "Verdict",
    ),
    "report": ("Report", "Style", "Window"),
    "errors": ("InputError", "InternalError", "SchemadiffError", "UsageError", "WorkerError"),
}
"""The rooms in which the public names live."""

_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted((*_HOME_OF, "__version__"))  # noqa: PLE0605 - the table above is the list


class _Package(ModuleType):
    """
    This package as a module on which a public name is never hidden by a room of the same name: importing
    ``schemadiff.diff`` would otherwise put that module in the place of the function.
    """

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOME_OF and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'schemadiff' has no attribute {name!r}")
    found = getattr(import_module(f"schemadiff.{home}"), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return __all__
