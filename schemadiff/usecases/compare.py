"""
Load → diff → decide → report, on one screen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from schemadiff.catalog import Contract
from schemadiff.decide import Comparison, Direction, Source, Terms, compare
from schemadiff.options import Settings
from schemadiff.report import Report, Window
from schemadiff.schema import Node
from schemadiff.schema.closure import same_texts
from schemadiff.workspace.targets import Pair, Surroundings, pairs

PROMISES = {
    "backward": (Direction.BACKWARD,),
    "forward": (Direction.FORWARD,),
    "full": (Direction.BACKWARD, Direction.FORWARD),
    "none": (),
}
"""The directions that each promise binds."""


Progress = Callable[[int, int, str], None]
"""Called before each pair with its number, how many there are, and its name."""


def compare_sides(
    old: str, new: str, around: Surroundings, settings: Settings, progress: Progress | None = None
) -> Report:
    """
    Compare what two words of a command line stand for.

    Raises:
        UsageError, InputError: as for ``pairs``, and where a schema cannot be read.
    """
    found, notes = pairs(old, new, around)
    report = report_of(compare_pairs(found, settings, progress), settings, tuple(notes))
    contracts = {each.terms.name: each.terms for each in found if each.terms is not None}
    return replace(report, windows=tuple(windows_of(contracts.values())))


def windows_of(contracts: Iterable[Contract]) -> Iterator[Window]:
    """
    When the versions of contracts are supported; a contract without any date has nothing to tell.
    """
    for contract in contracts:
        days = [(each.name, each.published, each.deprecated, each.sunset) for each in contract.versions]
        for name, *some in days if any(day for _, *rest in days for day in rest) else ():
            yield Window(contract.name, name, *(day.isoformat() if day else None for day in some))


def compare_pairs(some: list[Pair], settings: Settings, progress: Progress | None = None) -> Iterator[Comparison]:
    """
    Compare pairs, several at once if the settings allow it and there is something to compare in more than one; the
    outcome is the same, and in the order of the pairs.
    """

    def told(number: int) -> None:
        if progress is not None:
            progress(number, len(some), some[number].contract)

    if settings.jobs == 1:
        for number, pair in enumerate(some):
            told(number)
            yield _compared(pair, pair.old.load(), pair.new.load(), settings)
        return
    sides = [(pair.old.load(), pair.new.load()) for pair in some]

    def compared(number: int) -> Comparison:
        told(number)
        return _compared(some[number], *sides[number], settings)

    differing = [each for each in sides if not same_texts(*each)]
    size = sum(len(node.document.text or "") for each in differing for node in each)
    if len(differing) <= 1 or size <= _SMALL:
        yield from map(compared, range(len(some)))
        return
    _preload()
    from schemadiff.runtime.process_pool import ordered_map

    yield from ordered_map(compared, len(some), settings.jobs)


_SMALL = 50_000
"""Characters up to which starting processes takes longer than sharing the comparisons saves."""


def _preload() -> None:
    """
    Load once what every process will need.
    """
    import jsonschema  # noqa: F401
    import jsonschema_rs  # noqa: F401

    import schemadiff.algebra.regex
    import schemadiff.decide.findings
    import schemadiff.keywords.emission  # noqa: F401
    from schemadiff.ruleset import all_rules

    all_rules()


def _compared(pair: Pair, old: Node, new: Node, settings: Settings) -> Comparison:
    terms = terms_of(pair.terms, settings)
    if settings.usage is not None and pair.terms is not None:
        terms = replace(terms, usage=settings.usage(pair.terms, pair.old.name))
    names = (pair.old.name, pair.new.name)
    compared = compare(old, new, contract=pair.contract, names=names, terms=terms, version=pair.version)
    return replace(compared, old_sources=sources_of(old), new_sources=sources_of(new))


def sources_of(root: Node) -> tuple[Source, ...]:
    """
    The files that a schema was read from, its own first.
    """
    documents = {id(each.document): each.document for each in (root.resource, *root.document.world.resources.values())}
    return tuple(Source(each.name, each.text) for each in documents.values() if each.text is not None)


def terms_of(contract: Contract | None, settings: Settings) -> Terms:
    """
    By what a pair is judged: what the user says, else the manifest, else the defaults.
    """
    promise = settings.promise or (contract.promise if contract else "backward")
    field = settings.version_field or (contract.version_field if contract else None)
    role = contract.role if contract and contract.role else "message"
    return Terms(
        promised=PROMISES[promise],
        role=role,
        emission=settings.emission,
        formats=settings.formats,
        version_field=field,
        rules=settings.rules,
        seconds=settings.budget,
        total_seconds=settings.budget * 6,
    )


def report_of(comparisons: Iterable[Comparison], settings: Settings, notes: tuple[str, ...] = ()) -> Report:
    """
    Comparisons as a report.
    """
    from schemadiff import __version__

    return Report(
        version=__version__,
        as_of=settings.as_of.isoformat(),
        rules=settings.rules.name,
        emission=settings.emission,
        comparisons=tuple(comparisons),
        notes=notes,
        fail_on=settings.fail_on,
    )
