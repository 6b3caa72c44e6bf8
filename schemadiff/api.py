"""
The library: what the command line does, for values that are at hand in a program.

A *side* is what the command line takes (a path, a folder, ``REV:path``, ``v1``, ``order@v1``), a schema as a
plain value (a dict or a boolean), or what ``load`` returned.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from schemadiff.containment import Contained, Refuted, Unknown
from schemadiff.errors import UsageError
from schemadiff.keywords import Dialect
from schemadiff.options import Settings
from schemadiff.report import FORMATS, Report, Style
from schemadiff.report import render as render_report
from schemadiff.runtime.budget import Budget
from schemadiff.schema import load_value
from schemadiff.usecases.compare import PROMISES, compare_pairs, report_of
from schemadiff.workspace.targets import Entry, Pair, Surroundings, pairs, side

if TYPE_CHECKING:
    from schemadiff.containment import Emission
    from schemadiff.instance import Value

Promise = Literal["backward", "forward", "full", "none"]
_BUDGET = Budget()


@dataclass(frozen=True, slots=True)
class Schema:
    """
    A schema that has been read.

    Attributes:
        name: what messages call it.
        contract, version: of which contract and version it is; empty where it is none.
        dialect: in which it is written, such as ``2020-12``.
        value: its content; numbers with a fraction are ``Decimal``.
    """

    name: str
    contract: str
    version: str
    dialect: str
    value: Value = field(repr=False, hash=False)
    _entry: Entry = field(repr=False, compare=False)


Side = str | os.PathLike[str] | Mapping[str, Any] | bool | Schema


def load(
    source: Side, *, dialect: str | None = None, folder: str | os.PathLike[str] = ".", contracts: str | None = None
) -> Schema:
    """
    Read one schema.

    Arguments:
        source: a side that stands for one schema.
        dialect: what it is written in where it names none (``draft4`` to ``2020-12``); 2020-12 if nobody says.
        folder: where paths start.
        contracts: the folder of contracts; found by itself if it is called ``contracts``.

    Raises:
        InputError: it cannot be read, or is no schema.
        UsageError: there is no such dialect, or the side stands for many schemas.
    """
    if isinstance(source, Schema):
        return source
    entry = _entry(source, "schema", _around(folder, contracts, dialect))
    node = entry.load()
    contract = entry.contract if entry.version else ""
    kept = replace(entry, load=lambda: node)
    return Schema(entry.name, contract, entry.version, node.dialect.value, node.value, kept)


def diff(
    old: Side,
    new: Side,
    *,
    promise: Promise | None = None,
    emission: Emission = "any",
    formats: bool = False,
    version_field: str | None = None,
    dialect: str | None = None,
    folder: str | os.PathLike[str] = ".",
    contracts: str | None = None,
    budget: float = 10.0,
    as_of: date | None = None,
) -> Report:
    """
    Compare two schemas, or two folders or versions with several each: what changed, whom it breaks, and what proves it.

    Arguments:
        old, new: the sides, in this order.
        promise: the directions that count; the manifest's where there is one, else backward.
        emission: ``any`` for all that the writing side accepts, ``declared`` for the members that it declares, which
            is the default of the command line.
        formats: whether ``format`` is asserted.
        version_field: where messages carry their version (a name or a pointer), or ``none``; looked for by default.
        dialect, folder, contracts: as for ``load``.
        budget: seconds for one question to the prover.
        as_of: the day for which the report holds; today by default.

    Raises:
        InputError: a side cannot be read, or is no schema.
        UsageError: the sides do not fit together, or an argument has no such value.
    """
    _among("promise", promise, (None, *PROMISES))
    _among("emission", emission, ("any", "declared"))
    around = _around(folder, contracts, dialect)
    found, notes = _pairs(old, new, around)
    settings = Settings(
        as_of=as_of or date.today(),
        promise=promise,
        emission=emission,
        formats=formats,
        version_field=version_field,
        budget=budget,
    )
    return report_of(compare_pairs(found, settings), settings, tuple(notes))


def contains(
    *,
    inner: Side,
    outer: Side,
    dialect: str | None = None,
    emission: Emission = "any",
    formats: bool = False,
    budget: Budget = _BUDGET,
    outlined: bool = False,
) -> Contained | Refuted | Unknown:
    """
    Tell whether every instance of one schema is an instance of another. No version tag is mapped.

    Arguments:
        inner, outer: the schemas, as for ``load``.
        dialect: what they are written in where they name none; 2020-12 if nobody says.
        emission: ``any`` for all that ``inner`` accepts, ``declared`` for the members that it declares.
        formats: whether ``format`` is asserted.
        budget: the work that the question is worth.
        outlined: whether a proof is told in outline, which costs further questions.

    Returns:
        Contained, which is proved; Refuted with a counter-example, which two validators confirmed; or Unknown with
        the reason.

    Raises:
        InputError: one of them cannot be read, or is no schema.
        UsageError: an argument has no such value.
    """
    from schemadiff.containment import contains_nodes

    _among("emission", emission, ("any", "declared"))
    around = _around(".", None, dialect)
    nodes = [_entry(each, name, around).load() for each, name in ((inner, "inner"), (outer, "outer"))]
    return contains_nodes(*nodes, emission=emission, formats=formats, budget=budget, outlined=outlined)


def check(
    against: str,
    *,
    head: str | None = None,
    staged: bool = False,
    folder: str | os.PathLike[str] = ".",
    contracts: str | None = None,
    config: str | os.PathLike[str] | None = None,
    emission: Emission | None = None,
    fail_on: str | None = None,
    budget: float | None = None,
    as_of: date | None = None,
) -> Report:
    """
    Judge a change of contracts by the policy of the revision that it shall join: the gate.

    Arguments:
        against: that revision.
        head: the revision that holds the change; the working tree by default.
        staged: judge the index instead.
        folder: a folder of the repository.
        contracts: the folder of contracts, seen from ``folder``; found by itself if it is called ``contracts``.
        config: a settings file that replaces the one of the base.
        emission, fail_on, budget: as the options of the command line; None leaves them to the settings file.
        as_of: the day that counts as today.

    Raises:
        InputError: there is no repository, revision or contract to judge by.
        UsageError: the arguments do not fit together.
    """
    from schemadiff.usecases.check.gate import Change
    from schemadiff.usecases.check.gate import check as judge

    flags = {"emission": emission, "fail_on": fail_on, "budget": budget}
    settings = Path(config) if config is not None else None
    return judge(Change(Path(folder), against, head, staged, contracts, settings, flags, as_of or date.today()))


def render(report: Report, form: str = "terminal", *, style: Style | None = None) -> str:
    """
    Write a report as text.

    Arguments:
        report: what ``diff`` or ``check`` returned.
        form: terminal, markdown, json, sarif, junit, github or html.
        style: width, colours and limits, for the formats that have any.

    Raises:
        UsageError: there is no such format.
    """
    _among("form", form, FORMATS)
    return render_report(report, form, style=style)


def _around(folder: str | os.PathLike[str], contracts: str | None, dialect: str | None) -> Surroundings:
    _among("dialect", dialect, (None, *(each.value for each in Dialect)))
    return Surroundings(Path(folder), contracts, Dialect(dialect) if dialect else None)


def _among(name: str, value: Any, known: tuple[Any, ...]) -> None:
    if value not in known:
        words = ", ".join(each for each in known if each is not None)
        raise UsageError(f"{name} is {str(value)[:60]!r}", remedy=f"It is one of {words}.")


def _pairs(old: Side, new: Side, around: Surroundings) -> tuple[list[Pair], list[str]]:
    if isinstance(old, (str, os.PathLike)) and isinstance(new, (str, os.PathLike)):
        return pairs(os.fspath(old), os.fspath(new), around)
    before, after = _entry(old, "old", around), _entry(new, "new", around)
    name = after.contract if before.contract == after.contract else f"{before.contract} → {after.contract}"
    return [Pair(name, before, after, after.terms or before.terms)], []


def _entry(source: Side, name: str, around: Surroundings) -> Entry:
    if isinstance(source, Schema):
        return source._entry  # noqa: SLF001 - its own module
    if isinstance(source, (str, os.PathLike)):
        found = side(os.fspath(source), around)
        if len(found.entries) != 1:
            raise UsageError(
                f"{found.spec} stands for {len(found.entries)} schemas", remedy="Name one, such as order@v2."
            )
        (entry,) = found.entries.values()
        return entry
    value = dict(source) if isinstance(source, Mapping) else source
    node = load_value(value, dialect=around.dialect, name=name)
    return Entry(name, name, lambda: node, None)
