"""
What the version-support graph is asked with: verdicts between all versions, and what a replay showed.
"""

from __future__ import annotations

from dataclasses import replace

from schemadiff.catalog import find_catalog, load_catalog
from schemadiff.decide import Direction
from schemadiff.decide.findings import pair_verdicts
from schemadiff.deployment import Replayed
from schemadiff.errors import WorkerError
from schemadiff.options import Settings
from schemadiff.replay import DANGEROUS, LENIENT, LOST, MALFORMED, SKIPPED, ReplayReport
from schemadiff.report import Report
from schemadiff.schema import load_file
from schemadiff.sources import Folder
from schemadiff.usecases.check.rollout_preview import outlook
from schemadiff.usecases.compare import terms_of
from schemadiff.usecases.replay import Contracts
from schemadiff.workspace.targets import Surroundings


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


def replay_evidence(report: ReplayReport) -> dict[tuple[str, str], Replayed]:
    """
    By contract and version, what a replay showed; messages that were not sent show nothing.

    Raises:
        WorkerError: it was given up, or no message of any version was sent.
    """
    if report.gave_up is not None:
        raise WorkerError(
            f"the replay was given up: {report.gave_up}",
            name=report.worker,
            remedy="`schemadiff replay` shows how far it came.",
        )
    found: dict[tuple[str, str], Replayed] = {}
    for each in report.version_kinds:
        contract, version, kind, count = each.contract, each.version, each.kind, each.fixtures
        if not version or kind == SKIPPED:
            continue
        old = found.get((contract, version), Replayed(0))
        found[contract, version] = Replayed(
            old.total + count,
            old.refused + count * (kind == DANGEROUS),
            old.failed + count * (kind == LOST),
            old.odd + count * (kind in (LENIENT, MALFORMED)),
        )
    if not found:
        raise WorkerError(
            "nothing was replayed, so there is no evidence",
            name=report.worker,
            remedy="Record messages with `schemadiff record`, or ask without a replay.",
        )
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
    return replace(report, graph_svg=seen.svg, graph_mermaid=seen.mermaid, rollout=seen.rollout)
