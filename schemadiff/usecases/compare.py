"""
Compare two targets: load, find the changes, decide, report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

from schemadiff import __version__
from schemadiff.catalog import Contract, Version
from schemadiff.decide import Comparison, PolicyFinding, SourceText, compare
from schemadiff.decide.contract_policy import policy_finding
from schemadiff.decide.terms import Usage, run_deadline
from schemadiff.decide.values import Location
from schemadiff.errors import InputError
from schemadiff.options import Options, for_contract
from schemadiff.report import Report, Window
from schemadiff.schema import Node
from schemadiff.schema.closure import same_sources
from schemadiff.workspace import Pairing, SchemaPair, SchemaSource, Workspace, pairs_of
from schemadiff.workspace.levels import remark_level, renaming_notes, with_levels
from schemadiff.workspace.verdicts import terms_of

if TYPE_CHECKING:
    from schemadiff.replay.usage import Usage as UsageCount

Progress = Callable[[int, int, str], None]
"""Called before each pair with its number, the number of pairs, and its name."""

UsageOf = Callable[[Contract, str], "Usage | None"]
"""From a contract and its old version to what recorded messages show about changes; None for one without recordings."""


def compare_targets(
    workspace: Workspace, old: str, new: str, *, preview: bool = False, progress: Progress | None = None
) -> Report:
    """
    Compare what two words of a command line stand for.

    Arguments:
        workspace: where the words are looked up, with the options.
        old, new: versions, files, folders, revisions, or ``-`` for standard input.
        preview: whether the report shows the version-support graph and a rollout.
        progress: called before each pair.
    """
    report = compare_schemas(workspace, pairs_of(old, new, workspace), progress)
    if not preview:
        return report
    from schemadiff.usecases.rollout_preview import with_preview

    return with_preview(report, workspace)


def compare_schemas(workspace: Workspace, pairing: Pairing, progress: Progress | None = None) -> Report:
    """
    Compare pairs of schemas by the options of a workspace. A schema that cannot be read is an error of its pair; a pair
    that stands alone raises it.

    Raises:
        InputError: the only pair cannot be read.
    """
    pairs, remarks = pairing.pairs, [_removed(source, workspace.options) for source in pairing.removed]
    if len(pairs) > 1:
        pairs, unread = _readable(pairs, workspace.options)
        remarks += unread
    usage = _recorded_usage(workspace) if workspace.options.usage else None
    comparisons = compare_pairs(pairs, workspace.options, progress=progress, usage=usage)
    report = report_of(comparisons, workspace.options, (*pairing.notes, *renaming_notes(workspace.options)))
    contracts = {pair.manifest_entry.name: pair.manifest_entry for pair in pairs if pair.manifest_entry is not None}
    by_contract = ([window_of(each, version) for version in each.versions] for each in contracts.values())
    dated = (windows for windows in by_contract if any(any(window.days) for window in windows))
    levelled = tuple(remark_level(remark, workspace.options) for remark in remarks)
    windows = tuple(chain.from_iterable(dated))
    return replace(report, remarks=levelled, windows=windows, folder=workspace.inside)


def _readable(pairs: list[SchemaPair], options: Options) -> tuple[list[SchemaPair], list[PolicyFinding]]:
    readable, remarks = [], []
    for pair in pairs:
        errors = [error for side in (pair.old, pair.new) if (error := _load_error(side)) is not None]
        remarks += [unreadable(error, options) for error in errors]
        if not errors:
            readable.append(pair)
    return readable, list({remark.fingerprint: remark for remark in remarks}.values())


def _load_error(source: SchemaSource) -> InputError | None:
    try:
        source.load()
    except InputError as error:
        return error
    return None


def _removed(source: SchemaSource, options: Options) -> PolicyFinding:
    place = Location(name=source.name, pointer="", line=None, column=None)
    text = f"{source.contract} was removed"
    return policy_finding(options.rule_set, "schema-removed", text, contract=source.contract, place=place)


def unreadable(error: InputError, options: Options, *, rule: str = "input-unreadable") -> PolicyFinding:
    """
    The remark on a file that cannot be read.
    """
    place = Location(name=error.name or "", pointer="", line=error.line, column=error.column)
    notes = (error.remedy,) if error.remedy else ()
    about = (error.name or "", error.message)
    return policy_finding(
        options.rule_set,
        rule,
        error.message,
        place=place,
        about=about,
        notes=notes,
        unreadable=rule == "input-unreadable",
    )


def _recorded_usage(workspace: Workspace) -> UsageOf:
    from schemadiff.catalog.fixtures import fixtures
    from schemadiff.replay.usage import usage

    catalog = workspace.catalog
    known = {contract.name for contract in catalog.contracts}

    def usage_of(contract: Contract, version: str) -> Usage | None:
        if contract.name not in known:
            return None

        def sentences(pairs: Sequence[tuple[Node, Node]]) -> list[str]:
            messages = fixtures(workspace.tree, catalog, contract=contract.name, version=version)
            return list(map(_usage_sentence, usage(messages, pairs)))

        return sentences

    return usage_of


def _usage_sentence(count: UsageCount) -> str:
    if not count.valid:
        return "No recorded message is valid under the old version, so nothing is known of its use."
    named = f" ({', '.join(count.examples)})" if count.examples else ""
    return f"It touches {count.broken:,} of {count.valid:,} recorded messages{named}."


def window_of(contract: Contract, version: Version) -> Window:
    """
    The support window of a version.
    """
    days = (version.published, version.deprecated, version.sunset)
    published, deprecated, sunset = (day.isoformat() if day else None for day in days)
    return Window(
        contract=contract.name, version=version.name, published=published, deprecated=deprecated, sunset=sunset
    )


def compare_pairs(
    pairs: list[SchemaPair], options: Options, *, progress: Progress | None = None, usage: UsageOf | None = None
) -> Iterator[Comparison]:
    """
    Compare pairs, several at once where the options allow it and more than one differs.

    Returns:
        The comparisons in the order of the pairs, with the levels of the options; the same for any number of jobs.
    """

    def report_progress(number: int) -> None:
        if progress is not None:
            progress(number, len(pairs), pairs[number].contract)

    deadline = run_deadline(options)
    jobs = options.jobs or 0
    if jobs == 1:
        for number, pair in enumerate(pairs):
            report_progress(number)
            yield _compared(pair, pair.old.load(), pair.new.load(), options, usage, deadline)
        return
    schemas = [(pair.old.load(), pair.new.load()) for pair in pairs]

    def compared(number: int) -> Comparison:
        report_progress(number)
        return _compared(pairs[number], *schemas[number], options, usage, deadline)

    differing = [both for both in schemas if not same_sources(*both)]
    size = sum(len(node.document.text or "") for both in differing for node in both)
    if len(differing) <= 1 or size <= _SMALL:
        yield from map(compared, range(len(pairs)))
        return
    _preload()
    from schemadiff.runtime.process_pool import ordered_map

    yield from ordered_map(compared, len(pairs), jobs)


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


def _compared(
    pair: SchemaPair, old: Node, new: Node, options: Options, usage: UsageOf | None, deadline: float | None
) -> Comparison:
    terms = replace(terms_of(pair.manifest_entry, options, one_version=pair.one_version), deadline=deadline)
    if usage is not None and pair.manifest_entry is not None:
        terms = replace(terms, usage=usage(pair.manifest_entry, pair.old.name))
    names = (pair.old.name, pair.new.name)
    compared = compare(old, new, contract=pair.contract, names=names, terms=terms, version=pair.version)
    return replace(with_levels(compared, options), old_sources=sources_of(old), new_sources=sources_of(new))


def sources_of(root: Node) -> tuple[SourceText, ...]:
    """
    The files that a schema was read from, its own first.
    """
    resources = (root.resource, *root.document.registry.resources.values())
    documents = {id(each.document): each.document for each in resources}.values()
    return tuple(SourceText(name=each.name, text=each.text) for each in documents if each.text is not None)


def report_of(comparisons: Iterable[Comparison], options: Options, notes: Iterable[str] = ()) -> Report:
    """
    Comparisons as a report.
    """
    filled = for_contract(options, None)
    return Report(
        schemadiff=__version__,
        as_of=options.day.isoformat(),
        rules=options.rule_set.name,
        emission=str(filled.emission),
        comparisons=tuple(comparisons),
        notes=tuple(notes),
        fail_on=str(filled.fail_on),
    )
