"""
Settings from ``schemadiff.toml``, or ``[tool.schemadiff]`` of ``pyproject.toml``.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from schemadiff.errors import InputError, UsageError, suggestion
from schemadiff.instance.parse import decode
from schemadiff.options import MAX_SECONDS, MIN_SECONDS, OPTIONS, LevelOverride, Options, OptionSpec
from schemadiff.options.checks import rule_problem, word_problem
from schemadiff.options.model import find_dialect
from schemadiff.ruleset import LEVELS
from schemadiff.sources import Folder, Tree
from schemadiff.sources.file_tree import read_stream

CONFIG, PYPROJECT = "schemadiff.toml", "pyproject.toml"

_AT_LINE = r" \(at line (\d+), column (\d+)\)$"
_MARK = rb"(?m)tool\s*\.\s*[\"']?schemadiff|^\s*\[tool\]"


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingsFile:
    """
    A settings file that has been read.

    Attributes:
        name: the file's name in messages; empty where there is none.
        options: the options that it gives.
        folder: from which its paths count.
    """

    name: str = ""
    options: Options = field(default_factory=Options)
    folder: Path = Path()


def find_settings(folder: Path, stated: str | None) -> SettingsFile:
    """
    Read the settings file that the user names, else the nearest one in the folder and those above it, up to the top of
    the repository.
    """
    if stated is not None:
        return read_settings_file(Path(stated))
    for place in (folder, *folder.parents):
        if any((place / name).is_file() for name in (CONFIG, PYPROJECT)):
            settings = read_settings(Folder(place))
            if settings.name:
                return replace(settings, folder=place)
        if (place / ".git").exists():
            break
    return SettingsFile()


def read_settings(tree: Tree, folder: str = "") -> SettingsFile:
    """
    Read the settings file of a folder, or of the nearest one above it.

    Arguments:
        tree: where to look, never beyond its root.
        folder: where to start.

    Raises:
        InputError: the file is not TOML, names a setting that does not exist, or gives it a wrong value.
    """
    while True:
        for name in (CONFIG, PYPROJECT):
            path = f"{folder}/{name}" if folder else name
            data = tree.read(path)
            if data is not None and (name == CONFIG or re.search(_MARK, data)):
                settings = parse_settings(decode(data, name=tree.name(path)), tree.name(path))
                if settings is not None:
                    return replace(settings, folder=Path(folder))
        if not folder:
            return SettingsFile()
        folder = folder.rpartition("/")[0]


def read_settings_file(path: Path) -> SettingsFile:
    """
    Read one settings file that the user names.
    """
    data = read_stream(path, str(path))
    if data is None:
        data = Folder(path.parent, str(path.parent) if str(path.parent) != "." else "").read(path.name)
    if data is None:
        raise InputError(
            "no such file",
            name=str(path),
            remedy="Check the path of the settings file (--config, or config= in Python).",
        )
    settings = parse_settings(decode(data, name=str(path)), str(path)) or SettingsFile(name=str(path))
    return replace(settings, folder=path.parent.absolute())


def parse_settings(text: str, name: str) -> SettingsFile | None:
    """
    Read settings from a TOML text.

    Arguments:
        text: the content of the file.
        name: the file's name.

    Returns:
        The settings; None for a ``pyproject.toml`` without ``[tool.schemadiff]``.

    Raises:
        InputError: as for ``read_settings``.
    """
    table = _parse_toml(text, name)
    if name.endswith(PYPROJECT):
        tool = table.get("tool")
        table = tool.get("schemadiff") if isinstance(tool, dict) else None
        if table is None:
            return None
    return SettingsFile(name=name, options=_SettingsReader(text, name).options(table))


def _parse_toml(text: str, name: str) -> Any:
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        import tomli as tomllib
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = str(error)
        match = re.search(_AT_LINE, message)
        line, column = (int(match[1]), int(match[2])) if match else (text.count("\n") + 1, 1)
        raise InputError(f"not TOML: {re.sub(_AT_LINE, '', message)}", name=name, line=line, column=column) from None
    except RecursionError:
        raise InputError("nested too deep to read", name=name) from None


_SETTINGS = {name: spec for name, spec in OPTIONS.items() if spec.setting}
"""The options that have a key in the settings file."""


class _SettingsReader:
    """
    A strict reader of a settings table that finds the line of an error.

    Arguments:
        text: the content of the file.
        name: the file's name.
    """

    def __init__(self, text: str, name: str) -> None:
        self.text = text
        self.name = name

    def options(self, table: Any) -> Options:
        if not isinstance(table, dict):
            raise self.error("tool", "schemadiff is not a table of settings")
        self.only(table, tuple(_SETTINGS))
        return Options(
            **{key: _READERS[spec.kind](self, key, table[key], spec) for key, spec in _SETTINGS.items() if key in table}
        )

    def only(self, table: dict[str, Any], known: tuple[str, ...]) -> None:
        for key in table:
            if key not in known:
                near = suggestion(key, known)
                remedy = f"Did you mean {near!r}?" if near else f"The settings are {', '.join(known)}."
                raise self.error(key, f"there is no setting {key!r}", remedy)

    def levels(self, key: str, value: Any, _spec: OptionSpec) -> dict[str, str]:
        if not isinstance(value, dict):
            raise self.error(key, f"{key} is a table from rules to levels")
        return {self.rule(rule, rule): self.word(rule, level, LEVELS) for rule, level in value.items()}

    def overrides(self, key: str, value: Any, _spec: OptionSpec) -> tuple[LevelOverride, ...]:
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise self.error(key, f"{key} is a list of tables", f"Write each as [[{key}]].")
        return tuple(self.override(key, row) for row in value)

    def override(self, key: str, row: dict[str, Any]) -> LevelOverride:
        self.only(row, ("level", "rule", "place", "contract"))
        if "level" not in row or len(row) < 2:
            raise self.error(key, "an override needs a level, and a rule, place or contract")
        level = self.word("level", row["level"], LEVELS)
        patterns = {name: self.string(name, pattern) for name, pattern in row.items() if name != "level"}
        if "rule" in patterns:
            self.rule("rule", patterns["rule"])
        return LevelOverride(level=level, **patterns)

    def rule(self, key: str, pattern: str) -> str:
        problem = rule_problem(pattern)
        if problem is not None:
            raise self.error(key, *problem)
        return pattern

    def string(self, key: str, value: Any, _spec: OptionSpec | None = None) -> str:
        if not isinstance(value, str) or not value:
            raise self.error(key, f"{key} is a string", None)
        return value

    def choice(self, key: str, value: Any, spec: OptionSpec) -> str:
        return self.word(key, value, spec.choices, spec.former)

    def word(self, key: str, value: Any, choices: tuple[str, ...], former: Mapping[str, str] | None = None) -> str:
        problem = word_problem(key, value, choices, former)
        if problem is not None:
            raise self.error(key, *problem)
        return str(value)

    def folders(self, key: str, value: Any, _spec: OptionSpec) -> tuple[str, ...]:
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not listed or not all(isinstance(path, str) and path for path in listed):
            raise self.error(key, f"{key} is a folder or a list of folders")
        for path in listed:
            if path.startswith("/") or ".." in path.split("/"):
                raise self.error(key, f"the folder {path[:100]!r} is outside of the repository")
        return tuple(path.rstrip("/") for path in listed)

    def seconds(self, key: str, value: Any, _spec: OptionSpec) -> float:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not MIN_SECONDS <= value <= MAX_SECONDS:
            raise self.error(key, f"{key} is a number of seconds from {MIN_SECONDS} on")
        return float(value)

    def count(self, key: str, value: Any, spec: OptionSpec) -> int:
        if isinstance(value, bool) or not isinstance(value, int) or value < spec.minimum:
            raise self.error(key, f"{key} is a whole number from {spec.minimum} on")
        return value

    def dialects(self, key: str, value: Any, spec: OptionSpec) -> dict[str, str]:
        table = self.resources(key, value, spec)
        for uri, name in table.items():
            self.dialect(uri, name)
        return table

    def dialect(self, key: str, name: str) -> None:
        try:
            find_dialect(name)
        except UsageError as error:
            raise self.error(key, error.message, error.remedy) from None

    def resources(self, key: str, value: Any, _spec: OptionSpec) -> dict[str, str]:
        if not isinstance(value, dict) or not value:
            raise self.error(key, f"{key} is a table", f'Write it as [{key}], with lines such as "URI" = "…".')
        return {uri: self.string(uri, word) for uri, word in value.items()}

    def switch(self, key: str, value: Any, _spec: OptionSpec) -> bool:
        if not isinstance(value, bool):
            raise self.error(key, f"{key} is true or false")
        return value

    def error(self, key: str, message: str, remedy: str | None = None) -> InputError:
        """
        An error with the line of a key, as far as the text shows it.
        """
        match = re.search(
            rf"^[\s\[\{{,\"']*(?:tool\.schemadiff\.)?[\"']?{re.escape(key)}[\"']?\s*[=\].]", self.text, re.M
        )
        inside = match or re.search(rf"[\[{{,\s\"']({re.escape(key)})[\"']?\s*=", self.text)
        line = self.text.count("\n", 0, inside.end()) + 1 if inside else None
        return InputError(message, name=self.name, line=line, column=1 if line else None, remedy=remedy)


_READERS: dict[str, Callable[[_SettingsReader, str, Any, OptionSpec], Any]] = {
    "choice": _SettingsReader.choice,
    "text": _SettingsReader.string,
    "seconds": _SettingsReader.seconds,
    "count": _SettingsReader.count,
    "switch": _SettingsReader.switch,
    "folder": _SettingsReader.folders,
    "patterns": _SettingsReader.folders,
    "levels": _SettingsReader.levels,
    "overrides": _SettingsReader.overrides,
    "dialects": _SettingsReader.dialects,
    "resources": _SettingsReader.resources,
}
"""The reader of each kind of option that may have a key; days and single files belong to one run."""
