"""
Settings from ``schemadiff.toml``, or ``[tool.schemadiff]`` of ``pyproject.toml``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from schemadiff.catalog import suggestion
from schemadiff.decide import Comparison, Finding, PolicyFinding
from schemadiff.decide.messages import place_text
from schemadiff.errors import InputError
from schemadiff.instance.parse import decode
from schemadiff.options import Settings
from schemadiff.report import Report
from schemadiff.report.formats import FAIL_LEVELS
from schemadiff.ruleset import LEVELS, all_rules, find_rule_set, renaming_note
from schemadiff.sources import Folder, Tree

CONFIG, PYPROJECT = "schemadiff.toml", "pyproject.toml"

_AT_LINE = r" \(at line (\d+), column (\d+)\)$"
_MARK = rb"(?m)tool\s*\.\s*[\"']?schemadiff|^\s*\[tool\]"


@dataclass(frozen=True, slots=True)
class Override:
    """
    A level for some findings; each pattern is a glob, and all of them must fit.

    Attributes:
        level: error, warning, note or none.
        rule, place, contract: globs on the rule's id, the place in words, and the contract's name.
    """

    level: str
    rule: str = "*"
    place: str = "*"
    contract: str = "*"


@dataclass(frozen=True, slots=True)
class Config:
    """
    What a settings file says; None or empty where it says nothing.

    Attributes:
        name: of the file, for messages; empty where there is none.
        contracts: folders of contracts, globs allowed.
        rules: the rule set's name.
        fail_on, emission, formats, version_field, dialect, promise, budget: as the options of the same names.
        worker: the command of the worker to replay through.
        overrides: levels, the later ones win.
    """

    name: str = ""
    contracts: tuple[str, ...] = ()
    rules: str | None = None
    fail_on: str | None = None
    emission: str | None = None
    formats: str | None = None
    version_field: str | None = None
    dialect: str | None = None
    promise: str | None = None
    budget: float | None = None
    worker: str | None = None
    overrides: tuple[Override, ...] = ()


def read_config(tree: Tree, folder: str = "") -> Config:
    """
    The settings that hold in a folder: of the nearest file in it or above it.

    Arguments:
        tree: where to look, never beyond its root.
        folder: where to start.

    Raises:
        InputError: the file is no TOML, names a setting that does not exist, or gives it a wrong value.
    """
    while True:
        for name in (CONFIG, PYPROJECT):
            path = f"{folder}/{name}" if folder else name
            data = tree.read(path)
            if data is not None and (name == CONFIG or re.search(_MARK, data)):
                found = parse_config(decode(data, name=tree.name(path)), tree.name(path))
                if found is not None:
                    return found
        if not folder:
            return Config()
        folder = folder.rpartition("/")[0]


def config_here(folder: Path, stated: str | None) -> Config:
    """
    The settings that hold in a folder on disk.

    Arguments:
        folder: where the command runs; folders above it are looked into up to the top of the repository.
        stated: the file that the user names, if any.

    Raises:
        InputError: as for ``read_config``.
    """
    if stated is not None:
        return read_config_file(Path(stated))
    for here in (folder, *folder.parents):
        if any((here / name).is_file() for name in (CONFIG, PYPROJECT)):
            found = read_config(Folder(here))
            if found.name:
                return found
        if (here / ".git").exists():
            break
    return Config()


def read_config_file(path: Path) -> Config:
    """
    The settings of one file that the user names.

    Raises:
        InputError: as for ``read_config``, or there is no such file.
    """
    data = Folder(path.parent, str(path.parent) if str(path.parent) != "." else "").read(path.name)
    if data is None:
        raise InputError("no such file", name=str(path), remedy="Check the path given to --config.")
    return parse_config(decode(data, name=str(path)), str(path)) or Config(name=str(path))


def parse_config(text: str, name: str) -> Config | None:
    """
    The settings in a TOML text; None for a ``pyproject.toml`` without ``[tool.schemadiff]``.

    Arguments:
        text: the content of the file.
        name: of the file.

    Raises:
        InputError: as for ``read_config``.
    """
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        table: Any = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        found = re.search(_AT_LINE, message)
        line, column = (int(found[1]), int(found[2])) if found else (text.count("\n") + 1, 1)
        raise InputError(f"not TOML: {re.sub(_AT_LINE, '', message)}", name=name, line=line, column=column) from None
    except RecursionError:
        raise InputError("nested too deep to read", name=name) from None
    if name.endswith(PYPROJECT):
        tool = table.get("tool")
        table = tool.get("schemadiff") if isinstance(tool, dict) else None
        if table is None:
            return None
    return _Reader(text, name).config(table)


class _Reader:
    """
    Reads settings strictly, and finds the line of what is wrong.
    """

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name

    def config(self, table: Any) -> Config:
        if not isinstance(table, dict):
            raise self.error("tool", "schemadiff is no table of settings")
        self.only(table, (*_SETTINGS, "levels", "overrides"))
        values = {key: read(self, key, table[key]) for key, read in _SETTINGS.items() if key in table}
        return Config(name=self.name, **values, overrides=(*self.levels(table), *self.overrides(table)))

    def only(self, table: dict[str, Any], known: tuple[str, ...]) -> None:
        for key in table:
            if key not in known:
                near = suggestion(key, known)
                remedy = f"Did you mean {near!r}?" if near else f"Known here: {', '.join(known)}."
                raise self.error(key, f"there is no setting {key!r}", remedy)

    def levels(self, table: dict[str, Any]) -> list[Override]:
        stated = table.get("levels", {})
        if not isinstance(stated, dict):
            raise self.error("levels", "levels is a table from rules to levels")
        return [Override(self.word(rule, level, LEVELS), rule=self.rule(rule, rule)) for rule, level in stated.items()]

    def overrides(self, table: dict[str, Any]) -> list[Override]:
        stated = table.get("overrides", [])
        if not isinstance(stated, list) or not all(isinstance(each, dict) for each in stated):
            raise self.error("overrides", "overrides is a list of tables", "Write each as [[overrides]].")
        found = []
        for each in stated:
            self.only(each, ("level", "rule", "place", "contract"))
            if "level" not in each or len(each) < 2:
                raise self.error("overrides", "an override needs a level, and a rule, place or contract")
            level = self.word("level", each["level"], LEVELS)
            globs = {key: self.plain(key, value) for key, value in each.items() if key != "level"}
            if "rule" in globs:
                self.rule("rule", globs["rule"])
            found.append(Override(level, **globs))
        return found

    def rule(self, key: str, pattern: str) -> str:
        known = (*all_rules(), *all_rules().aliases, *_BUILT_IN)
        if not any(sign in pattern for sign in "*?[") and pattern not in known:
            near = suggestion(pattern, known)
            remedy = f"Did you mean {near!r}?" if near else "`schemadiff rules` lists them all."
            raise self.error(key, f"no rule is called {pattern!r}", remedy)
        return pattern

    def plain(self, key: str, value: Any) -> str:
        if not isinstance(value, str) or not value:
            raise self.error(key, f"{key} is a text", None)
        return value

    def word(self, key: str, value: Any, choices: tuple[str, ...]) -> str:
        if not isinstance(value, str) or value not in choices:
            near = suggestion(value, choices) if isinstance(value, str) else None
            hint = f" Did you mean {near!r}?" if near else ""
            raise self.error(key, f"{key} is {str(value)[:60]!r}", f"It is one of {', '.join(choices)}.{hint}")
        return value

    def folders(self, key: str, value: Any) -> tuple[str, ...]:
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not listed or not all(isinstance(each, str) and each for each in listed):
            raise self.error(key, f"{key} is a folder or a list of folders")
        for each in listed:
            if each.startswith("/") or ".." in each.split("/"):
                raise self.error(key, f"the folder {each[:100]!r} is outside of the repository")
        return tuple(each.rstrip("/") for each in listed)

    def seconds(self, key: str, value: Any) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0.05 <= value <= 86_400:
            raise self.error(key, f"{key} is a number of seconds from 0.05 on")
        return float(value)

    def error(self, key: str, message: str, remedy: str | None = None) -> InputError:
        """
        An error with the line on which a key stands, as far as a look at the text tells.
        """
        found = re.search(
            rf"^[\s\[\{{,\"']*(?:tool\.schemadiff\.)?[\"']?{re.escape(key)}[\"']?\s*[=\].]", self.text, re.M
        )
        inside = found or re.search(rf"[\[{{,\s\"']({re.escape(key)})[\"']?\s*=", self.text)
        line = self.text.count("\n", 0, inside.end()) + 1 if inside else None
        return InputError(message, name=self.name, line=line, column=1 if line else None, remedy=remedy)


def _choice(*choices: str) -> Callable[[_Reader, str, Any], Any]:
    return lambda reader, key, value: reader.word(key, value, choices)


_SETTINGS: dict[str, Callable[[_Reader, str, Any], Any]] = {
    "contracts": _Reader.folders,
    "rules": _Reader.plain,
    "fail_on": _choice(*FAIL_LEVELS),
    "emission": _choice("declared", "any"),
    "formats": _choice("annotate", "assert"),
    "version_field": _Reader.plain,
    "dialect": _choice("draft4", "draft6", "draft7", "2019-09", "2020-12"),
    "promise": _choice("backward", "forward", "full", "none"),
    "budget": _Reader.seconds,
    "worker": _Reader.plain,
}
"""Every setting with what reads it."""

_BUILT_IN = ("change-without-rule",)


def renaming_notes(overrides: tuple[Override, ...]) -> tuple[str, ...]:
    """
    A note for each old rule id that overrides use, which names the new one.
    """
    used = dict.fromkeys(each.rule for each in overrides)
    return tuple(note for rule in used if (note := renaming_note(rule)) is not None)


def with_levels(comparison: Comparison, overrides: tuple[Override, ...]) -> Comparison:
    """
    A comparison whose findings have the levels that the settings give them.
    """
    if not overrides:
        return comparison
    findings = tuple(_level(each, comparison.contract, overrides) for each in comparison.findings)
    return replace(comparison, findings=findings)


def with_settings(report: Report, config: Config) -> Report:
    """
    A report whose findings have the levels that the settings give them.
    """
    if not config.overrides:
        return report
    comparisons = tuple(with_levels(each, config.overrides) for each in report.comparisons)
    return replace(report, comparisons=comparisons, notes=(*report.notes, *renaming_notes(config.overrides)))


def _level(finding: Finding, contract: str, overrides: tuple[Override, ...]) -> Finding:
    places = {place_text(path) for path in (finding.path, *finding.paths)}
    for each in reversed(overrides):
        if _fits(each, finding.rule, contract) and all(_glob(each.place, place) for place in places):
            return replace(finding, level=each.level)
    return finding


def remark_level(remark: PolicyFinding, overrides: tuple[Override, ...]) -> PolicyFinding:
    """
    A remark with the level that the settings give it; what could not be read stays an error.
    """
    for each in reversed(overrides):
        if not remark.unreadable and _fits(each, remark.rule, remark.contract) and each.place == "*":
            return replace(remark, level=each.level)
    return remark


def _fits(override: Override, rule: str, contract: str) -> bool:
    named = any(_glob(override.rule, name) for name in all_rules().names(rule))
    return named and _glob(override.contract, contract)


def _glob(pattern: str, text: str) -> bool:
    """
    Whether a pattern fits: only ``*`` and ``?`` are special, since places hold brackets.
    """
    parts = (".*" if each == "*" else "." if each == "?" else re.escape(each) for each in pattern)
    return re.fullmatch("".join(parts), text, re.DOTALL) is not None


def settings_of(config: Config, *, as_of: date, **flags: Any) -> Settings:
    """
    What holds for a run: the flags, else the settings file, else the defaults.

    Arguments:
        config: the settings file.
        as_of: today.
        flags: the options of the command line by the names of ``Settings``; None where one is not given. ``formats``
            is ``annotate`` or ``assert``, ``rules`` a rule set's name.

    Raises:
        UsageError: there is no such rule set.
    """
    stated = {name: value for name, value in flags.items() if value is not None}
    for name in ("promise", "emission", "formats", "version_field", "rules", "fail_on", "budget"):
        value = getattr(config, name)
        if value is not None:
            stated.setdefault(name, value)
    if "rules" in stated:
        stated["rules"] = find_rule_set(stated["rules"])
        if stated["rules"].emission is not None:
            stated.setdefault("emission", stated["rules"].emission)
    if "formats" in stated:
        stated["formats"] = stated["formats"] == "assert"
    return Settings(as_of=as_of, **stated)
