"""
Explanation of a plan: from the moves of a search to steps with their justification.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from schemadiff.catalog import Catalog, Release
from schemadiff.deployment.evidence import (
    BREAKING,
    COMPATIBLE,
    UNDECIDED,
    Reason,
    Replays,
    Verdicts,
    fits,
    replay_reason,
)
from schemadiff.deployment.fleet import Fleet, at, conflicts_between, reads_of, releases_in
from schemadiff.deployment.milestones import milestones, writers_of
from schemadiff.deployment.plan import (
    CONTRACT,
    EXPAND,
    MIGRATE,
    RETIRE,
    RETIRED,
    START,
    STOP,
    Milestone,
    Step,
    Undo,
    Wait,
)
from schemadiff.deployment.planning_problem import AWAY, Candidate, System
from schemadiff.deployment.search import Found


@dataclass(frozen=True, slots=True)
class Draft:
    """
    A step without its explanation.
    """

    action: str
    phase: str
    service: str
    release: str
    day: date
    key: tuple[str, str] = ("", "")


def _phase(old: Candidate | None, new: Candidate) -> str:
    reads, writes = (old.reads, old.writes) if old else (0, 0)
    if reads & ~new.reads:
        return CONTRACT
    return MIGRATE if writes != new.writes and not new.reads & ~reads else EXPAND


_OLDER = {
    COMPATIBLE: "a reader of {old} alone would need no more than the tag to take {new}",
    BREAKING: "a reader of {old} alone would not take {new}, so the readers went first",
    UNDECIDED: "whether a reader of {old} alone would take {new} is undecided, so the readers went first",
}

_Ends: TypeAlias = "Callable[[Draft, Draft, Fleet], bool]"


class Narrator:
    """
    Turns moves into explained steps, tracking the running releases.
    """

    def __init__(
        self,
        catalog: Catalog,
        system: System,
        fleet: Mapping[str, tuple[str, ...]],
        verdicts: Verdicts,
        replays: Replays,
    ) -> None:
        self.catalog = catalog
        self.system = system
        self.fleet = dict(fleet)
        self.verdicts = verdicts
        self.replays = replays

    def plan(self, found: Found) -> Iterator[Step]:
        """
        The steps of a plan, in order.
        """
        drafts = list(self._drafts(found))
        fleets = []
        for draft in drafts:
            fleets.append(dict(self.fleet))
            self._follow(draft)
        fleets.append(dict(self.fleet))
        for place in range(len(drafts)):
            yield self._step(place, drafts, fleets)

    def _drafts(self, found: Found) -> list[Draft]:
        system = self.system
        drafts = []
        gone = 0
        for service, places in enumerate(system.extra):
            for place in places:
                name = system.paths[service][place].name
                drafts.append(Draft(STOP, EXPAND, system.services[service], name, system.as_of))
        for move in found.moves or ():
            path, name = system.paths[move.service], system.services[move.service]
            drafts += self._retirements(move.retires, drafts)
            gone |= move.retires
            old = path[move.source] if move.source != AWAY else None
            phase = _phase(old, path[move.target])
            drafts.append(Draft(START, phase, name, path[move.target].name, move.day))
            if old is not None:
                drafts.append(Draft(STOP, phase, name, old.name, move.day))
        drafts += self._retirements(system.retire & ~gone, drafts)
        return sorted(drafts, key=lambda draft: draft.day)

    def _retirements(self, versions: int, drafts: list[Draft]) -> list[Draft]:
        found = [
            Draft(RETIRE, CONTRACT, "", "", self._retired_on(key, drafts), key) for key in self.system.names(versions)
        ]
        return sorted(found, key=lambda draft: draft.day)

    def _retired_on(self, key: tuple[str, str], drafts: list[Draft]) -> date:
        contract, version = key
        stops = [
            draft.day
            for draft in drafts
            if draft.action == STOP and version in self._release(draft).emits.get(contract, ())
        ]
        sunset = self.catalog.contract(contract).version(version).sunset
        return max([self.system.as_of, *stops, *([sunset] if sunset else [])])

    def _release(self, draft: Draft) -> Release:
        return self.catalog.service(draft.service).release(draft.release)

    def _follow(self, draft: Draft) -> None:
        running = self.fleet.get(draft.service, ())
        if draft.action == START:
            self.fleet[draft.service] = (*running, draft.release)
        elif draft.action == STOP:
            self.fleet[draft.service] = tuple(each for each in running if each != draft.release)

    def _step(self, place: int, drafts: list[Draft], fleets: list[dict[str, tuple[str, ...]]]) -> Step:
        draft = drafts[place]
        contract, version = draft.key
        before, after = fleets[place], fleets[place + 1]
        return Step(
            number=place + 1,
            phase=draft.phase,
            action=draft.action,
            service=draft.service,
            release=draft.release,
            contract=contract,
            version=version,
            day=draft.day,
            before=self._before(draft, after),
            waits=tuple(self._waits(draft)),
            milestones=tuple(self._milestones(draft, before, after)),
            reasons=tuple(self._reasons(draft, before, after)),
            undo=self._undo(place, drafts, fleets),
            running=tuple(at((service.name, release.name)) for service, release in releases_in(self.catalog, after)),
        )

    def _milestones(self, draft: Draft, before: Fleet, after: Fleet) -> Iterator[Milestone]:
        if draft.action == RETIRE:
            yield Milestone(RETIRED, *draft.key)
        else:
            yield from milestones(self.catalog, draft.service, before, after)

    def _before(self, draft: Draft, after: Fleet) -> date | None:
        """
        The sunset of what a release writes: it must start before, and, unless a successor goes on, stop before.
        """
        if draft.action == RETIRE:
            return None
        written = writers_of(self.catalog, after) if draft.action == STOP else {}
        ends = [
            end
            for contract, versions in self._release(draft).emits.items()
            for version in versions
            if (contract, version) not in written
            and (end := self.catalog.contract(contract).version(version).sunset) is not None
            and end > draft.day
        ]
        return min(ends, default=None)

    def _waits(self, draft: Draft) -> Iterator[Wait]:
        if draft.action == RETIRE:
            contract, version = draft.key
            sunset = self.catalog.contract(contract).version(version).sunset
            if sunset is not None and sunset > self.system.as_of:
                yield Wait("day", contract, version, sunset)
            yield Wait("drained", contract, version)
        elif draft.action == START:
            for contract, versions in self._release(draft).emits.items():
                for version in versions:
                    published = self.catalog.contract(contract).version(version).published
                    if published is not None and published > self.system.as_of:
                        yield Wait("day", contract, version, published)

    def _reasons(self, draft: Draft, before: Fleet, after: Fleet) -> Iterator[Reason]:
        if draft.action == RETIRE:
            contract, version = draft.key
            sunset = self.catalog.contract(contract).version(version).sunset
            yield Reason(f"the support of {contract} {version} ends on {sunset}", (f"{contract}@{version}",))
            yield Reason(f"no running release writes {contract} {version} any more", (f"{contract}@{version}",))
        elif draft.action == START:
            yield from self._understood(draft, before, after)
        else:
            others = ", ".join(after[draft.service])
            yield Reason(f"{draft.service} {others} runs, and has run beside it")
            for contract, versions in self._release(draft).emits.items():
                for version in versions:
                    yield from self._readers(draft, contract, version, before, "what it has sent as ")

    def _understood(self, draft: Draft, before: Fleet, after: Fleet) -> Iterator[Reason]:
        """
        The justification that every running release reads what a new one writes, and the reverse.
        """
        new = self._release(draft)
        known = writers_of(self.catalog, before)
        for contract, versions in new.emits.items():
            for version in versions:
                yield from self._readers(draft, contract, version, after, "")
                older = self.catalog.contract(contract).before(version)
                if older is not None and (contract, version) not in known:
                    verdict = fits(self.verdicts, self.catalog.contract(contract), version, older.name)
                    text = _OLDER[verdict].format(new=f"{contract} {version}", old=older.name)
                    yield Reason(text, (f"{contract}@{version}",))
        for contract, versions in reads_of(self.catalog, draft.service, new).items():
            for version in versions:
                writers = [at(who) for who in known.get((contract, version), ())]
                if writers:
                    yield Reason(
                        f"it reads {contract} {version}, which {', '.join(writers)} may write",
                        (writers[0], f"{contract}@{version}", at((draft.service, draft.release))),
                    )

    def _readers(self, draft: Draft, contract: str, version: str, fleet: Fleet, what: str) -> Iterator[Reason]:
        readers = [
            at((service.name, release.name))
            for service, release in releases_in(self.catalog, fleet)
            if version in reads_of(self.catalog, service.name, release).get(contract, ())
        ]
        shown = replay_reason(self.replays, contract, version)
        proof = f"; {shown.text}" if shown else ""
        path = (at((draft.service, draft.release)), f"{contract}@{version}", *readers[:1])
        if readers:
            yield Reason(
                f"{what}{contract} {version} is read by all that consume it: {', '.join(readers)}{proof}", path
            )
        else:
            yield Reason(f"{what}{contract} {version} is consumed by nothing that runs", path)

    def _undo(self, place: int, drafts: list[Draft], fleets: list[dict[str, tuple[str, ...]]]) -> Undo:
        draft = drafts[place]
        if draft.action == RETIRE:
            return Undo(f"Put {' '.join(draft.key)} back.", self._first(place, drafts, fleets, self._forgets))
        if draft.action == START:
            return Undo(
                f"Stop {draft.service} {draft.release} again; what it has sent stays readable.",
                self._first(place, drafts, fleets, lambda first, _, fleet: len(fleet[first.service]) < 2),
            )
        return Undo(
            f"Start {draft.service} {draft.release} again beside what runs.",
            self._first(place, drafts, fleets, self._shuts_out),
        )

    def _first(
        self, place: int, drafts: list[Draft], fleets: list[dict[str, tuple[str, ...]]], ends: _Ends
    ) -> int | None:
        """
        The number of the first later step after which a condition no longer holds.
        """
        for later in range(place + 1, len(drafts)):
            if ends(drafts[place], drafts[later], fleets[later + 1]):
                return later + 1
        return None

    def _forgets(self, first: Draft, later: Draft, _: Fleet) -> bool:
        contract, version = first.key
        if later.action != START:
            return False
        reads = reads_of(self.catalog, later.service, self._release(later))
        return contract in reads and version not in reads[contract]

    def _shuts_out(self, first: Draft, later: Draft, fleet: Fleet) -> bool:
        old = (self.catalog.service(first.service), self._release(first))
        contract, version = later.key
        if later.action == RETIRE and version in old[1].emits.get(contract, ()):
            return True
        return any(
            True
            for other in releases_in(self.catalog, fleet)
            for pair in ((old, other), (other, old))
            for _ in conflicts_between(self.catalog, *pair)
        )
