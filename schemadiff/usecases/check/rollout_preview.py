"""
What a change means for those who run: the graph around the contracts that it touches, and a plan to roll it out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

from schemadiff.catalog import Catalog, Service
from schemadiff.decide import Direction
from schemadiff.errors import SchemadiffError
from schemadiff.options import Settings
from schemadiff.schema import Node
from schemadiff.usecases.compare import terms_of

if TYPE_CHECKING:
    from schemadiff.deployment import Graph

_MOST_SERVICES = 40
"""A larger picture helps nobody."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """
    The version-support graph, and the steps of a rollout, a sentence each.
    """

    graph: Graph | None = None
    rollout: tuple[str, ...] = ()


def outlook(
    catalog: Catalog,
    touched: set[str],
    load: Callable[[str], Node | None],
    settings: Settings,
    *,
    as_of: date,
) -> Outlook:
    """
    The graph and the rollout of some contracts; empty where no service says that it reads or writes them.

    Arguments:
        catalog: the state that shall come to be.
        touched: the contracts that the change touches.
        load: a schema by its path; None where it cannot be read.
        settings: by what versions are compared.
        as_of: the day on which the plan begins.
    """
    part = slice_of(catalog, touched)
    if not part.services or len(part.services) > _MOST_SERVICES:
        return Outlook()
    from schemadiff.deployment import rollout, support_graph

    verdicts = _Verdicts(part, load, settings)
    found = support_graph(part, as_of=as_of, verdicts=verdicts)
    try:
        plan: Any = rollout(part, as_of=as_of, goals={}, fleet=None, verdicts=verdicts)
    except SchemadiffError:
        return Outlook(found)
    return Outlook(found, tuple(_sentences(plan)))


def _sentences(plan: Any) -> list[str]:
    if plan.answer == "undecided":
        return ["No plan was found in time; `schemadiff rollout` looks further."]
    if plan.answer != "plan":
        why = "; ".join(str(each.text) for each in plan.reasons)
        found = [f"There is no safe plan{f': {why}' if why else ''}."]
        return found + [f"One would be: {each}" for each in plan.changes]
    return [_sentence(each) for each in plan.steps]


def _sentence(step: Any) -> str:
    what = f"{step.service}@{step.release}" if step.service else f"{step.contract} {step.version}"
    news = ", ".join(map(str, step.milestones))
    waits = [
        f"once no {each.contract} {each.version} is under way" if each.day is None else f"from {each.day} on"
        for each in step.waits
    ]
    text = f"{step.phase}: {step.action} {what}"
    return text + (f" ({news})" if news else "") + (f", {' and '.join(waits)}" if waits else "")


def slice_of(catalog: Catalog, names: set[str]) -> Catalog:
    """
    The part of a catalog that is about some contracts.
    """
    contracts = tuple(each for each in catalog.contracts if each.name in names)
    services = []
    for service in catalog.services:
        releases = tuple(
            replace(
                each,
                emits={name: versions for name, versions in each.emits.items() if name in names},
                reads={name: versions for name, versions in each.reads.items() if name in names},
            )
            for each in service.releases
        )
        if any(each.emits or each.reads for each in releases):
            services.append(Service(service.name, releases, service.running))
    return replace(catalog, contracts=contracts, services=tuple(services))


class _Verdicts:
    """
    The verdicts between versions, each found when it is first asked for.
    """

    def __init__(self, catalog: Catalog, load: Callable[[str], Node | None], settings: Settings) -> None:
        self._catalog = catalog
        self._load = load
        self._settings = settings
        self._found: dict[tuple[str, str, str], tuple[str, str]] = {}

    def __call__(self, contract: str, old: str, new: str) -> tuple[str, str]:
        """
        The backward and the forward verdict of a pair of versions.
        """
        key = (contract, old, new)
        if key not in self._found:
            self._found[key] = self._judged(contract, old, new)
        return self._found[key]

    def _judged(self, contract: str, old: str, new: str) -> tuple[str, str]:
        from schemadiff.decide.findings import pair_verdicts

        known = self._catalog.contract(contract)
        nodes = [self._load(known.version(each).path) for each in (old, new)]
        if nodes[0] is None or nodes[1] is None:
            return "undecided", "undecided"
        judged = pair_verdicts(nodes[0], nodes[1], terms_of(known, self._settings))
        return judged[Direction.BACKWARD].verdict.value, judged[Direction.FORWARD].verdict.value
