"""
The queries with a yes or a no: whether a release may run beside the running ones, and whether a version may be retired.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from schemadiff.catalog import Catalog, Contract, Version
from schemadiff.deployment.model import (
    DEPRECATED,
    ENDED,
    PLANNED,
    UNDECIDED,
    Fleet,
    Justification,
    Replays,
    RunningRelease,
    SupportModel,
    Verdicts,
    at,
    running_fleet,
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


@dataclass(frozen=True, slots=True)
class Retirement:
    """
    Whether a version may be retired.

    Attributes:
        answer: yes, no, or undecided where the manifest names no services.
        contract, version, as_of: the query.
        sunset: the first day on which it is no longer supported; None if it is not deprecated.
        needed_by: running releases that still write it, or read no other version, as ``service@release``.
        problems: the reasons of a no.
        reasons: the justifications of a yes.
        notes: remarks: preconditions and consequences.
    """

    kind: ClassVar[str] = "retirement"

    answer: str
    contract: str
    version: str
    as_of: date
    sunset: date | None
    needed_by: tuple[str, ...]
    problems: tuple[DeploymentProblem, ...]
    reasons: tuple[Justification, ...]
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
        service, release: the release to start; the newest by default.
        catalog, as_of, fleet, verdicts, replays: as for ``SupportModel``; the fleet is the manifest's by default.

    Raises:
        UsageError: no such service or release.
    """
    model = SupportModel(catalog, as_of, running_fleet(catalog, fleet), verdicts, replays)
    newcomer = model.release(service, release or catalog.service(service).releases[-1].name)
    others = [each for each in model.running() if each.key != newcomer.key]
    pairs = [pair for other in others for pair in ((newcomer, other), (other, newcomer))]
    conflicts = [each for pair in ((newcomer, newcomer), *pairs) for each in model.conflicts_between(*pair)]
    problems = [DeploymentProblem(conflict.reason, conflict.remedy) for conflict in conflicts]
    problems += _unsupported(model, newcomer)
    problems += _dropped(model, newcomer, [other for other in others if other.service == service])
    reasons = [reason for pair in pairs for reason in _exchanged(model, *pair)]
    doubts = list(_doubts(model, newcomer, reasons))
    before = {**model.fleet, service: tuple(each for each in model.fleet[service] if each != newcomer.name)}
    existing = (conflict.reason for conflict in model.conflicts(before))
    return Deployment(
        answer=NO if problems else UNDECIDED if doubts else YES,
        service=service,
        release=newcomer.name,
        as_of=as_of,
        beside=tuple(at(other.key) for other in others),
        reasons=tuple(reasons),
        problems=tuple(problems),
        doubts=tuple(doubts),
        notes=(
            *(Justification(f"already so without it: {reason.text}", reason.path) for reason in existing),
            *_deprecated(model, newcomer),
        ),
    )


def _exchanged(model: SupportModel, writer: RunningRelease, reader: RunningRelease) -> Iterator[Justification]:
    for contract, version in model.versions(writer.writes):
        if version.name in reader.reads.get(contract, ()):
            text = f"{writer} writes {contract} {version.name}, which {reader} reads"
            replayed = model.replay(contract, version.name)
            yield Justification(
                f"{text}; {replayed}" if replayed else text,
                (at(writer.key), f"{contract}@{version.name}", at(reader.key)),
            )


def _doubts(model: SupportModel, newcomer: RunningRelease, reasons: list[Justification]) -> Iterator[Justification]:
    if not reasons:
        yield Justification(f"nothing that runs exchanges messages with {newcomer}: there is nothing to ask")
    yield from model.objections({reason.path[1] for reason in reasons})


def _unsupported(model: SupportModel, newcomer: RunningRelease) -> Iterator[DeploymentProblem]:
    for contract, version in model.versions(newcomer.writes):
        name, path = f"{contract} {version.name}", (newcomer.name, f"{contract}@{version.name}")
        if model.state(version) == ENDED:
            reason = Justification(f"it writes {name}, whose support ended on {version.sunset}", path)
            yield DeploymentProblem(reason, "Let it write a version that is still supported.")
        elif model.state(version) == PLANNED:
            reason = Justification(f"it writes {name}, which is published on {version.published} only", path)
            yield DeploymentProblem(reason, f"Wait until {version.published}.")


def _deprecated(model: SupportModel, newcomer: RunningRelease) -> Iterator[Justification]:
    for contract, version in model.versions(newcomer.writes):
        if model.state(version) == DEPRECATED:
            yield Justification(
                f"it writes {contract} {version.name}, which is deprecated and supported until {version.sunset}",
                (newcomer.name, f"{contract}@{version.name}"),
            )


def _dropped(
    model: SupportModel, newcomer: RunningRelease, beside: list[RunningRelease]
) -> Iterator[DeploymentProblem]:
    """
    Versions read today that would no longer be read before their sunset, whether or not a running release writes them.
    """
    for contract, version in model.versions(beside[-1].reads if beside else {}):
        if version.name not in newcomer.reads.get(contract, ()) and model.state(version) != ENDED:
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


def can_retire(catalog: Catalog, contract: str, version: str, *, as_of: date, fleet: Fleet | None = None) -> Retirement:
    """
    Whether a version of a contract may be retired on a day; the other arguments are those of ``can_deploy``.

    Raises:
        UsageError: no such contract, version, service or release.
    """
    model = SupportModel(catalog, as_of, running_fleet(catalog, fleet))
    retired = model.version(contract, version)
    message = (f"{contract}@{version}",)
    running = model.running()
    writers = [each for each in running if version in each.writes.get(contract, ())]
    readers = [each for each in running if each.reads.get(contract) == (version,)]
    owner = catalog.contract(contract)
    problems = (*_support(owner, retired, as_of), *_uses(owner, version, writers, readers))
    reasons = []
    if model.state(retired) == ENDED:
        reasons.append(Justification(f"its support ended on {retired.sunset}", message))
    if not writers and catalog.services:
        reasons.append(Justification(f"no running release writes {contract} {version}", message))
    return Retirement(
        answer=NO if problems else YES if catalog.services else UNDECIDED,
        contract=contract,
        version=version,
        as_of=as_of,
        sunset=retired.sunset,
        needed_by=tuple(dict.fromkeys(at(each.key) for each in (*writers, *readers))),
        problems=problems,
        reasons=tuple(reasons),
        notes=tuple(_notes(model, contract, version)),
    )


def _support(contract: Contract, version: Version, as_of: date) -> Iterator[DeploymentProblem]:
    name, path = f"{contract.name} {version.name}", (f"{contract.name}@{version.name}",)
    if version.sunset is None:
        yield DeploymentProblem(
            Justification(f"{name} is not deprecated", path),
            f"Publish a successor, set 'deprecated:' in the manifest, and wait {version.support_days} days.",
        )
    elif as_of < version.sunset:
        yield DeploymentProblem(
            Justification(f"{name} is supported until {version.sunset}", path),
            f"Wait until {version.sunset}, {(version.sunset - as_of).days} days from {as_of}.",
        )


def _uses(
    contract: Contract, version: str, writers: list[RunningRelease], readers: list[RunningRelease]
) -> Iterator[DeploymentProblem]:
    message = f"{contract.name}@{version}"
    for each in writers:
        yield DeploymentProblem(
            Justification(f"{each} still writes {contract.name} {version}", (at(each.key), message)),
            "Replace it by a release that writes another version.",
        )
    for each in readers:
        yield DeploymentProblem(
            Justification(f"{each} reads no other version of {contract.name}", (message, at(each.key))),
            "Replace it by a release that reads a newer version.",
        )
    if len(contract.versions) == 1:
        yield DeploymentProblem(
            Justification(f"it is the only version of {contract.name}", (message,)),
            "Publish a successor, or remove the whole contract.",
        )


def _notes(model: SupportModel, contract: str, version: str) -> Iterator[Justification]:
    message = f"{contract}@{version}"
    yield Justification(
        f"wait until no {contract} {version} message is under way or queued, and nothing recorded is sent again",
        (message,),
    )
    if not model.catalog.services:
        yield Justification("the manifest names no services, so its users are unknown")
    for service in model.catalog.services:
        for release in service.releases:
            if release.name not in model.fleet[service.name] and version in release.emits.get(contract, ()):
                yield Justification(
                    f"there is no way back to {service.name} {release.name} after it, since that writes {version}",
                    (at((service.name, release.name)), message),
                )
