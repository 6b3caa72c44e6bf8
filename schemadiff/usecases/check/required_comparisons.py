"""
Which versions of a contract have to be compared because of a change, and whether the promise binds them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from schemadiff.catalog import Catalog, Contract, Version
from schemadiff.decide import Terms
from schemadiff.options import Options
from schemadiff.sources.snapshots import Snapshot
from schemadiff.usecases.check.guarded_set import ContractFolder
from schemadiff.usecases.check.proposed_change import GateContext
from schemadiff.usecases.check.reach import Reach
from schemadiff.workspace.verdicts import terms_of


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionFile:
    """
    One version on one side of a change.

    Attributes:
        tree: the files of the side.
        version: the version, with its path there.
        name: what reports call it.
    """

    tree: Snapshot
    version: Version
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RequiredComparison:
    """
    Two schemas that have to be compared.

    Attributes:
        contract: whose they are, with the promise that counts.
        old, new: the schemas.
        binds: whether the promise binds the new one.
        notes: why it does not.
    """

    contract: Contract
    old: VersionFile
    new: VersionFile
    binds: bool
    notes: tuple[str, ...] = ()

    @property
    def version(self) -> str:
        """
        The version or versions compared, as fingerprints name them.
        """
        old, new = self.old.version.name, self.new.version.name
        return old if old == new else f"{old}→{new}"

    def terms(self, options: Options) -> Terms:
        """
        How they are compared. A version tag is mapped between two versions only, and never by a guess: the manifest or
        the settings say where it is, or it pins the very names that the versions have.
        """
        versions = self.old.version.name, self.new.version.name
        one_version = len(set(versions)) == 1
        return terms_of(self.contract, options, one_version=one_version, versions=versions)


def required_comparisons(
    context: GateContext, contract: Contract, new: Catalog, reach: Reach
) -> Iterator[RequiredComparison]:
    """
    What has to be compared for one contract: each changed version with itself, and a new one with those before it.
    """
    now = next((each for each in new.contracts if each.name == contract.name), None)
    if now is None:
        return
    label = context.old.label
    before = {version.name: version for version in contract.versions}
    for version in now.versions:
        was = before.get(version.name)
        if was is not None and was.path == version.path and not reach.touched(version.path):
            continue
        changed = VersionFile(tree=context.new, version=version, name=version.name)
        if was is not None:
            binds, notes = _binding(was, context.options.day)
            base = VersionFile(tree=context.old, version=was, name=f"{label}:{was.name}")
            yield RequiredComparison(contract=contract, old=base, new=changed, binds=binds, notes=notes)
        yield from _with_earlier_versions(context, contract, now, changed, is_new=was is None)


def left_comparisons(
    context: GateContext, folder: ContractFolder, policy: Catalog, reach: Reach
) -> Iterator[RequiredComparison]:
    """
    The base versions whose files the head still has, and no longer takes for them; ``policy`` has the promises that
    count.
    """
    for name, was_name, version in folder.left:
        contract = policy.contract(name)
        was = contract.version(was_name)
        if reach.touched(version.path):
            binds, notes = _binding(was, context.options.day)
            note = f"{version.path} was {contract.name} {was.name} at the base, so it is compared with its state there."
            yield RequiredComparison(
                contract=contract,
                old=VersionFile(tree=context.old, version=was, name=f"{context.old.label}:{was.name}"),
                new=VersionFile(tree=context.new, version=version, name=version.path),
                binds=binds,
                notes=(note, *notes),
            )


def _binding(version: Version, as_of: date) -> tuple[bool, tuple[str, ...]]:
    """
    Whether the promise binds an edit of this version, and why not.
    """
    if version.published is not None and version.published > as_of:
        return False, (f"{version.name} is not published before {version.published}, so it may still change.",)
    if version.sunset is not None and version.sunset <= as_of:
        return False, (f"The support of {version.name} ended on {version.sunset}.",)
    return True, ()


def _with_earlier_versions(
    context: GateContext, contract: Contract, now: Contract, changed: VersionFile, *, is_new: bool
) -> Iterator[RequiredComparison]:
    """
    A version with the last one before it if it is new, or with all supported ones if the promise reaches that far.
    """
    version = changed.version
    names = [version.name for version in now.versions]
    earlier = now.versions[: names.index(version.name)]
    binds = contract.across != "revisions"
    if not earlier or not (is_new or binds):
        return
    as_of = context.options.day
    supported = [each for each in earlier if each.sunset is None or each.sunset > as_of]
    before = {version.name: version for version in contract.versions}
    free = f"{version.name} is a new version, so it may break; its users move when they are ready."
    for each in supported if contract.across == "transitive" else earlier[-1:]:
        tree, was = (context.old, before[each.name]) if each.name in before else (context.new, each)
        yield RequiredComparison(
            contract=contract,
            old=VersionFile(tree=tree, version=was, name=each.name),
            new=changed,
            binds=binds,
            notes=() if binds else (free,),
        )
