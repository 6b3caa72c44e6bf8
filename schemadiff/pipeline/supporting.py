"""
What the version-support graph is asked with: verdicts between all versions, and what a replay showed.
"""

from __future__ import annotations

from schemadiff.catalog import find_catalog, load_catalog
from schemadiff.decide import Direction
from schemadiff.decide.findings import pair_verdicts
from schemadiff.pipeline.gate_support import outlook
from schemadiff.pipeline.replaying import Contracts
from schemadiff.pipeline.run import Settings, terms_of
from schemadiff.pipeline.sides import Surroundings
from schemadiff.replay import ReplayReport
from schemadiff.report import Report
from schemadiff.schema import Folder, load_file
from schemadiff.support import Replayed


class KnownVerdicts:
    """
    The verdicts between the versions of some contracts, each found when it is first asked for.
    """

    def __init__(self, contracts: Contracts, settings: Settings) -> None:
        self._contracts = contracts
        self._settings = settings
        self._found: dict[tuple[str, str, str], tuple[str, str]] = {}

    def __call__(self, contract: str, old: str, new: str) -> tuple[str, str]:
        """
        The backward and the forward verdict of a pair of versions.
        """
        key = (contract, old, new)
        if key not in self._found:
            schemas = self._contracts.schemas
            terms = terms_of(self._contracts.catalog.contract(contract), self._settings)
            judged = pair_verdicts(schemas[contract, old], schemas[contract, new], terms)
            self._found[key] = (judged[Direction.BACKWARD].verdict.value, judged[Direction.FORWARD].verdict.value)
        return self._found[key]


def replay_evidence(report: ReplayReport | None) -> dict[tuple[str, str], Replayed] | None:
    """
    By contract and version, what a replay showed; None without one.
    """
    if report is None:
        return None
    found: dict[tuple[str, str], Replayed] = {}
    for each in report.versions:
        if not each.name:
            continue
        before = found.get((each.group, each.name), Replayed(0))
        failed = each.fixtures if each.outcome in ("failed", "crashed", "hung", "garbled") else 0
        found[each.group, each.name] = before._replace(
            total=before.total + each.fixtures, failed=before.failed + failed
        )
    for exchange in report.notable:
        if exchange.judgement.kind == "dangerous" and (exchange.contract, exchange.version or "") in found:
            key = (exchange.contract, exchange.version or "")
            found[key] = found[key]._replace(refused=found[key].refused + 1)
    return found


def with_outlook(report: Report, around: Surroundings, settings: Settings) -> Report:
    """
    A report with the graph and the rollout of the contracts that it compares; as it is where none are named here.
    """
    tree = Folder(around.folder)
    folder = around.contracts if around.contracts is not None else find_catalog(tree, "")
    if folder is None:
        return report
    catalog = load_catalog(tree, folder)
    touched = {each.contract for each in report.comparisons} & {each.name for each in catalog.contracts}
    seen = outlook(
        catalog, touched, lambda path: load_file(tree, path, dialect=around.dialect), settings, as_of=settings.as_of
    )
    return report._replace(graph_svg=seen.svg, graph_mermaid=seen.mermaid, rollout=seen.rollout)
