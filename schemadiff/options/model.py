"""
The options of a run, each written once.

A field of ``Options`` is at once a value that the library takes, a flag of the command line and a key of the settings
file: the flags and the readers of the settings file are made from what ``OptionSpec`` says of the field.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from typing import TYPE_CHECKING, Any, Literal, get_args

from schemadiff.errors import UsageError
from schemadiff.keywords.dialects import DIALECTS, Dialect, dialect_of_uri

if TYPE_CHECKING:
    from referencing import Specification

    from schemadiff.ruleset import RuleSet

Promise = Literal["backward", "forward", "full", "none"]
Emission = Literal["declared", "any"]
FormatMode = Literal["annotate", "assert"]
FailLevel = Literal["error", "warning", "note", "never"]

FAIL_LEVELS: tuple[FailLevel, ...] = get_args(FailLevel)
"""From which level on a finding fails a run."""

MIN_SECONDS, MAX_SECONDS = 0.05, 86_400.0


_DIALECT_NAMES = {
    **{each.value: each for each in DIALECTS},
    "draft-04": Dialect.DRAFT4,
    "draft-06": Dialect.DRAFT6,
    "draft-07": Dialect.DRAFT7,
    "draft2019-09": Dialect.DRAFT2019,
    "draft2020-12": Dialect.DRAFT2020,
}
"""Our names, and those of the specifications in ``referencing``."""


def find_dialect(value: str | Specification) -> Dialect:
    """
    A dialect by its name, by its meta-schema's URI, or by its specification in ``referencing``.

    Raises:
        UsageError: there is none.
    """
    name = value if isinstance(value, str) else getattr(value, "name", None)
    dialect = (_DIALECT_NAMES.get(name) or dialect_of_uri(name)) if isinstance(name, str) else None
    if dialect is None:
        known = ", ".join(each.value for each in DIALECTS)
        raise UsageError(
            f"dialect is {str(name or value)[:60]!r}", remedy=f"It is one of {known}, or the URI of a meta-schema."
        )
    return dialect


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelOverride:
    """
    A level for the findings that all of its patterns match; ``*`` and ``?`` are wildcards.

    Attributes:
        level: error, warning, note or none.
        rule, place, contract: patterns for the rule's id, the location in words, and the contract's name.
    """

    level: str
    rule: str = "*"
    place: str = "*"
    contract: str = "*"

    def matches(self, rule: str, contract: str) -> bool:
        """
        Whether the patterns match a rule, by its id or a former id, and a contract.
        """
        from schemadiff.ruleset import all_rules

        named = any(_matches(self.rule, name) for name in all_rules().names(rule))
        return named and _matches(self.contract, contract)

    def matches_place(self, place: str) -> bool:
        """
        Whether the pattern for the location matches.
        """
        return _matches(self.place, place)


def _matches(pattern: str, text: str) -> bool:
    # Locations hold brackets, so only * and ? are special.
    parts = (".*" if each == "*" else "." if each == "?" else re.escape(each) for each in pattern)
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionSpec:
    """
    How an option is given outside of Python.

    Attributes:
        kind: the type of its value: choice, text, seconds, count, switch, day, folder, patterns, file, levels,
            overrides, dialects or resources.
        help: the help text of the flag.
        metavar: what stands for the value in the help.
        choices: the values of a choice.
        former: values that earlier releases had, each with the one that replaces it.
        default: the value that holds where nothing gives one; None where a contract or the command decides.
        commands: groups of commands that take the flag; empty for an option without a flag.
        setting: whether the settings file has a key of its name.
        short: a short flag, such as ``-j``.
        minimum: the least value of a count.
        reason: why a flag or a key is missing, for an option that lacks one.
        help_by_group: the help text for commands of a group, where it differs.
    """

    kind: str
    help: str
    metavar: str | None = None
    choices: tuple[str, ...] = ()
    former: Mapping[str, str] = field(default_factory=dict)
    default: Any = None
    commands: tuple[str, ...] = ()
    setting: bool = True
    short: str | None = None
    minimum: int = 0
    reason: str = ""
    help_by_group: Mapping[str, str] = field(default_factory=dict)

    def help_for(self, groups: Iterable[str]) -> str:
        """
        The help text of the flag for a command of some groups.
        """
        return next((self.help_by_group[group] for group in groups if group in self.help_by_group), self.help)


def _option(kind: str, help_text: str, **spec: Any) -> Any:
    return field(default=None, metadata={"option": OptionSpec(kind=kind, help=help_text, **spec)})


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Options:
    """
    What the user of a run decides; None leaves an option to the settings file, the rule set, the manifest, or its
    default, in this order.

    Attributes:
        promise: the directions that count: backward, forward, full or none; the manifest's, else backward.
        emission: what producers send: ``declared`` for declared properties only, ``any`` for all that is accepted.
            The default is ``declared``; questions about containment are about sets, and default to ``any``.
        formats: whether ``format`` is an annotation (``annotate``, the default) or asserted (``assert``).
        version_field: where messages carry their version (a name or a JSON Pointer), or ``none``; detected by default.
        dialect: of schemas that name none, or a meta-schema that is not known: a name such as ``draft7``, the URI of a
            meta-schema, or a ``referencing.Specification``; 2020-12 by default. In the settings file it holds for
            schemas that name none.
        dialects: the dialects of meta-schemas of one's own, by their URIs.
        resources: folders and files, by the prefix of the URIs for which they stand in references.
        rules: a rule set, or the name of one that is built in.
        levels: levels by rule id, instead of those of the rule set.
        overrides: levels for findings by rule, location and contract; the last one that matches counts.
        fail_on: from which level on findings fail the run: error, warning, note or never.
        budget: seconds for one question to the prover; 10 by default.
        time: seconds for all proofs of a run; no limit by default.
        steps: steps of the prover for one question.
        jobs: how many processes share the work; 0 is one for each processor.
        usage: whether to count the recorded messages that each breaking change affects.
        worker: the command or URL of the worker for a replay, instead of the manifest's.
        contracts: the folder of contracts, or several; a folder called ``contracts`` by default.
        pass_by: patterns of files that are no contracts, such as ``schemas/drafts/*``.
        config: a settings file to read instead of the nearest one.
        as_of: the day that counts as today.
    """

    promise: Promise | None = _option(
        "choice",
        "The directions that count; the manifest's, or backward (forward for a response).",
        choices=get_args(Promise),
        commands=("pair",),
    )
    emission: Emission | None = _option(
        "choice",
        "What producers send: only properties that a schema declares, or all that it accepts [declared].",
        help_by_group={
            "containment": "What producers send: only properties that a schema declares, or all that it accepts [any]."
        },
        choices=get_args(Emission),
        default="declared",
        commands=("pair", "gate", "containment"),
    )
    formats: FormatMode | None = _option(
        "choice",
        "Whether `format` is an annotation or asserted [annotate].",
        choices=get_args(FormatMode),
        default="annotate",
        commands=("pair", "gate", "containment", "instances"),
    )
    version_field: str | None = _option(
        "text",
        "Where messages carry their version (a name or a pointer).",
        metavar="NAME|none",
        commands=("pair", "lint"),
    )
    dialect: str | Specification | None = _option(
        "choice",
        "For schemas that name none, or an unknown one [2020-12].",
        choices=tuple(each.value for each in DIALECTS),
        default="2020-12",
        commands=("pair", "gate", "containment", "instances"),
    )
    dialects: Mapping[str, str] | None = _option(
        "dialects", "The dialects of own meta-schemas.", reason="A table has no form on a command line."
    )
    resources: Mapping[str, str] | None = _option(
        "resources", "Folders and files that URIs stand for.", reason="A table has no form on a command line."
    )
    rules: str | RuleSet | None = _option(
        "text", "The rule set [default].", metavar="NAME", commands=("pair", "gate", "lint")
    )
    levels: Mapping[str, str] | None = _option(
        "levels", "Levels by rule.", reason="A table has no form on a command line."
    )
    overrides: tuple[LevelOverride, ...] | None = _option(
        "overrides", "Levels by rule, location and contract.", reason="A table has no form on a command line."
    )
    fail_on: FailLevel | None = _option(
        "choice",
        "From which level on a finding fails the run; `never` still fails for unreadable input [error].",
        choices=FAIL_LEVELS,
        former={"breaking": "error", "undecided": "error", "any": "note"},
        default="error",
        commands=("pair", "gate", "lint"),
    )
    budget: float | None = _option(
        "seconds",
        "Time for one question to the prover [10].",
        help_by_group={"instances": "Time for all values together [30]."},
        metavar="SECONDS",
        default=10.0,
        commands=("pair", "gate", "containment", "instances"),
    )
    time: float | None = _option(
        "seconds",
        "Time for the whole run; what it cuts off is undecided [no limit].",
        metavar="SECONDS",
        commands=("pair", "gate"),
    )
    steps: int | None = _option(
        "count",
        "Steps of the search at most.",
        metavar="N",
        minimum=1,
        commands=("containment",),
        setting=False,
        reason="A project bounds its runs by time.",
    )
    jobs: int | None = _option(
        "count",
        "Processes that share the work [all cores].",
        metavar="N",
        short="-j",
        default=0,
        commands=("pair",),
        setting=False,
        reason="The number of processors belongs to the machine.",
    )
    usage: bool | None = _option(
        "switch",
        "Count the recorded messages that each breaking change affects.",
        default=False,
        commands=("pair",),
        setting=False,
        reason="It reads every recording, so each run decides.",
    )
    worker: str | None = _option(
        "text",
        "The worker's command, or the URL of one that speaks HTTP [the manifest's worker].",
        metavar="CMD|URL",
        commands=("worker",),
    )
    contracts: str | tuple[str, ...] | None = _option(
        "folder",
        "The folder of contracts; found by itself if it is called contracts/.",
        metavar="DIR",
        commands=("contracts",),
    )
    pass_by: tuple[str, ...] | None = _option(
        "patterns", "Files that are no contracts.", reason="What is guarded is the same in every run."
    )
    config: str | None = _option(
        "file",
        "A settings file [schemadiff.toml, or pyproject.toml].",
        metavar="FILE",
        commands=("pair", "gate", "lint"),
        setting=False,
        reason="A settings file does not name another one.",
    )
    as_of: date | None = _option(
        "day",
        "The day that counts as today (YYYY-MM-DD).",
        metavar="DATE",
        commands=("day",),
        setting=False,
        reason="A fixed day would make every later run wrong.",
    )

    def __repr__(self) -> str:
        given = ((name, getattr(self, name)) for name in OPTIONS)
        return f"Options({', '.join(f'{name}={value!r}' for name, value in given if value is not None)})"

    @property
    def day(self) -> date:
        """
        The day for which the outcome holds.
        """
        return self.as_of if self.as_of is not None else date.today()

    @property
    def seconds(self) -> float:
        """
        Seconds for one question to the prover.
        """
        return self.budget if self.budget is not None else float(OPTIONS["budget"].default)

    @property
    def asserts_formats(self) -> bool:
        """
        Whether ``format`` is asserted.
        """
        return self.formats == "assert"

    @property
    def rule_set(self) -> RuleSet:
        """
        The rule set.

        Raises:
            UsageError: there is no rule set of that name.
        """
        from schemadiff.ruleset import DEFAULT, find_rule_set

        if self.rules is None:
            return DEFAULT
        return find_rule_set(self.rules) if isinstance(self.rules, str) else self.rules

    @property
    def known_dialect(self) -> Dialect | None:
        """
        The dialect of schemas that name none; None where it is not given.

        Raises:
            UsageError: there is no such dialect.
        """
        return None if self.dialect is None else find_dialect(self.dialect)

    @property
    def level_overrides(self) -> tuple[LevelOverride, ...]:
        """
        All overrides of levels, those by rule first; the last one that matches counts.
        """
        by_rule = (LevelOverride(level=level, rule=rule) for rule, level in (self.levels or {}).items())
        return (*by_rule, *(self.overrides or ()))

    @property
    def contracts_folder(self) -> str | None:
        """
        The folder of contracts; None where none is given.

        Raises:
            UsageError: several are given where one is needed.
        """
        if not isinstance(self.contracts, tuple):
            return self.contracts
        if len(self.contracts) > 1:
            raise UsageError("several folders of contracts are given", remedy="Name one; only the gate takes several.")
        return self.contracts[0] if self.contracts else None


OPTIONS: dict[str, OptionSpec] = {each.name: each.metadata["option"] for each in fields(Options)}
"""Every option with how it is given outside of Python."""
