"""
Every option reaches the command line, the settings file and the library, or says why it does not.
"""

from __future__ import annotations

import importlib
import inspect
import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import date
from pathlib import Path
from typing import Any

import click
import pytest

import schemadiff
from schemadiff.cli.commands import COMMANDS
from schemadiff.cli.main import main
from schemadiff.errors import InputError
from schemadiff.options import OPTIONS, LevelOverride, Options, OptionSpec, for_contract, merged, settled
from schemadiff.workspace import Workspace, settings
from schemadiff.workspace.settings import parse_settings

GROUPS = {
    "pair": "diff",
    "gate": "check",
    "containment": "contains",
    "instances": "generate",
    "lint": "lint",
    "worker": "replay",
    "contracts": "graph",
    "day": "graph",
}
"""For each group of options, a command that takes it."""

NAMES = [each.name for each in fields(Options)]


def sample(spec: OptionSpec) -> Any:
    """
    A value that is not the default, as a flag or a settings file has it.
    """
    samples: dict[str, Any] = {
        "choice": spec.choices[-2] if spec.choices else None,
        "text": "strict",
        "seconds": 7.5,
        "count": 3,
        "switch": True,
        "day": "2026-11-30",
        "folder": "contracts",
        "patterns": "drafts/*",
        "file": "other.toml",
        "levels": {"minimum-raised": "note"},
        "overrides": [{"level": "none", "rule": "minimum-*"}],
        "dialects": {"https://example.com/meta": "draft7"},
        "resources": {"https://example.com/": "schemas"},
    }
    return samples[spec.kind]


def expected(spec: OptionSpec, value: Any) -> Any:
    """
    The value that the option has in Python.
    """
    if spec.kind == "day":
        return date.fromisoformat(value)
    if spec.kind == "overrides":
        return tuple(LevelOverride(**row) for row in value)
    return value


def toml(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{json.dumps(name)} = {toml(each)}" for name, each in value.items()) + "}"
    return f"[{', '.join(map(toml, value))}]" if isinstance(value, list) else json.dumps(value)


@pytest.mark.parametrize("name", NAMES)
def test_an_option_reaches_the_command_line(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    As a flag of each command of its groups, whose value arrives in the field.
    """
    spec = OPTIONS[name]
    arrived: list[Options] = []

    def stop(options: Options) -> Any:
        arrived.append(options)
        raise InputError("stopped")

    monkeypatch.setattr(Workspace, "open", lambda _root, options, **_: stop(options))
    monkeypatch.setattr("schemadiff.usecases.check.gate.check", lambda change, **_: stop(change.options))
    assert spec.commands or spec.reason
    for group in spec.commands:
        command = importlib.import_module(f"schemadiff.cli.{GROUPS[group]}").command
        words = [f"--{name.replace('_', '-')}", *([] if spec.kind == "switch" else [str(sample(spec))])]
        needed = [each.name for each in command.params if isinstance(each, click.Argument) and each.required]
        with pytest.raises(SystemExit):
            main([GROUPS[group], *words, *needed])
        assert words[0] in command.get_help(click.Context(command))
        assert getattr(arrived.pop(), name) == expected(spec, sample(spec))


@pytest.mark.parametrize("name", NAMES)
def test_an_option_reaches_the_settings_file(name: str) -> None:
    spec = OPTIONS[name]
    value = sample(spec)
    text = f"{name} = {toml(value)}\n"
    if not spec.setting:
        assert spec.reason
        with pytest.raises(InputError, match="there is no setting"):
            parse_settings(text, "schemadiff.toml")
        return
    found = parse_settings(text, "schemadiff.toml")
    assert found is not None
    held = getattr(found.options, name)
    assert held == ((value,) if spec.kind in ("folder", "patterns") else expected(spec, value))


KINDS = ["choice", "text", "seconds", "count", "switch", "folder", "patterns", "levels", "overrides", "dialects"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_option_of_any_kind_is_read_from_the_settings_file(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """
    A row is all that it takes; a value of another kind is an error with its line.
    """
    spec = OptionSpec(kind=kind, help="A new option.", choices=("a", "b"), minimum=2)
    monkeypatch.setitem(settings._SETTINGS, "jobs", spec)
    value = sample(spec)
    found = parse_settings(f"jobs = {toml(value)}\n", "schemadiff.toml")

    assert found is not None
    held: Any = found.options.jobs
    assert held == ((value,) if kind in ("folder", "patterns") else expected(spec, value))
    for wrong in ("1979-05-27", "-1", '""', "[1]", '{"no-rule" = "note"}'):
        with pytest.raises(InputError, match=r"^schemadiff\.toml:2:1"):
            parse_settings(f"\njobs = {wrong}\n", "schemadiff.toml")


@pytest.mark.parametrize("name", NAMES)
def test_an_option_reaches_the_library(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """
    As it is, up to the use case.
    """
    spec = OPTIONS[name]
    value = expected(spec, sample(spec))
    if name == "config":
        value = str(tmp_path / "other.toml")
        Path(value).write_text("")
    arrived: list[Options] = []

    def keep(workspace: Workspace, *_: Any) -> None:
        arrived.append(workspace.options)

    monkeypatch.setattr("schemadiff.api.compare_schemas", keep)
    schemadiff.compare(True, True, options=Options(**{name: value}))

    assert getattr(arrived[0], name) == value


def test_the_help_of_a_command_names_its_own_defaults_only() -> None:
    """
    A text for a group of commands replaces the one for all.
    """
    for name, spec in OPTIONS.items():
        assert set(spec.help_by_group) <= set(spec.commands)
        for group in spec.commands:
            command = importlib.import_module(f"schemadiff.cli.{GROUPS[group]}").command
            (flag,) = (each for each in command.params if each.name == name)
            assert isinstance(flag, click.Option)
            assert flag.help == spec.help_by_group.get(group, spec.help)
            others = {each for each in COMMANDS if each != GROUPS[group]}
            assert not any(f"{other}:" in flag.help for other in others)


def test_every_option_is_documented() -> None:
    text = inspect.getdoc(Options) or ""
    assert all(f"    {name}: " in text for name in NAMES)
    assert set(GROUPS.values()) <= set(COMMANDS)
    assert {group for spec in OPTIONS.values() for group in spec.commands} == set(GROUPS)


def test_flags_win_over_settings_rule_set_manifest_and_defaults() -> None:
    """
    The first that gives an option decides it.
    """
    from schemadiff.catalog import Contract
    from schemadiff.ruleset import RuleSet

    contract = Contract("order", (), promise="forward", version_field="/v")
    rules = RuleSet(name="ours", emission="any")

    def decided(flags: Options, settings: Options | None = None) -> Options:
        return for_contract(settled(flags, settings), contract)

    assert decided(Options()).promise == "forward"
    assert decided(Options(), Options(promise="full")).promise == "full"
    assert decided(Options(promise="none"), Options(promise="full")).promise == "none"
    assert decided(Options()).emission == "declared"
    assert decided(Options(rules=rules)).emission == "any"
    assert decided(Options(rules=rules), Options(emission="declared")).emission == "declared"
    assert decided(Options()).version_field == "/v"
    assert for_contract(settled(Options()), None).promise == "backward"
    assert merged(Options(jobs=1), Options(jobs=2, budget=3.0)) == Options(jobs=1, budget=3.0)
