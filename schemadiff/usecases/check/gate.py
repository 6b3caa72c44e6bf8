"""
The merge gate: may this change be merged, by the policy of the branch that it shall join?

Content is compared with the commit where the change left that branch; promises, windows, waivers, rules and levels
are read from the branch as it is now. What the change says of policy is itself a finding, and counts from the merge on.
"""

from __future__ import annotations

import posixpath
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

from schemadiff.catalog import NO_TAG, UNVERSIONED, Catalog, Contract, Version, Waiver
from schemadiff.decide import Comparison, PolicyFinding, compare
from schemadiff.decide.contract_policy import policy_finding, policy_findings
from schemadiff.decide.lint import lint_findings
from schemadiff.decide.values import Location
from schemadiff.decide.waivers import apply_waivers, waiver_findings
from schemadiff.errors import InputError, UsageError
from schemadiff.keywords import Dialect
from schemadiff.options import Settings
from schemadiff.report import Report, Window
from schemadiff.schema import Node, load_file
from schemadiff.sources import open_revision
from schemadiff.sources.snapshots import Base, Changed, Objects, Snapshot, base_of, changed, committed, staged, working
from schemadiff.usecases.check.advice import advised, rollout_hint
from schemadiff.usecases.check.contract_folders import Reach, Spot, spots
from schemadiff.usecases.check.merged_waivers import settled_waivers
from schemadiff.usecases.check.rollout_preview import Outlook, outlook
from schemadiff.usecases.compare import Progress, report_of, sources_of, terms_of
from schemadiff.workspace.schema_files import skipped_notes
from schemadiff.workspace.settings import (
    Config,
    Override,
    read_config,
    read_config_file,
    remark_level,
    renaming_notes,
    settings_of,
    with_levels,
)


@dataclass(frozen=True, slots=True)
class Change:
    """
    What is to be judged.

    Attributes:
        folder: where the command runs.
        against: the revision that the change shall join.
        head: the revision that holds the change; None for the working tree.
        staged: the index instead of the working tree.
        contracts: the folder of contracts, seen from ``folder``, if the user names one.
        config: a settings file that replaces the one of the base.
        flags: options of the command line, as ``settings_of`` takes them.
        as_of: today.
    """

    folder: Path
    against: str
    head: str | None
    staged: bool
    contracts: str | None
    config: Path | None
    flags: dict[str, Any]
    as_of: date


@dataclass(frozen=True, slots=True)
class _Sides:
    """
    Both sides, what differs between them, and by what they are judged.
    """

    change: Change
    repository: Path
    base: Base
    old: Snapshot
    new: Snapshot
    tip: Snapshot
    changed: Changed
    config: Config
    settings: Settings
    dialect: Dialect | None


@dataclass(frozen=True, slots=True)
class _Task:
    """
    Two schemas to compare: paths in the base or head, what the sides are called, and whether the promise binds.
    """

    contract: Contract
    old: tuple[Snapshot, Version, str]
    new: tuple[Snapshot, Version, str]
    binds: bool
    notes: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """
        The version or versions compared, as fingerprints name them.
        """
        old, new = self.old[1].name, self.new[1].name
        return old if old == new else f"{old}→{new}"


def check(change: Change, progress: Progress | None = None) -> Report:
    """
    Judge a change.

    Raises:
        InputError: there is no repository, revision or contract to judge by.
        UsageError: options do not fit together.
    """
    if change.head is not None and change.staged:
        raise UsageError("--head and --staged exclude each other", remedy="A change is a revision or the index.")
    here, inside = open_revision(change.folder, change.against)
    if change.head is not None:
        open_revision(change.folder, change.head)
    with closing(Objects(here.repository)) as objects:
        return _judge(_open(change, here.repository, inside, objects), inside, progress)


def _open(change: Change, repository: Path, inside: str, objects: Objects) -> _Sides:
    base = base_of(repository, change.against, change.head)
    same = base.commit == base.tip
    old = committed(repository, base.commit, objects, change.against if same else base.commit[:10])
    tip = old if same else committed(repository, base.tip, objects, change.against)
    if change.head is not None:
        new = committed(repository, change.head, objects, change.head)
    else:
        new = staged(repository, objects) if change.staged else working(repository)
    differs = changed(repository, base.commit, change.head, index=change.staged)
    config = read_config_file(change.config) if change.config else read_config(tip, inside)
    settings = settings_of(config, as_of=change.as_of, **change.flags)
    dialect = Dialect(config.dialect) if config.dialect else None
    return _Sides(change, repository, base, old, new, tip, differs, config, settings, dialect)


def _judge(sides: _Sides, inside: str, progress: Progress | None) -> Report:
    stated = sides.config.contracts
    if sides.change.contracts is not None:
        stated = (posixpath.normpath(posixpath.join(inside, sides.change.contracts)),)
    places = spots(sides.old, sides.new, stated, sides.changed.paths)
    if not any(each.old.contracts or each.new.contracts or any(each.trouble) for each in places):
        where = f" in {', '.join(stated)}" if stated else ""
        raise InputError(
            f"no contracts{where}, neither at {sides.change.against} nor in the change",
            remedy="A contract is a JSON Schema called NAME.vN.json; `schemadiff init` makes a start, and --contracts "
            "DIR or `contracts` in schemadiff.toml names a folder.",
        )
    reach = Reach(sides.new, sides.changed.paths)
    comparisons: list[Comparison] = []
    remarks = list(_config_remarks(sides, inside))
    outlooks: list[Outlook] = []
    names = Counter(name for place in places for name in _names(place))
    for place in places:
        found, said, ahead = _place(sides, place, reach, progress)
        folder = place.new.folder or place.old.folder
        comparisons += [replace(each, contract=_told_apart(each.contract, folder, names)) for each in found]
        remarks += [replace(each, contract=_told_apart(each.contract, folder, names)) for each in said]
        outlooks.append(ahead)
    remarks = [remark_level(each, sides.config.overrides) for each in remarks]
    order = {level: number for number, level in enumerate(("error", "warning", "note", "none"))}
    remarks.sort(key=lambda each: (not each.unreadable, order[each.level]))
    report = report_of(comparisons, sides.settings, tuple(_notes(sides, places, comparisons, remarks)))
    drawn = next((each for each in outlooks if each.mermaid), Outlook())
    return replace(
        report,
        remarks=tuple(remarks),
        windows=tuple(_windows(places)),
        graph_mermaid=drawn.mermaid,
        graph_svg=drawn.svg,
        rollout=tuple(step for each in outlooks for step in each.rollout) or rollout_hint(comparisons),
    )


def _names(place: Spot) -> set[str]:
    return {each.name for each in (*place.old.contracts, *place.new.contracts)}


def _told_apart(name: str, folder: str, names: Counter[str]) -> str:
    """
    A contract's name, with its folder where another folder has a contract of that name.
    """
    return f"{folder}/{name}" if folder and names[name.partition("@")[0]] > 1 else name


def _notes(
    sides: _Sides, places: list[Spot], comparisons: list[Comparison], remarks: list[PolicyFinding]
) -> Iterator[str]:
    count = sum(len(each.new.contracts) for each in places)
    what = sides.change.head or ("the index" if sides.change.staged else "the working tree")
    yield (
        f"{count} {'contract' if count == 1 else 'contracts'} of {what} against {sides.change.against} "
        f"({sides.base.commit[:10]}); policy is that of {sides.change.against}."
    )
    if sides.base.note:
        yield sides.base.note
    if not comparisons and not remarks:
        yield "Nothing to compare: no contract, and nothing that one refers to, differs."
    yield from skipped_notes(dict(found for each in places for found in each.new.passed_by))
    yield from renaming_notes(sides.config.overrides)
    for each in places:
        if each.moved:
            yield f"The contracts of {each.old.folder or 'the top folder'} are in {each.new.folder} now."


def _windows(places: list[Spot]) -> Iterator[Window]:
    def day(some: date | None) -> str | None:
        return some.isoformat() if some else None

    for place in places:
        for contract in place.new.contracts:
            for each in contract.versions:
                if place.new.path is not None:
                    yield Window(contract.name, each.name, day(each.published), day(each.deprecated), day(each.sunset))


def _config_remarks(sides: _Sides, inside: str) -> Iterator[PolicyFinding]:
    """
    What the change does to the settings file; it does not count for the change itself.
    """
    rules = sides.settings.rules
    try:
        old = read_config(sides.old, inside)
    except InputError:
        old = Config()
    try:
        new = read_config(sides.new, inside)
    except InputError as error:
        yield _unreadable(sides, error)
        return
    for name in (each.name for each in fields(Config)[1:]):
        was, now = getattr(old, name), getattr(new, name)
        if was != now:
            text = f"{name}: {_said(was)}, now {_said(now)}"
            place = Location(new.name or old.name, "", None, None)
            yield policy_finding(rules, "policy-changed", text, place=place, about=(name, str(was), str(now)))


def _said(value: Any) -> str:
    if value in (None, ()):
        return "not stated"
    if isinstance(value, tuple):
        return ", ".join(map(_said, value))
    if isinstance(value, Override):
        return " ".join(f"{name} {each}" for name, each in asdict(value).items() if each != "*")
    return str(value)


def _unreadable(sides: _Sides, error: InputError) -> PolicyFinding:
    place = Location(error.name or "", "", error.line, error.column)
    notes = (error.remedy,) if error.remedy else ()
    return policy_finding(
        sides.settings.rules, "input-unreadable", error.message, place=place, notes=notes, unreadable=True
    )


def _place(
    sides: _Sides, place: Spot, reach: Reach, progress: Progress | None
) -> tuple[list[Comparison], list[PolicyFinding], Outlook]:
    """
    The comparisons and remarks of one folder of contracts, and what a change of its versions means for services.
    """
    rules, as_of = sides.settings.rules, sides.change.as_of
    if place.trouble[1] is not None:
        return [], [_unreadable(sides, place.trouble[1])], Outlook()
    remarks: list[PolicyFinding] = []
    if place.trouble[0] is not None:
        text = f"the base cannot be read, so nothing of it counts: {place.trouble[0].message}"
        at = Location(place.trouble[0].name or "", "", place.trouble[0].line, place.trouble[0].column)
        remarks.append(replace(policy_finding(rules, "input-unreadable", text, place=at), level="warning"))
    old, new = _renamed(place.old, place.new, sides.changed.renamed), place.new
    standing = _standing(sides, place)
    judged = replace(old, contracts=tuple(_by_policy(each, standing, sides.config) for each in old.contracts))
    tasks = [each for contract in judged.contracts for each in _tasks(sides, contract, new, reach)]
    loader = _Loader(sides)
    comparisons = list(_compare(sides, tasks, loader, progress))
    remarks += loader.unreadable
    remarks += policy_findings(old, new, as_of=as_of, rules=rules, windows=judged)
    remarks += _hygiene(sides, judged, new, reach, loader)
    waived = apply_waivers(comparisons, remarks, standing.waivers, as_of=as_of)
    idle = [each for each in standing.waivers if each not in waived.used]
    settled: frozenset[Waiver] = frozenset()
    if idle and place.old.path is not None:
        settled = settled_waivers(sides.repository, sides.base.commit, place.old, idle, sides.settings, as_of)
    about = waiver_findings(standing, new, waived, settled, as_of=as_of, rules=rules)
    levelled = (with_levels(each, sides.config.overrides) for each in waived.comparisons)
    told = [advised(each, judged, new, sides.old.label, sides.change.against, as_of) for each in levelled]
    said = [*waived.remarks, *about]
    moved = {each.contract for each in said if each.rule.startswith(("version-added", "version-removed"))}
    ahead = Outlook()
    if moved:
        ahead = outlook(new, moved, lambda path: loader.load(sides.new, path), sides.settings, as_of=as_of)
    return told, said, ahead


def _standing(sides: _Sides, place: Spot) -> Catalog:
    """
    The contracts whose policy counts: those of the revision as it is now, if they can be read.
    """
    if sides.tip is sides.old:
        return place.old
    found = spots(sides.tip, sides.tip, (place.old.folder or ".",))
    return next((each.new for each in found if each.new.contracts), place.old)


def _by_policy(contract: Contract, standing: Catalog, config: Config) -> Contract:
    """
    A contract of the base with the promises and windows that count.
    """
    now = next((each for each in standing.contracts if each.name == contract.name), contract)
    days = {each.name: each for each in now.versions}
    versions = tuple(
        replace(days[each.name], path=each.path, line=each.line) if each.name in days else each
        for each in contract.versions
    )
    found = replace(now, versions=versions)
    if standing.path is not None:
        return found
    return replace(
        found, promise=config.promise or found.promise, version_field=config.version_field or found.version_field
    )


def _renamed(old: Catalog, new: Catalog, renamed: dict[str, str]) -> Catalog:
    """
    The old contracts under the names that they have now, where git sees that their files were renamed; what had no
    version is the first one of those that there are now.
    """
    by_path = {version.path: contract for contract in new.contracts for version in contract.versions}
    known = {each.name: each for each in new.contracts}
    taken = {each.name for each in old.contracts}
    found = []
    for contract in old.contracts:
        targets = {by_path[path].name for each in contract.versions if (path := renamed.get(each.path)) in by_path}
        name = contract.name
        if name not in known and len(targets) == 1 and not targets & taken:
            (name,) = targets
        now = known.get(name)
        versions = _first_versions(contract, now, renamed) if now else contract.versions
        found.append(replace(contract, name=name, versions=versions))
    return replace(old, contracts=tuple(found))


def _first_versions(contract: Contract, now: Contract, renamed: dict[str, str]) -> tuple[Version, ...]:
    (first, *rest) = contract.versions
    if rest or first.name != UNVERSIONED or any(each.name == UNVERSIONED for each in now.versions):
        return contract.versions
    paths = (first.path, renamed.get(first.path))
    same = next((each for each in now.versions if each.path in paths), now.versions[0])
    return (replace(first, name=same.name),)


def _tasks(sides: _Sides, contract: Contract, new: Catalog, reach: Reach) -> Iterator[_Task]:
    """
    What is to be compared of one contract of the base.
    """
    after = next((each for each in new.contracts if each.name == contract.name), None)
    if after is None:
        return
    label = sides.old.label
    before = {each.name: each for each in contract.versions}
    for version in after.versions:
        was = before.get(version.name)
        if was is None or was.path != version.path or reach.touched(version.path):
            here = (sides.new, version, version.name)
            if was is not None:
                binds, notes = _binding(was, sides.change.as_of)
                yield _Task(contract, (sides.old, was, f"{label}:{was.name}"), here, binds, notes)
            yield from _against_others(sides, contract, after, version, here, was is None)


def _binding(version: Version, as_of: date) -> tuple[bool, tuple[str, ...]]:
    """
    Whether an edit of this version is held to the promise.
    """
    if version.published is not None and version.published > as_of:
        return False, (f"{version.name} is not published before {version.published}, so it may still change.",)
    if version.sunset is not None and version.sunset <= as_of:
        return False, (f"The support of {version.name} ended on {version.sunset}.",)
    return True, ()


def _against_others(
    sides: _Sides,
    contract: Contract,
    after: Contract,
    version: Version,
    here: tuple[Snapshot, Version, str],
    is_new: bool,
) -> Iterator[_Task]:
    """
    A version against those before it: the last one if it is new, all supported ones if the promise reaches that far.
    """
    names = [each.name for each in after.versions]
    earlier = after.versions[: names.index(version.name)]
    binds = contract.across != "revisions"
    if not earlier or not (is_new or binds):
        return
    supported = [each for each in earlier if each.sunset is None or each.sunset > sides.change.as_of]
    known = {each.name: each for each in contract.versions}
    for each in supported if contract.across == "transitive" else earlier[-1:]:
        side = (sides.old, known[each.name]) if each.name in known else (sides.new, each)
        note = (
            () if binds else (f"{version.name} is a new version, so it may break; its users move when they are ready.",)
        )
        yield _Task(contract, (*side, each.name), here, binds, note)


class _Loader:
    """
    Reads each schema once, and keeps what cannot be read as remarks.
    """

    def __init__(self, sides: _Sides) -> None:
        self.unreadable: list[PolicyFinding] = []
        self._sides = sides
        self._known: dict[tuple[int, str], Node | None] = {}

    def load(self, tree: Snapshot, path: str) -> Node | None:
        mark = (id(tree), path)
        if mark not in self._known:
            try:
                self._known[mark] = load_file(tree, path, dialect=self._sides.dialect)
            except InputError as error:
                self._known[mark] = None
                found = _unreadable(self._sides, error)
                self.unreadable.append(
                    found if tree is self._sides.new else replace(found, level="warning", unreadable=False)
                )
        return self._known[mark]


def _compare(sides: _Sides, tasks: list[_Task], loader: _Loader, progress: Progress | None) -> Iterable[Comparison]:
    for number, task in enumerate(tasks):
        name = task.contract.name
        if progress is not None:
            progress(number, len(tasks), name)
        old, new = (loader.load(tree, version.path) for tree, version, _ in (task.old, task.new))
        if old is None or new is None:
            continue
        names = (task.old[2], task.new[2])
        terms = terms_of(task.contract, sides.settings)
        try:
            found = compare(old, new, contract=name, names=names, terms=terms, version=task.version)
        except InputError as error:
            loader.unreadable.append(_unreadable(sides, error))
            continue
        if task.old[1].name == task.new[1].name and not found.findings and not found.notes:
            continue
        notes = (*found.notes, *task.notes)
        yield replace(found, binds=task.binds, notes=notes, old_sources=sources_of(old), new_sources=sources_of(new))


def _hygiene(sides: _Sides, old: Catalog, new: Catalog, reach: Reach, loader: _Loader) -> Iterator[PolicyFinding]:
    """
    What is untidy in the schemas that the change touches, and was not before.
    """
    before = {(contract.name, version.name): version for contract in old.contracts for version in contract.versions}
    for contract in new.contracts:
        judged = next((each for each in old.contracts if each.name == contract.name), contract)
        for version in contract.versions:
            was = before.get((contract.name, version.name))
            if was is not None and was.path == version.path and not reach.touched(version.path):
                continue
            seen: set[str] = set()
            if was is not None:
                seen = {each.fingerprint for each in _smells(sides, loader, sides.old, judged, was)}
            found = _smells(sides, loader, sides.new, judged, version)
            yield from (each for each in found if each.fingerprint not in seen)


def _smells(
    sides: _Sides, loader: _Loader, tree: Snapshot, contract: Contract, version: Version
) -> Iterator[PolicyFinding]:
    root = loader.load(tree, version.path)
    if root is None:
        return
    field = sides.settings.version_field or contract.version_field
    if version.name == UNVERSIONED and field is None:
        field = NO_TAG
    yield from lint_findings(
        root, contract=f"{contract.name}@{version.name}", version_field=field, rules=sides.settings.rules
    )
