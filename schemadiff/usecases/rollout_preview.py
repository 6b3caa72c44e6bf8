"""
What a change means for the services: the graph around the contracts that it affects, and a plan to roll it out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from schemadiff.catalog import Catalog
from schemadiff.errors import SchemadiffError
from schemadiff.options import Options
from schemadiff.report import Report
from schemadiff.schema import Node
from schemadiff.workspace import Workspace
from schemadiff.workspace.verdicts import VersionVerdicts

if TYPE_CHECKING:
    from schemadiff.deployment.graph import Graph
    from schemadiff.deployment.plan import Rollout, RolloutStep

_MOST_SERVICES = 40
"""A larger picture cannot be read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutPreview:
    """
    The version-support graph and a plan.

    Attributes:
        graph: the graph; None where there is none.
        rollout: the steps of the plan, a sentence each.
    """

    graph: Graph | None = None
    rollout: tuple[str, ...] = ()


def rollout_preview(
    catalog: Catalog, names: set[str], load: Callable[[str], Node | None], options: Options
) -> RolloutPreview:
    """
    The graph and the rollout of the contracts that a change affects, in a catalog as it will be; the plan begins on the
    day of the run.
    """
    part = _slice_of(catalog, names)
    if not part.services or len(part.services) > _MOST_SERVICES:
        return RolloutPreview()
    from schemadiff.deployment.graph import support_graph
    from schemadiff.deployment.rollout import shortest_rollout

    verdicts = VersionVerdicts(part, load, options)
    graph = support_graph(part, as_of=options.day, verdicts=verdicts)
    try:
        plan = shortest_rollout(part, as_of=options.day, verdicts=verdicts)
    except SchemadiffError:
        return RolloutPreview(graph=graph)
    return RolloutPreview(graph=graph, rollout=tuple(_sentences(plan)))


def with_preview(report: Report, workspace: Workspace) -> Report:
    """
    A report with the graph and the rollout of the contracts that it compares; unchanged where none are here.
    """
    catalog = workspace.find_catalog()
    if catalog is None:
        return report
    names = {comparison.contract for comparison in report.comparisons}
    preview = rollout_preview(catalog, names, lambda path: workspace.load(workspace.tree, path), workspace.options)
    return replace(report, graph=preview.graph, rollout=preview.rollout)


def _sentences(plan: Rollout) -> list[str]:
    if plan.answer == "undecided":
        return ["No plan was found in time; `schemadiff rollout` looks further."]
    if plan.answer != "plan":
        why = "; ".join(str(reason.text) for reason in plan.reasons)
        return [f"There is no safe plan{f': {why}' if why else ''}.", *(f"One would be: {c}" for c in plan.changes)]
    return [_sentence(step) for step in plan.steps]


def _sentence(step: RolloutStep) -> str:
    subject = f"{step.service}@{step.release}" if step.service else f"{step.contract} {step.version}"
    milestones = ", ".join(map(str, step.milestones))
    waits = [
        f"once no {wait.contract} {wait.version} is under way" if wait.day is None else f"from {wait.day} on"
        for wait in step.waits
    ]
    text = f"{step.phase}: {step.action} {subject}"
    return text + (f" ({milestones})" if milestones else "") + (f", {' and '.join(waits)}" if waits else "")


def _slice_of(catalog: Catalog, names: set[str]) -> Catalog:
    """
    The part of a catalog about some contracts: those, and the services that write or read one of them.
    """
    contracts = tuple(contract for contract in catalog.contracts if contract.name in names)
    services = []
    for service in catalog.services:
        releases = tuple(
            replace(
                release,
                emits={name: versions for name, versions in release.emits.items() if name in names},
                reads={name: versions for name, versions in release.reads.items() if name in names},
            )
            for release in service.releases
        )
        if any(release.emits or release.reads for release in releases):
            services.append(replace(service, releases=releases))
    return replace(catalog, contracts=contracts, services=tuple(services))
