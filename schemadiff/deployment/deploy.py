"""
The can-deploy query: whether a release may run beside the running ones.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from schemadiff.catalog import Catalog, Release
from schemadiff.deployment.evidence import (
    DEPRECATED,
    ENDED,
    PLANNED,
    UNDECIDED,
    Justification,
    Replays,
    Verdicts,
    objections,
    replay_reason,
    window,
)
from schemadiff.deployment.fleet import (
    Conflict,
    Fleet,
    RunningRelease,
    at,
    conflicts_between,
    conflicts_in,
    reads_of,
    releases_in,
    running_fleet,
    versions_in,
)

YES, NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class DeploymentProblem:
    """
    A reason against a deployment or retirement.

    Attributes:
        reason: the reason.
        remedy: the change that would remove it.
    """

    reason: Justification
    remedy: str


@dataclass(frozen=True, slots=True)
class Deployment:
    """
    Whether a release may be started.

    Attributes:
        answer: yes, no or undecided (contradicting evidence, or no service to check against).
        service, release, as_of: the query.
        beside: the co-resident releases, as ``service@release``.
        reasons: the justifications of a yes.
        problems: the reasons of a no.
        doubts: the evidence that makes a yes undecided.
        notes: remarks, conflicts that exist without it included.
    """

    kind: ClassVar[str] = "deployment"

    answer: str
    service: str
    release: str
    as_of: date
    beside: tuple[str, ...]
    reasons: tuple[Justification, ...]
    problems: tuple[DeploymentProblem, ...]
    doubts: tuple[Justification, ...]
    notes: tuple[Justification, ...]

    @property
    def exit_code(self) -> int:
        """
        0 for yes, 1 for no, 3 for undecided.
        """
        return {YES: 0, NO: 1}.get(self.answer, 3)


def can_deploy(
    catalog: Catalog,
    service: str,
    release: str | None = None,
    *,
    as_of: date,
    fleet: Fleet | None = None,
    verdicts: Verdicts = None,
    replays: Replays = None,
) -> Deployment:
    """
    Whether a release may be started beside all running releases, older ones of its own service included.

    Arguments:
        catalog: contracts and services.
        service, release: the release to start; the newest by default.
        as_of: the day.
        fleet: the running releases by service, if other than in the manifest.
        verdicts, replays: containment verdicts and replay results, where available.

    Raises:
        UsageError: no such service or release.
    """
    owner = catalog.service(service)
    newcomer = RunningRelease(owner, owner.release(release) if release else owner.releases[-1])
    running = running_fleet(catalog, fleet)
    others = [each for each in releases_in(catalog, running) if each.key != newcomer.key]
    conflicts = list(_conflicts(catalog, newcomer, others, verdicts))
    problems = [DeploymentProblem(conflict.reason, conflict.remedy) for conflict in conflicts]
    problems += _window_problems(catalog, newcomer.release, as_of)
    problems += _dropped(catalog, newcomer, [other.release for other in others if other.service is owner], as_of)
    reasons = list(_exchanged(catalog, newcomer, others, conflicts, replays))
    doubts = list(_doubts(catalog, newcomer, reasons, replays))
    before = {**running, service: tuple(each for each in running[service] if each != newcomer.release.name)}
    return Deployment(
        answer=NO if problems else UNDECIDED if doubts else YES,
        service=service,
        release=newcomer.release.name,
        as_of=as_of,
        beside=tuple(at(other.key) for other in others),
        reasons=tuple(reasons),
        problems=tuple(problems),
        doubts=tuple(doubts),
        notes=(*_existing_conflicts(catalog, before, verdicts), *_deprecated(catalog, newcomer.release, as_of)),
    )


def _conflicts(
    catalog: Catalog, newcomer: RunningRelease, others: list[RunningRelease], verdicts: Verdicts
) -> Iterator[Conflict]:
    yield from conflicts_between(catalog, newcomer, newcomer, verdicts)
    for other in others:
        yield from conflicts_between(catalog, newcomer, other, verdicts)
        yield from conflicts_between(catalog, other, newcomer, verdicts)


def _existing_conflicts(catalog: Catalog, fleet: Fleet, verdicts: Verdicts) -> Iterator[Justification]:
    for conflict in conflicts_in(catalog, fleet, verdicts):
        yield Justification("already so without it: " + conflict.reason.text, conflict.reason.path)


def _exchanged(
    catalog: Catalog,
    newcomer: RunningRelease,
    others: list[RunningRelease],
    conflicts: list[Conflict],
    replays: Replays,
) -> Iterator[Justification]:
    """
    The versions written by one release and read by another.
    """
    broken = {(conflict.contract, conflict.version, conflict.writer, conflict.reader) for conflict in conflicts}
    for other in others:
        for writer, reader in ((newcomer, other), (other, newcomer)):
            reads = reads_of(catalog, reader.service.name, reader.release)
            for contract, versions in writer.release.emits.items():
                for version in versions if contract in reads else ():
                    if (contract, version, writer.key, reader.key) in broken:
                        continue
                    text = f"{' '.join(writer.key)} writes {contract} {version}, which {' '.join(reader.key)} reads"
                    replayed = replay_reason(replays, contract, version)
                    yield Justification(
                        f"{text}; {replayed.text}" if replayed else text,
                        (at(writer.key), f"{contract}@{version}", at(reader.key)),
                    )


def _doubts(
    catalog: Catalog, newcomer: RunningRelease, reasons: list[Justification], replays: Replays
) -> Iterator[Justification]:
    if not reasons:
        yield Justification(
            f"nothing that runs exchanges messages with {' '.join(newcomer.key)}: there is nothing to ask"
        )
    yield from objections(catalog, {reason.path[1] for reason in reasons}, replays)


def _window_problems(catalog: Catalog, newcomer: Release, as_of: date) -> Iterator[DeploymentProblem]:
    for contract, version in versions_in(catalog, newcomer.emits):
        path = (newcomer.name, f"{contract}@{version.name}")
        state = window(version, as_of)
        if state == ENDED:
            yield DeploymentProblem(
                Justification(f"it writes {contract} {version.name}, whose support ended on {version.sunset}", path),
                "Let it write a version that is still supported.",
            )
        elif state == PLANNED:
            yield DeploymentProblem(
                Justification(
                    f"it writes {contract} {version.name}, which is published on {version.published} only", path
                ),
                f"Wait until {version.published}.",
            )


def _deprecated(catalog: Catalog, newcomer: Release, as_of: date) -> Iterator[Justification]:
    for contract, version in versions_in(catalog, newcomer.emits):
        if window(version, as_of) == DEPRECATED:
            yield Justification(
                f"it writes {contract} {version.name}, which is deprecated and supported until {version.sunset}",
                (newcomer.name, f"{contract}@{version.name}"),
            )


def _dropped(
    catalog: Catalog, newcomer: RunningRelease, beside: list[Release], as_of: date
) -> Iterator[DeploymentProblem]:
    """
    Versions read today that would no longer be read before their sunset, whether or not a running release writes them.
    """
    if not beside:
        return
    read_today, read_then = (
        reads_of(catalog, newcomer.service.name, release) for release in (beside[-1], newcomer.release)
    )
    for contract, version in versions_in(catalog, read_today):
        if version.name not in read_then.get(contract, ()) and window(version, as_of) != ENDED:
            until = f"until {version.sunset}" if version.sunset else "without an end"
            yield DeploymentProblem(
                Justification(
                    f"it no longer reads {contract} {version.name}, which is supported {until}",
                    (f"{contract}@{version.name}", at(newcomer.key)),
                ),
                f"Wait until {version.sunset}."
                if version.sunset
                else "Deprecate the version, and wait for its sunset.",
            )
