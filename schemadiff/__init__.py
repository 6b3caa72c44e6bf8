"""
Which producers and consumers does a schema edit break, and what payload proves it?

The names of this module are the library; every other module may change without notice. They are imported when they
are used, so that ``import schemadiff`` is fast.

    >>> import schemadiff
    >>> report = schemadiff.compare({"type": "integer"}, {"type": "integer", "minimum": 0})
    >>> report.verdict is schemadiff.Verdict.BREAKING
    True
    >>> report.comparisons[0].findings[0].rule
    'minimum-raised'
    >>> schemadiff.is_subschema({"type": "integer"}, {"type": "number"})
    True
    >>> schemadiff.contains(inner={"type": "number"}, outer={"type": "integer"}).holds
    False
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from schemadiff.api import Answer as Answer
    from schemadiff.api import Schema as Schema
    from schemadiff.api import check as check
    from schemadiff.api import compare as compare
    from schemadiff.api import contains as contains
    from schemadiff.api import diff as diff
    from schemadiff.api import generate as generate
    from schemadiff.api import is_subschema as is_subschema
    from schemadiff.api import load as load
    from schemadiff.api import load_text as load_text
    from schemadiff.api import render as render
    from schemadiff.changes import Change as Change
    from schemadiff.containment import Contained as Contained
    from schemadiff.containment import Reason as Reason
    from schemadiff.containment import Refuted as Refuted
    from schemadiff.containment import Unknown as Unknown
    from schemadiff.decide import Classification as Classification
    from schemadiff.decide import Comparison as Comparison
    from schemadiff.decide import CounterExample as CounterExample
    from schemadiff.decide import Direction as Direction
    from schemadiff.decide import Evidence as Evidence
    from schemadiff.decide import Finding as Finding
    from schemadiff.decide import Judgement as Judgement
    from schemadiff.decide import Location as Location
    from schemadiff.decide import PolicyFinding as PolicyFinding
    from schemadiff.decide import SourceText as SourceText
    from schemadiff.decide import Tag as Tag
    from schemadiff.decide import Verdict as Verdict
    from schemadiff.errors import InputError as InputError
    from schemadiff.errors import InternalError as InternalError
    from schemadiff.errors import SchemadiffError as SchemadiffError
    from schemadiff.errors import ServiceError as ServiceError
    from schemadiff.errors import UsageError as UsageError
    from schemadiff.errors import WorkerError as WorkerError
    from schemadiff.keywords import Effect as Effect
    from schemadiff.options import LevelOverride as LevelOverride
    from schemadiff.options import Options as Options
    from schemadiff.report import Report as Report
    from schemadiff.report import Style as Style
    from schemadiff.report import Window as Window
    from schemadiff.ruleset import RuleSet as RuleSet

__version__ = "0.2.0"

_HOMES = {
    "api": (
        "Answer",
        "Schema",
        "check",
        "compare",
        "contains",
        "diff",
        "generate",
        "is_subschema",
        "load",
        "load_text",
        "render",
    ),
    "changes": ("Change",),
    "containment": ("Contained", "Reason", "Refuted", "Unknown"),
    "decide": (
        "Classification",
        "Comparison",
        "CounterExample",
        "Direction",
        "Evidence",
        "Finding",
        "Judgement",
        "Location",
        "PolicyFinding",
        "SourceText",
        "Tag",
        "Verdict",
    ),
    "errors": ("InputError", "InternalError", "SchemadiffError", "ServiceError", "UsageError", "WorkerError"),
    "keywords": ("Effect",),
    "options": ("LevelOverride", "Options"),
    "report": ("Report", "Style", "Window"),
    "ruleset": ("RuleSet",),
}
"""The modules in which the public names are defined."""

_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = sorted((*_HOME_OF, "__version__"))  # noqa: PLE0605 - the table above is the list


def __getattr__(name: str) -> Any:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'schemadiff' has no attribute {name!r}")
    value = getattr(import_module(f"schemadiff.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
